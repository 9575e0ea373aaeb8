// Community totals, each community with everything below it on the division tree.

import type { Books } from "../../src/domain/books.ts";
import { communityTotals as tally, UNASSIGNED } from "../community-totals.ts";
import { defineReport, emptyRow, money, type ReportColumn, type Row } from "./report.ts";

const CURRENCY_END = 4;

const COLUMNS: ReportColumn[] = [
  { name: "community", title: { zh: "区划代码", en: "Community" }, kind: "text" },
  { name: "name", title: { zh: "名称", en: "Name" }, kind: "text" },
  { name: "level", title: { zh: "层级", en: "Level" }, kind: "text" },
  { name: "parent", title: { zh: "上级", en: "Parent" }, kind: "text" },
  { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
  ...tally.columns.map(({ name, title }) => ({ name, title, kind: "money" as const })),
];

const EMPTY_ROW = emptyRow(COLUMNS);

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
    const sums = new Map<string, bigint[]>();
    for (const key of totals.rows) {
      const currency = key.slice(0, CURRENCY_END - 1);
      const own = totals.values(key);
      for (const code of withAncestors(key.slice(CURRENCY_END), books)) {
        const at = `${code}|${currency}`;
        const sum = sums.get(at);
        if (sum) addTo(sum, own);
        else sums.set(at, [...own]);
      }
    }
    return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([at, sum]) => rowOf(at, sum, books));
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

function addTo(sums: bigint[], added: readonly bigint[]): void {
  for (let column = 0; column < sums.length; column++) {
    const sum = added[column] as bigint;
    if (sum !== 0n) sums[column] = (sums[column] as bigint) + sum;
  }
}

function rowOf(at: string, sums: readonly bigint[], books: Books): Row {
  const [code = "", currency = ""] = at.split("|");
  const community = books.communities.get(code);
  const row: Record<string, string | null> = {
    ...EMPTY_ROW,
    community: code,
    name: community?.name ?? null,
    level: community?.level ?? null,
    parent: community?.parent ?? null,
    currency,
  };
  for (const [column, { name }] of tally.columns.entries()) {
    row[name] = money(sums[column] as bigint, currency);
  }
  return row;
}
