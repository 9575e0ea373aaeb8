// IATI 2.03 activities of one host: a fund is an activity, and each of its flows a transaction. Money
// between funds names the other fund's activity at both ends, so that a reader adds it once. What is
// taken back is a negative transaction of the same type; persons are never named.

import type { Community, Fund, Host } from "../../domain/books.ts";
import type { StoredEvent } from "../../domain/event.ts";
import { refuse } from "../../domain/refuse.ts";
import type { Level } from "../../domain/schema.ts";
import type { Day } from "../../kernel/day.ts";
import { formatAmount } from "../../kernel/money.ts";
import { fill, type Language, type Text } from "../../kernel/text.ts";
import { defineHandOver, theHost } from "./export.ts";
import { type Flow, type FlowMeasure, flowsOf } from "./flows.ts";
import { organisationId, type Party, PERSON, payeeFinder } from "./organisations.ts";
import { entriesOfTypes, eventOf, holderOf, type Snapshot } from "./snapshot.ts";
import { type Attributes, comment, openTag, tag, type Xml } from "./xml.ts";

/** IATI codelists, version 2.03: the values used here. */
const TRANSACTION_TYPE = { incoming: "1", commitment: "2", disbursement: "3", expenditure: "4" };
const FLOWS: Readonly<
  Record<FlowMeasure, { type: keyof typeof TRANSACTION_TYPE; sign: 1n | -1n }>
> = {
  received: { type: "incoming", sign: 1n },
  refunded: { type: "incoming", sign: -1n },
  "transferred-in": { type: "incoming", sign: 1n },
  "transferred-out": { type: "disbursement", sign: 1n },
  allocated: { type: "commitment", sign: 1n },
  released: { type: "commitment", sign: -1n },
  disbursed: { type: "disbursement", sign: 1n },
  returned: { type: "disbursement", sign: -1n },
};
const STATUS = { open: "2", suspended: "6", closed: "4" };
const DATE_TYPE = { actualStart: "2", actualEnd: "4" };
const ROLE = { accountable: "2", extending: "3" };
const FOUNDATION = "60";
const NATIONAL_NGO = "22";
const SCOPE: Readonly<Record<Level, string>> = {
  province: "6",
  city: "7",
  district: "8",
  township: "8",
  village: "8",
};
const OWN_VOCABULARY = "99";
const PRIVATE_GRANTS = "30";
const STANDARD_GRANT = "110";
const PROJECT_TYPE = "C01";
const UNTIED = "5";

const TEXTS = {
  sector: { zh: "社区慈善", en: "Community charity" },
  location: { zh: "区划代码 {code}", en: "Division code {code}" },
  donors: { zh: "捐赠人（不具名）", en: "Donors, not named" },
  received: { zh: "捐赠到账", en: "Donation received" },
  refunded: { zh: "退还捐赠", en: "Donation refunded" },
  "transferred-in": { zh: "自基金划入", en: "Transferred in from a fund" },
  "transferred-out": { zh: "划出至基金", en: "Transferred out to a fund" },
  allocated: { zh: "拨付决定：{place}", en: "Allocated to {place}" },
  released: { zh: "释放拨付：{place}", en: "Allocation released: {place}" },
  disbursed: { zh: "付款：{place}", en: "Paid: {place}" },
  returned: { zh: "退回付款：{place}", en: "Payment returned: {place}" },
  project: { zh: "，项目 {project}", en: ", project {project}" },
  reversal: { zh: "（红字冲销 entry-{entry}）", en: " (reverses entry-{entry})" },
} as const satisfies Record<string, Text>;

const IATI_VERSION = "2.03";

type Counts = { activities: number; transactions: number };
type Options = {
  readonly host: Host;
  readonly language: Language;
  /** Stands before the root. */
  readonly preamble: string;
  readonly counts: Counts;
};

