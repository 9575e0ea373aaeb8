// 360Giving as sheets, with the standard's column titles: the grants, their commitments and payments
// on sheets of their own, and the Meta sheet that the standard asks for. CSV holds the grants alone.

import type { ReportColumn } from "../../../projections/reports/report.ts";
import type { Giving360Grant, Giving360Transaction } from "./giving360-grant.ts";
import type { Cells, Table } from "./tables.ts";

type Column = {
  readonly title: string;
  readonly kind?: ReportColumn["kind"];
  of(grant: Giving360Grant): string | undefined;
};

const COLUMNS: readonly Column[] = [
  { title: "Identifier", of: ({ id }) => id },
  { title: "Title", of: ({ title }) => title },
  { title: "Description", of: ({ description }) => description },
  { title: "Currency", of: ({ currency }) => currency },
  { title: "Amount Awarded", kind: "money", of: ({ amountAwarded }) => amountAwarded.decimal },
  {
    title: "Amount Disbursed",
    kind: "money",
    of: ({ amountDisbursed }) => amountDisbursed.decimal,
  },
  { title: "Award Date", kind: "date", of: ({ awardDate }) => awardDate },
  { title: "Recipient Org:Identifier", of: (grant) => recipient(grant)?.id },
  { title: "Recipient Org:Name", of: (grant) => recipient(grant)?.name },
  { title: "Recipient Ind:Identifier", of: (grant) => grant.recipientIndividual?.id },
  { title: "Recipient Ind:Name", of: (grant) => grant.recipientIndividual?.name },
  { title: "Funding Org:Identifier", of: (grant) => grant.fundingOrganization[0].id },
  { title: "Funding Org:Name", of: (grant) => grant.fundingOrganization[0].name },
  { title: "Funding Org:Department", of: (grant) => grant.fundingOrganization[0].department },
  { title: "Grant Programme:Code", of: (grant) => grant.grantProgramme[0].code },
  { title: "Grant Programme:Title", of: (grant) => grant.grantProgramme[0].title },
  { title: "Beneficiary Location:Name", of: (grant) => place(grant)?.name },
  { title: "Beneficiary Location:Country Code", of: (grant) => place(grant)?.countryCode },
  { title: "Beneficiary Location:Geographic Code", of: (grant) => place(grant)?.geoCode },
  { title: "Beneficiary Location:Geographic Code Type", of: (grant) => place(grant)?.geoCodeType },
  { title: "Funding Type:0:Vocabulary", of: (grant) => grant.fundingType[0]?.vocabulary },
  { title: "Funding Type:0:Code", of: (grant) => grant.fundingType[0]?.code },
  { title: "Funding Type:0:Title", of: (grant) => grant.fundingType[0]?.title },
  { title: "Funding Type:1:Vocabulary", of: (grant) => grant.fundingType[1]?.vocabulary },
  { title: "Funding Type:1:Code", of: (grant) => grant.fundingType[1]?.code },
  { title: "Funding Type:1:Title", of: (grant) => grant.fundingType[1]?.title },
  { title: "For Regrant Type", of: ({ regrantType }) => regrantType },
  { title: "Location Scope", of: ({ locationScope }) => locationScope },
  { title: "Last Modified", of: ({ dateModified }) => dateModified },
];

function recipient({ recipientOrganization }: Giving360Grant) {
  return recipientOrganization?.[0];
}

function place({ beneficiaryLocation }: Giving360Grant) {
  return beneficiaryLocation?.[0];
}

/** The grants, a row each. */
export function grantTable(grants: Iterable<Giving360Grant>): Table {
  return {
    name: "grants",
    columns: COLUMNS.map(({ title, kind = "text" }) => ({ title, kind })),
    rows: mapped(grants, (grant) => [COLUMNS.map(({ of }) => of(grant))]),
  };
}

const TRANSACTION_FIELDS = [
  ["id", "text"],
  ["transactionDate", "date"],
  ["currency", "text"],
  ["value", "money"],
  ["description", "text"],
  ["provider", "text"],
  ["recipient", "text"],
  ["dateModified", "text"],
] as const;

type Kind = "commitmentTransaction" | "disbursementTransaction";

/** The transactions of one kind; each row names its grant. */
export function transactionTable(kind: Kind, grants: Iterable<Giving360Grant>): Table {
  const cells = (transaction: Giving360Transaction): Cells =>
    TRANSACTION_FIELDS.map(([field]) =>
      field === "value" ? transaction.value.decimal : transaction[field],
    );
  return {
    name: kind,
    columns: [
      { title: "Identifier", kind: "text" },
      ...TRANSACTION_FIELDS.map(([field, of]) => ({ title: `${kind}/0/${field}`, kind: of })),
    ],
    rows: mapped(grants, (grant) => grant[kind].map((each) => [grant.id, ...cells(each)])),
  };
}

/** What a package says of itself, a name and a value in each row. */
export function metaTable(meta: Readonly<Record<string, string | undefined>>): Table {
  const [[firstName, firstValue] = ["", ""], ...rest] = Object.entries(meta);
  return {
    name: "Meta",
    columns: [
      { title: firstName, kind: "text" },
      { title: firstValue ?? "", kind: "text" },
    ],
    rows: rest.filter(([, value]) => value !== undefined),
  };
}

function* mapped(
  grants: Iterable<Giving360Grant>,
  rowsOf: (grant: Giving360Grant) => readonly Cells[],
): Generator<Cells> {
  for (const grant of grants) yield* rowsOf(grant);
}
