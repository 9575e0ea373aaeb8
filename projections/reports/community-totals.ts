// Community totals, each community with everything below it on the division tree.

import type { Books } from "../../src/domain/books.ts";
import { communityTotals as tally, UNASSIGNED } from "../community-totals.ts";
import { defineReport, money, type ReportColumn, type Row, zeroRows } from "./report.ts";
import { levelWords } from "./words.ts";

const CURRENCY_END = 4;

const COLUMNS: ReportColumn[] = [
  { name: "community", title: { zh: "区划代码", en: "Community" }, kind: "text" },
  { name: "name", title: { zh: "名称", en: "Name" }, kind: "text" },
  { name: "level", title: { zh: "层级", en: "Level" }, kind: "text", words: levelWords },
  { name: "parent", title: { zh: "上级", en: "Parent" }, kind: "text" },
  { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
  ...tally.columns.map(({ name, title }) => ({ name, title, kind: "money" as const })),
];

/** In the order of the tally's columns. */
type Sums = bigint[];
const COLUMN_NAMES = tally.columns.map(({ name }) => name);
const NO_SUMS: readonly bigint[] = COLUMN_NAMES.map(() => 0n);

const zeroRow = zeroRows(COLUMNS);

export const communityTotals = defineReport({
  name: "community-totals",
  title: tally.title,
  tally: tally.name,
  key: ["community", "currency"],
  filters: ["community", "level", "parent", "currency"],
  columns: COLUMNS,
  adds: ({ community, level, parent }) => (community ?? level ?? parent) !== undefined,
  rows({ books, view }) {
    const totals = view(tally.name);
    const sums = new Map<string, Sums>();
    for (const [row, key] of totals.rows.entries()) {
      const currency = key.slice(0, CURRENCY_END - 1);
      const all = withAncestors(key.slice(CURRENCY_END), books).map((code) => {
        const at = `${code}|${currency}`;
        const sum = sums.get(at) ?? NO_SUMS.slice();
        sums.set(at, sum);
        return sum;
      });
      totals.eachSum(row, (column, sum) => {
        for (const to of all) to[column] = (to[column] as bigint) + sum;
      });
    }
    const keys = [...sums.keys()].sort();
    return keys.map((at) => rowOf(at, sums.get(at) as Sums, books));
  },
  figure(row, column, books) {
    if (!tally.columns.some(({ name }) => name === column)) return undefined;
    return {
      tally: tally.name,
      weigh(key, name) {
        if (name !== column || key.slice(0, CURRENCY_END - 1) !== row["currency"]) return 0;
        return withAncestors(key.slice(CURRENCY_END), books).includes(row["community"] ?? "")
          ? 1
          : 0;
      },
    };
  },
});

/** A community and everything above it; the tree is a few levels deep. */
function withAncestors(code: string, books: Books): string[] {
  if (code === UNASSIGNED) return [UNASSIGNED];
  const codes: string[] = [];
  for (let at: string | null = code; at !== null; at = books.communities.get(at)?.parent ?? null) {
    codes.push(at);
  }
  return codes;
}

function rowOf(at: string, sums: Sums, books: Books): Row {
  const [code = "", currency = ""] = at.split("|");
  const community = books.communities.get(code);
  const row: Record<string, string | null> = {
    ...zeroRow(currency),
    community: code,
    name: community?.name ?? null,
    level: community?.level ?? null,
    parent: community?.parent ?? null,
    currency,
  };
  for (const [column, sum] of sums.entries()) {
    if (sum !== 0n) row[COLUMN_NAMES[column] as string] = money(sum, currency);
  }
  return row;
}
