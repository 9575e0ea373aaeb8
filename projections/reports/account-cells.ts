// What the reports over accounts share: whom they are about, which days, and cells as weights over
// the rows of the account balances, so that a cell's value and its entries are one definition.

import { daysOf, monthOrYear } from "../../src/domain/books/closing.ts";
import type { Books } from "../../src/domain/books.ts";
import { day } from "../../src/domain/schema.ts";
import type { Day } from "../../src/kernel/day.ts";
import type { Currency } from "../../src/kernel/money.ts";
import { type AccountRow, accountBalance, readAccountRow } from "../account-balance.ts";
import type { TallyView } from "../tally.ts";
import type { Figure, ReportColumn, ReportContext, ReportParam, Row } from "./report.ts";

/** In a column of the scope: not narrowed. */
export const ANY = "*";

/** Whom a row is about; the key columns of a report of accounts begin with these. */
export const SCOPE = ["host", "fund", "project", "community", "currency"] as const;

export const SCOPE_COLUMNS: readonly ReportColumn[] = [
  { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
  { name: "fund", title: { zh: "基金", en: "Fund" }, kind: "text" },
  { name: "project", title: { zh: "项目", en: "Project" }, kind: "text" },
  { name: "community", title: { zh: "区划", en: "Community" }, kind: "text" },
  { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
];

export const SPAN_COLUMNS: readonly ReportColumn[] = [
  { name: "from", title: { zh: "自", en: "From" }, kind: "date" },
  { name: "to", title: { zh: "至", en: "To" }, kind: "date" },
];

export const PERIOD: ReportParam = {
  name: "period",
  title: { zh: "期间", en: "Period" },
  value: monthOrYear,
};

/** Its own first and last day instead of a period. */
export const FROM_TO: readonly ReportParam[] = [
  { name: "from", title: { zh: "自", en: "From" }, value: day },
  { name: "to", title: { zh: "至", en: "To" }, value: day },
];

/** The days that a report is about, both included. */
export type Span = { readonly from: Day; readonly to: Day };

/**
 * The period asked for, or the year so far; never past the day that the report is as of. A row that
 * is asked for by its own dates gets them.
 */
export function spanOf({ filters, day }: ReportContext): Span {
  const { period, from, to } = filters;
  if (to !== undefined) return { from: from ?? `${to.slice(0, 4)}-01-01`, to };
  if (period === undefined) return { from: `${day.slice(0, 4)}-01-01`, to: day };
  const { first, last } = daysOf(period);
  return { from: first, to: last < day ? last : day };
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

/** What a row of account balances must be of to count. */
export type Scope = Readonly<Record<(typeof SCOPE)[number], string>>;

/** The scope that a row of a report, or a caller's filters, name. */
export function scopeOf(row: Readonly<Record<string, string | null | undefined>>): Scope {
  const of = (name: string) => row[name] ?? ANY;
  return {
    host: of("host"),
    fund: of("fund"),
    project: of("project"),
    community: of("community"),
    currency: of("currency"),
  };
}

/** Whether a row of account balances is within a scope; a community holds what is below it. */
export function inScope(row: AccountRow, scope: Scope, books: Books): boolean {
  return (
    (scope.host === ANY || row.host === scope.host) &&
    (scope.fund === ANY || (row.fund ?? OWN) === scope.fund) &&
    (scope.project === ANY || row.project === scope.project) &&
    (scope.currency === ANY || row.currency === scope.currency) &&
    (scope.community === ANY || isWithin(row.community, scope.community, books))
  );
}

/** In the column of the fund: the host's own part, outside all funds. */
export const OWN = "own";

function isWithin(code: string | null, community: string, books: Books): boolean {
  for (let at = code; at !== null; at = books.communities.get(at)?.parent ?? null) {
    if (at === community) return true;
  }
  return false;
}

/** What one row of account balances counts in a cell, for its debit and for its credit column. */
export type Weigh = (row: AccountRow) => 1 | 0 | -1;

/** A cell: debits less credits with this weight, of business days after one and up to another. */
export type Cell = {
  readonly weigh: Weigh;
  /** Only one side of the accounts. */
  readonly side?: "debit" | "credit" | undefined;
  readonly after?: Day | undefined;
  readonly upTo: Day;
};

/** Rows of account balances that count the same everywhere, added up. */
type Group = { readonly row: AccountRow; debit: bigint; credit: bigint };

/** The groups of one host and currency, or of whatever `keyOf` says. */
export type Groups = ReadonlyMap<string, readonly Group[]>;

const EMPTY: readonly Group[] = [];

/**
 * Adds up a view's rows within a scope: one group per account, item, year and what is told apart,
 * and, in the keys of the answer, per host, currency and whatever else `keyOf` says.
 */
export function groupsIn(view: TallyView, { isIn, keyOf, tellApart }: Selection): Groups {
  const found = new Map<string, Map<string, Group>>();
  for (const key of view.rows) {
    const row = readAccountRow(key);
    if (!isIn(row)) continue;
    const [debit = 0n, credit = 0n] = view.values(key);
    if (debit === 0n && credit === 0n) continue;
    const outer = keyOf(row);
    const inner = found.get(outer) ?? new Map<string, Group>();
    found.set(outer, inner);
    const { regime, code } = row.account;
    const id = `${regime}${code}|${row.item}|${row.year}|${tellApart?.(row) ?? ""}`;
    const group = inner.get(id);
    if (!group) inner.set(id, { row, debit, credit });
    else {
      group.debit += debit;
      group.credit += credit;
    }
  }
  return new Map([...found].map(([key, groups]) => [key, [...groups.values()]]));
}

/** The rows that count, and how they are told apart. */
export type Selection = {
  isIn(row: AccountRow): boolean;
  keyOf(row: AccountRow): string;
  /** What a cell's weight depends on beside account, item, year and what is in the key. */
  tellApart?(row: AccountRow): string;
};

/** Sums of cells, from the views of the days named, each read and added up once, now. */
export function cellSums(context: ReportContext, days: readonly Day[], selection: Selection) {
  const upTo = new Map(
    days.map((day) => [day, groupsIn(context.viewUpTo(accountBalance.name, day), selection)]),
  );
  const groupsUpTo = (day: Day): Groups => {
    const groups = upTo.get(day);
    if (!groups) throw new RangeError(`no sums up to ${day} were asked for`);
    return groups;
  };
  const sumUpTo = (key: string, { weigh, side }: Cell, day: Day): bigint => {
    let sum = 0n;
    for (const { row, debit, credit } of groupsUpTo(day).get(key) ?? EMPTY) {
      const weight = weigh(row);
      if (weight === 0) continue;
      const amount = side === "debit" ? debit : side === "credit" ? -credit : debit - credit;
      sum += weight > 0 ? amount : -amount;
    }
    return sum;
  };
  return {
    keys: (day: Day): string[] => [...groupsUpTo(day).keys()].sort(),
    groups: (key: string, day: Day): readonly Group[] => groupsUpTo(day).get(key) ?? EMPTY,
    sum: (key: string, cell: Cell): bigint =>
      sumUpTo(key, cell, cell.upTo) -
      (cell.after === undefined ? 0n : sumUpTo(key, cell, cell.after)),
  };
}

/** The figure of a cell in a scope: the entries that add up to it. */
export function figureOfCell(cell: Cell, scope: Scope, books: Books): Figure {
  return {
    tally: accountBalance.name,
    after: cell.after,
    upTo: cell.upTo,
    weigh(key, column) {
      if (cell.side !== undefined && cell.side !== column) return 0;
      const row = readAccountRow(key);
      if (!inScope(row, scope, books)) return 0;
      const weight = cell.weigh(row);
      return weight === 0 ? 0 : column === "debit" ? weight : (-weight as 1 | -1);
    },
  };
}

/** The scope columns of a row for one host and currency. */
export function scopeCells(
  filters: Readonly<Record<string, string>>,
  host: string,
  currency: Currency | string,
): Row {
  return { ...scopeOf(filters), host, currency };
}