/** The document, a line for every part, fund by fund; counts what it writes. */
function* iatiText(
  snapshot: Snapshot,
  { host, language, preamble, counts }: Options,
): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n${preamble}\n`;
  const generated = snapshot.asOf.recordedAt ?? undefined;
  yield `${openTag("iati-activities", { version: IATI_VERSION, "generated-datetime": generated })}\n`;
  const scene = sceneOf(snapshot, language, counts);
  const entries = entriesByFund(snapshot, host);
  for (const opened of entriesOfTypes(snapshot, ["FundOpened"])) {
    const fund = snapshot.books.funds.get(opened.id);
    if (fund?.host !== host.creditCode) continue;
    counts.activities += 1;
    yield* activity(scene, { fund, host, opened, entries: entries.get(fund.id) ?? [] });
  }
  yield "</iati-activities>\n";
}

type Scene = {
  readonly snapshot: Snapshot;
  readonly language: Language;
  readonly counts: Counts;
  readonly partyOf: (payment: StoredEvent) => Party;
  /** The day on which a fund was closed. */
  readonly closedOn: ReadonlyMap<string, Day>;
  say(text: Text, params?: Readonly<Record<string, unknown>>): string;
};

function sceneOf(snapshot: Snapshot, language: Language, counts: Counts): Scene {
  const closings = entriesOfTypes(snapshot, ["FundClosed"]);
  const closedOn = new Map(
    [...closings].map(({ data }) => {
      const { fund, closedOn } = data as { fund: string; closedOn: Day };
      return [fund, closedOn];
    }),
  );
  return {
    snapshot,
    language,
    counts,
    partyOf: payeeFinder(snapshot),
    closedOn,
    say: (text, params = {}) => fill(text[language], params),
  };
}

type Activity = {
  readonly fund: Fund;
  readonly host: Host;
  readonly opened: StoredEvent;
  readonly entries: readonly number[];
};

function* activity(scene: Scene, it: Activity): Generator<string> {
  const { snapshot, language, counts } = scene;
  const { fund, opened, entries } = it;
  const last = entries.at(-1) ?? opened.entry;
  const [latest = opened] = snapshot.log.read(last, last);
  yield `${openTag("iati-activity", {
    "last-updated-datetime": latest.recordedAt,
    "xml:lang": language,
    "default-currency": fund.currency,
  })}\n`;
  for (const { xml } of describe(scene, it)) yield `${xml}\n`;
  for (const entry of entries) {
    for (const event of snapshot.log.read(entry, entry)) {
      for (const flow of flowsOf(event)) {
        if (flow.fund !== fund.id) continue;
        counts.transactions += 1;
        yield `${transaction(scene, it, flow).xml}\n`;
      }
    }
  }
  yield "</iati-activity>\n";
}

function describe(scene: Scene, { fund, host, opened }: Activity): Xml[] {
  const { snapshot, closedOn, say } = scene;
  const { purpose } = opened.data as { purpose: string };
  const reporter = {
    ref: organisationId(host.creditCode),
    type: organisationType(host.creditCode),
  };
  const narrated = (name: string, text: string, attributes: Attributes = {}) =>
    tag(name, attributes, [narrative(text)]);
  const community = fund.community && snapshot.books.communities.get(fund.community);
  const ended = closedOn.get(fund.id);
  const status = ended === undefined && fund.status === "closed" ? "open" : fund.status;
  return [
    tag("iati-identifier", {}, [activityId(fund)]),
    narrated("reporting-org", host.name, reporter),
    narrated("title", fund.name),
    narrated("description", purpose),
    narrated("participating-org", host.name, { ...reporter, role: ROLE.accountable }),
    narrated("participating-org", host.name, { ...reporter, role: ROLE.extending }),
    tag("activity-status", { code: STATUS[status] }),
    tag("activity-date", { type: DATE_TYPE.actualStart, "iso-date": fund.openedOn }),
    ...(ended === undefined
      ? []
      : [tag("activity-date", { type: DATE_TYPE.actualEnd, "iso-date": ended })]),
    tag("activity-scope", { code: SCOPE[fund.level] }),
    tag("recipient-country", { code: "CN" }),
    ...(community ? [location(scene, community)] : []),
    narrated("sector", say(TEXTS.sector), {
      vocabulary: OWN_VOCABULARY,
      code: "community-charity",
    }),
    tag("default-flow-type", { code: PRIVATE_GRANTS }),
    tag("default-finance-type", { code: STANDARD_GRANT }),
    tag("default-aid-type", { code: PROJECT_TYPE }),
    tag("default-tied-status", { code: UNTIED }),
  ];
}

function location({ say }: Scene, { code, name }: Community): Xml {
  return tag("location", { ref: code }, [
    tag("name", {}, [narrative(name)]),
    tag("description", {}, [narrative(say(TEXTS.location, { code }))]),
  ]);
}

function transaction(scene: Scene, it: Activity, flow: Flow): Xml {
  const { event, on, measure, amount } = flow;
  const { type, sign } = FLOWS[measure];
  const party = isPayment(measure) ? scene.partyOf(event) : undefined;
  // IATI calls it a disbursement when it goes to an organisation, an expenditure otherwise.
  const code = TRANSACTION_TYPE[party?.kind === "person" ? "expenditure" : type];
  const value = formatAmount(sign * amount, it.fund.currency);
  return tag("transaction", { ref: `entry-${event.entry}` }, [
    tag("transaction-type", { code }),
    tag("transaction-date", { "iso-date": on }),
    tag("value", { currency: it.fund.currency, "value-date": on }, [value]),
    tag("description", {}, [narrative(describeFlow(scene, flow))]),
    ...(type === "incoming" ? incoming(scene, it, flow) : outgoing(scene, it, flow, party)),
  ]);
}

function incoming(scene: Scene, { fund, host }: Activity, flow: Flow): Xml[] {
  const other = flow.measure === "transferred-in" ? transferOf(scene, flow.event).from : undefined;
  const provider = other === undefined ? undefined : holderOf(scene.snapshot, other);
  return [
    provider
      ? organisation("provider-org", provider.host, {
          "provider-activity-id": activityId(provider.fund),
        })
      : tag("provider-org", {}, [narrative(scene.say(TEXTS.donors))]),
    organisation("receiver-org", host, { "receiver-activity-id": activityId(fund) }),
  ];
}

function outgoing(
  scene: Scene,
  { fund, host }: Activity,
  { measure, event }: Flow,
  party: Party | undefined,
): Xml[] {
  const provider = organisation("provider-org", host, { "provider-activity-id": activityId(fund) });
  if (measure === "transferred-out") {
    const target = holderOf(scene.snapshot, transferOf(scene, event).to);
    const activity = { "receiver-activity-id": activityId(target.fund) };
    return [provider, organisation("receiver-org", target.host, activity)];
  }
  if (party === undefined) return [provider];
  const receiver =
    party.kind === "person"
      ? tag("receiver-org", {}, [narrative(scene.say(PERSON))])
      : tag("receiver-org", { ref: party.id }, [narrative(party.name)]);
  return [provider, receiver];
}

function organisation(name: string, { creditCode, name: text }: Host, activity: Attributes): Xml {
  const who = { ref: organisationId(creditCode), ...activity, type: organisationType(creditCode) };
  return tag(name, who, [narrative(text)]);
}

function describeFlow({ snapshot, say }: Scene, flow: Flow): string {
  const { event, measure, community, project } = flow;
  const { books } = snapshot;
  const place = (community && books.communities.get(community)?.name) ?? community ?? "";
  const title = project === null ? undefined : books.projects.get(project)?.title;
  const { entry } = event.data as { entry?: number };
  return [
    say(TEXTS[measure], { place }),
    title === undefined ? "" : say(TEXTS.project, { project: title }),
    event.type === "EntryReversed" ? say(TEXTS.reversal, { entry }) : "",
  ].join("");
}

function narrative(text: string): Xml {
  return tag("narrative", {}, [text]);
}

/** The identifier of a fund's activity; it never changes. */
function activityId({ host, id }: Fund): string {
  return `${organisationId(host)}-${id}`;
}

/** The second character of a credit code tells foundations from other bodies. */
function organisationType(creditCode: string): string {
  return creditCode.startsWith("53") ? FOUNDATION : NATIONAL_NGO;
}

function isPayment(measure: FlowMeasure): boolean {
  return measure === "disbursed" || measure === "returned";
}

function transferOf(
  { snapshot: { log } }: Scene,
  event: StoredEvent,
): { from: string; to: string } {
  const { reverses } = event.data as { reverses?: string };
  const transfer = reverses === undefined ? event : eventOf(log, reverses);
  return transfer.data as { from: string; to: string };
}

const PAGE = 8_192;

/** The entries that move money of a host's funds, by fund: numbers alone, so they fit in memory. */
function entriesByFund({ log, books, point }: Snapshot, host: Host): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (let from = 1; from <= point.entry; from += PAGE) {
    const lines = log.lines(from, Math.min(from + PAGE - 1, point.entry));
    for (let line = 0; line < lines.entry.length; line++) {
      const { measure, fund } = log.seriesAt(lines.series[line] as number);
      if (fund === null || !(measure in FLOWS)) continue;
      if (point.day !== undefined && (lines.day[line] as number) > point.day) continue;
      if (books.funds.get(fund)?.host !== host.creditCode) continue;
      const entries = found.get(fund) ?? [];
      const entry = lines.entry[line] as number;
      if (entries.at(-1) !== entry) entries.push(entry);
      found.set(fund, entries);
    }
  }
  return found;
}

/** One file for each host, because a file has one reporting organisation. */
export const iati = defineHandOver({
  name: "iati",
  title: { zh: "IATI 2.03 活动文件", en: "IATI 2.03 activities" },
  about: {
    zh: "一家慈善组织的各基金为活动，捐赠、划转、拨付、付款为交易；收回与更正为负数；个人不具名。",
    en: "The funds of one host as activities; gifts, transfers, allocations and payments as transactions; what is taken back is negative; persons are not named.",
  },
  readers: "public",
  formats: [{ name: "xml", mediaType: "application/xml; charset=utf-8" }],
  params: ["host"],
  write({ snapshot, params, language, about }) {
    const host = theHost(snapshot, params.host);
    const owns = [...snapshot.books.funds.values()].some((fund) => fund.host === host.creditCode);
    if (!owns) refuse("EXPORT_EMPTY");
    const counts = { activities: 0, transactions: 0 };
    const preamble = about.map(comment).join("\n");
    return {
      chunks: iatiText(snapshot, { host, language, preamble, counts }),
      summary: () => ({ host: host.creditCode, ...counts }),
    };
  },
});
