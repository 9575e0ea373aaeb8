// A grant as an object of the 360Giving schema. Amounts are exact decimals; a person is never named
// and has no identifier that lasts.

import type { Level } from "../../domain/schema.ts";
import { formatAmount } from "../../kernel/money.ts";
import { fill, type Language, type Text } from "../../kernel/text.ts";
import { type Grant, type GrantTransaction, sumOf } from "./grants.ts";
import { hostOrganisation, type Organisation, type Party, PERSON } from "./organisations.ts";
import type { Snapshot } from "./snapshot.ts";

/** 360Giving's codelist `regrantType`: a grant to a grantmaker, for onward grants. */
const COMMON_REGRANT = "FRG010";

/** 360Giving's codelist `locationScope`. */
const LOCATION_SCOPE: Readonly<Record<Level, string>> = {
  province: "GLS040",
  city: "GLS050",
  district: "GLS060",
  township: "GLS060",
  village: "GLS060",
};

const TEXTS = {
  titled: { zh: "{about}：{project}", en: "{about}: {project}" },
  grant: { zh: "{fund}拨付{place}", en: "{fund}, allocated to {place}" },
  regrant: { zh: "{fund}划转至{place}", en: "{fund}, transferred to {place}" },
  unpaid: { zh: "{place}（社区）", en: "{place} (community)" },
  entry: { zh: "账本条目 {entry}。", en: "Ledger entry {entry}." },
  purpose: { zh: "用途：{purpose}。", en: "Purpose: {purpose}." },
  project: { zh: "项目：{project}。", en: "Project: {project}." },
  regranted: {
    zh: "划转至另一慈善组织的基金，由其再拨付；合计时勿重复计算。",
    en: "Went to a fund of another charity, which grants it again; do not add it twice.",
  },
  correction: { zh: "更正或收回", en: "Corrected or taken back" },
  charity: { zh: "慈善资金", en: "Charity money" },
  fiscal: { zh: "财政资金", en: "Fiscal money" },
  agency: { zh: "受托代理", en: "Held as an agent" },
} as const satisfies Record<string, Text>;

const TITLE_MAX = 140;

/** The grant as an object of the standard's schema. */
export function grantObject(snapshot: Snapshot, grant: Grant, language: Language) {
  const { event, fund, currency } = grant;
  const prefix = `360G-${grant.host.creditCode}`;
  const describe = describer(snapshot, grant, language);
  const amount = (minor: bigint) => ({ decimal: formatAmount(minor, currency) });
  const transaction = ({ event, on, amount: minor, party }: GrantTransaction) => ({
    id: `entry-${event.entry}`,
    transactionDate: on,
    currency,
    value: amount(minor),
    description: minor < 0n ? TEXTS.correction[language] : undefined,
    provider: hostOrganisation(grant.host).id,
    recipient: party?.kind === "organisation" ? party.id : undefined,
    dateModified: event.recordedAt,
  });
  return {
    id: `${prefix}-${event.id}`,
    title: describe.title,
    description: describe.description,
    currency,
    amountAwarded: amount(sumOf(grant.commitments)),
    amountDisbursed: amount(sumOf(grant.payments)),
    awardDate: grant.on,
    ...recipientOf(grant, describe.place, prefix, language),
    fundingOrganization: [{ ...hostOrganisation(grant.host), department: fund.name }] as const,
    grantProgramme: [{ code: fund.id, title: fund.name }] as const,
    beneficiaryLocation: locationOf(snapshot, grant),
    fundingType: fundingTypes(grant, language),
    commitmentTransaction: grant.commitments.map(transaction),
    disbursementTransaction: grant.payments.map(transaction),
    dateModified: grant.modifiedAt,
    regrantType: isRegrant(snapshot, grant) ? COMMON_REGRANT : undefined,
    locationScope: scopeOf(snapshot, grant),
  };
}

export type Giving360Grant = ReturnType<typeof grantObject>;
export type Giving360Transaction = Giving360Grant["commitmentTransaction"][number];

/**
 * The one organisation that was paid; a person when only persons were; before the first payment,
 * and when several were paid, the community it is for. The transactions say who got what.
 */
function recipientOf(grant: Grant, place: string, prefix: string, language: Language) {
  const parties = grant.payments.flatMap(({ party }) => (party ? [party] : []));
  const [first] = parties;
  const organisations = new Set(parties.map((party) => idOf(party)));
  if (first?.kind === "organisation" && organisations.size === 1) {
    return { recipientOrganization: [{ id: first.id, name: first.name }] };
  }
  if (first && parties.every(({ kind }) => kind === "person")) {
    const id = `${prefix}-IND-${grant.event.id}`;
    return { recipientIndividual: { id, name: PERSON[language] } };
  }
  const name = fill(TEXTS.unpaid[language], { place });
  const community: Organisation = { id: `${prefix}-DIV-${grant.community ?? "none"}`, name };
  return { recipientOrganization: [community] };
}

function idOf(party: Party): string {
  return party.kind === "organisation" ? party.id : "person";
}

function describer({ books }: Snapshot, grant: Grant, language: Language) {
  const { event, fund, community, purpose, regrantedBy } = grant;
  const say = (text: Text, params: Readonly<Record<string, unknown>> = {}) =>
    fill(text[language], params);
  const place = (community && books.communities.get(community)?.name) ?? fund.name;
  const project = grant.project === null ? undefined : books.projects.get(grant.project)?.title;
  const to = regrantedBy === null ? place : regrantedBy.name;
  const about = say(regrantedBy === null ? TEXTS.grant : TEXTS.regrant, {
    fund: fund.name,
    place: to,
  });
  const sentences = [
    say(TEXTS.entry, { entry: event.entry }),
    project === undefined ? "" : say(TEXTS.project, { project }),
    purpose === null ? "" : say(TEXTS.purpose, { purpose }),
    regrantedBy === null ? "" : say(TEXTS.regranted),
  ];
  return {
    place,
    title: cut(project === undefined ? about : say(TEXTS.titled, { about, project }), TITLE_MAX),
    description: sentences.filter((sentence) => sentence !== "").join(language === "zh" ? "" : " "),
  };
}

function cut(text: string, max: number): string {
  const characters = [...text];
  return characters.length < max ? text : `${characters.slice(0, max - 2).join("")}…`;
}

function locationOf({ books }: Snapshot, { community }: Grant) {
  const record = community === null ? undefined : books.communities.get(community);
  if (!record) return undefined;
  const { name, code } = record;
  return [{ name, countryCode: "CN", geoCode: code, geoCodeType: "CN-DIVISION" }];
}

function scopeOf({ books }: Snapshot, { community }: Grant): string | undefined {
  const record = community === null ? undefined : books.communities.get(community);
  return record && LOCATION_SCOPE[record.level];
}

/** Fiscal money never adds into charity totals, so each grant says which it is. */
function fundingTypes({ source, nature }: Grant, language: Language) {
  const codes = nature === "agency" ? [source, nature] : [source];
  return codes.map((code) => ({
    vocabulary: "almoner-source",
    code,
    title: TEXTS[code as "charity" | "fiscal" | "agency"][language],
  }));
}

/** A host of this ledger that is paid grants again, and reports its grants itself. */
function isRegrant({ books }: Snapshot, { regrantedBy, payments }: Grant): boolean {
  if (regrantedBy !== null) return true;
  return payments.some(
    ({ party }) =>
      party?.kind === "organisation" &&
      party.creditCode !== null &&
      books.hosts.get(party.creditCode) !== undefined,
  );
}
