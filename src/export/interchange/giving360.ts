// 360Giving 1.4: grants as a JSON package, the standard's own form, or as sheets with its column
// titles.

import type { Host } from "../../domain/books.ts";
import { refuse } from "../../domain/refuse.ts";
import { type Currency, formatAmount } from "../../kernel/money.ts";
import { defineHandOver, type Summary, someHost } from "./export.ts";
import { type Giving360Grant, grantObject } from "./giving360-grant.ts";
import { grantTable, metaTable, transactionTable } from "./giving360-sheets.ts";
import { type Grant, grantsOf, sumOf } from "./grants.ts";
import { type JsonValue, jsonText } from "./json-text.ts";
import { hostOrganisation } from "./organisations.ts";
import type { Snapshot } from "./snapshot.ts";
import { csvOfTable, xlsxOfTables } from "./tables.ts";

/** The version of the standard, as a package names it. */
const VERSION = "1.4";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The package, one grant a line. */
function* packageText(
  grants: Iterable<Giving360Grant>,
  meta: Readonly<Record<string, JsonValue | undefined>>,
): Generator<string> {
  const head = jsonText(meta);
  yield `${head.slice(0, -1)},"grants":[\n`;
  let separator = "";
  for (const grant of grants) {
    yield `${separator}${jsonText(grant)}`;
    separator = ",\n";
  }
  yield "\n]}\n";
}

/** The identifier of a package: the same ledger at the same point is the same package. */
function packageId({ log, asOf }: Snapshot, host: Host | undefined): string {
  const [first] = log.read(1, 1);
  const parts = [first?.id, host?.creditCode ?? "all", asOf.entry, asOf.businessDate];
  return parts.filter((part) => part !== null && part !== undefined).join("-");
}

type Totals = { grants: number; readonly sums: Map<string, bigint> };

function count(grant: Grant, totals: Totals): void {
  totals.grants += 1;
  // Neither fiscal money nor what another charity grants again adds into the grants of charity.
  const kind = grant.regrantedBy === null ? grant.source : "regranted";
  for (const [what, transactions] of [
    ["awarded", grant.commitments],
    ["disbursed", grant.payments],
  ] as const) {
    const key = `${kind} ${what} ${grant.currency}`;
    totals.sums.set(key, (totals.sums.get(key) ?? 0n) + sumOf(transactions));
  }
}

function summaryOf({ grants, sums }: Totals): Summary {
  const amounts = [...sums].map(([key, minor]) => {
    const currency = key.slice(key.lastIndexOf(" ") + 1) as Currency;
    return [key, formatAmount(minor, currency)];
  });
  return { grants, ...Object.fromEntries(amounts) };
}

/** Grants of one host or of all hosts of the ledger. */
export const giving360 = defineHandOver({
  name: "360giving",
  title: { zh: "360Giving 1.4 资助数据", en: "360Giving 1.4 grants" },
  about: {
    zh: "每项拨付及其付款为一项资助，划转至另一慈善组织的为再资助；个人不具名。",
    en: "Every allocation with its payments is a grant, a transfer to another charity is a regrant; persons are not named.",
  },
  readers: "public",
  formats: [
    { name: "json", mediaType: "application/json; charset=utf-8" },
    { name: "csv", mediaType: "text/csv; charset=utf-8; header=present" },
    { name: "xlsx", mediaType: XLSX },
  ],
  params: ["host"],
  write({ snapshot, params, language, about, format }) {
    const host = someHost(snapshot, params.host);
    const totals: Totals = { grants: 0, sums: new Map() };
    if (grantsOf(snapshot, host?.creditCode).next().done) refuse("EXPORT_EMPTY");
    const objects = function* (): Generator<Giving360Grant> {
      const grants = grantsOf(snapshot, host?.creditCode);
      for (const grant of grants) yield grantObject(snapshot, grant, language);
    };
    const counted = function* (): Generator<Giving360Grant> {
      for (const grant of grantsOf(snapshot, host?.creditCode)) {
        count(grant, totals);
        yield grantObject(snapshot, grant, language);
      }
    };
    const createdAt = snapshot.asOf.recordedAt;
    const ledger = snapshot.books.ledger.get("ledger");
    const publisher = host
      ? { name: host.name, identifier: hostOrganisation(host).id }
      : { name: ledger?.name ?? "Almoner" };
    const meta = {
      version: VERSION,
      title: `${publisher.name} 360Giving ${snapshot.asOf.entry}`,
      description: about.join("\n"),
      issued: createdAt ?? undefined,
      modified: createdAt ?? undefined,
      identifier: packageId(snapshot, host),
      publisher,
    };
    const summary = () => summaryOf(totals);
    const sheets = [
      grantTable(counted()),
      transactionTable("commitmentTransaction", objects()),
      transactionTable("disbursementTransaction", objects()),
      metaTable({ ...meta, publisher: publisher.name }),
    ];
    switch (format) {
      case "csv":
        return { chunks: csvOfTable(grantTable(counted())), summary };
      case "xlsx":
        return { chunks: xlsxOfTables(sheets, { title: meta.title, createdAt }), summary };
      default:
        return { chunks: packageText(counted(), meta), summary };
    }
  },
});
