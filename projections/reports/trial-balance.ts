// 科目余额表: every account with its opening balance, what was debited and credited, and its closing
// balance, per host, or per fund of each host.

import { z } from "zod";
import { dayBefore } from "../../src/domain/books/closing.ts";
import {
  type Account,
  type AccountKind,
  accountIn,
  accountsOf,
  findAccount,
  regimeOn,
} from "../../src/domain/journal/chart.ts";
import type { Text } from "../../src/kernel/text.ts";
import { type AccountRow, accountBalance } from "../account-balance.ts";
import {
  ANY,
  type Cell,
  cellSums,
  FROM_TO,
  figureOfCell,
  inScope,
  OWN,
  PERIOD,
  SCOPE,
  SCOPE_COLUMNS,
  SPAN_COLUMNS,
  type Span,
  scopeCells,
  scopeOf,
  spanOf,
  yearOf,
} from "./account-cells.ts";
import { defineReport, money, type ReportContext, type Row } from "./report.ts";

const DEBIT_KINDS: readonly AccountKind[] = ["asset", "expense"];

const AMOUNTS: readonly { name: string; title: Text; sums?: false }[] = [
  { name: "opening", title: { zh: "期初余额", en: "Opening balance" }, sums: false },
  { name: "debit", title: { zh: "本期借方", en: "Debit" } },
  { name: "credit", title: { zh: "本期贷方", en: "Credit" } },
  { name: "year-debit", title: { zh: "本年累计借方", en: "Debit, this year" } },
  { name: "year-credit", title: { zh: "本年累计贷方", en: "Credit, this year" } },
  { name: "closing", title: { zh: "期末余额", en: "Closing balance" }, sums: false },
];

/** A cell of an account, as it stands in the year of the report; balances in the account's own direction. */
function cellOf(account: Account, column: string, { from, to }: Span): Cell | undefined {
  const year = yearOf(to);
  const isHere = (row: AccountRow) => accountIn(row.account, row.year, year) === account;
  const direction = DEBIT_KINDS.includes(account.kind) ? 1 : -1;
  const balance = (upTo: string): Cell => ({
    weigh: (row) => (isHere(row) ? direction : 0),
    upTo,
  });
  const flow = (side: "debit" | "credit", after: string): Cell => ({
    weigh: (row) => (row.year === year && isHere(row) ? (side === "debit" ? 1 : -1) : 0),
    side,
    after,
    upTo: to,
  });
  const before = dayBefore(from);
  const beforeYear = dayBefore(`${to.slice(0, 4)}-01-01`);
  switch (column) {
    case "opening":
      return balance(before);
    case "closing":
      return balance(to);
    case "debit":
    case "credit":
      return flow(column, before);
    case "year-debit":
      return flow("debit", beforeYear);
    case "year-credit":
      return flow("credit", beforeYear);
    default:
      return undefined;
  }
}

export const trialBalance = defineReport({
  name: "trial-balance",
  title: { zh: "科目余额表", en: "Trial balance" },
  tally: accountBalance.name,
  key: [...SCOPE, "from", "to", "account"],
  filters: [...SCOPE, "account"],
  params: [
    PERIOD,
    ...FROM_TO,
    {
      name: "by",
      title: { zh: "按", en: "By" },
      value: z.enum(["host", "fund"]),
    },
  ],
  columns: [
    ...SCOPE_COLUMNS,
    ...SPAN_COLUMNS,
    { name: "account", title: { zh: "科目编号", en: "Account" }, kind: "text" },
    { name: "nameZh", title: { zh: "科目名称", en: "Name (zh)" }, kind: "text", language: "zh" },
    { name: "nameEn", title: { zh: "科目名称（英文）", en: "Name" }, kind: "text", language: "en" },
    { name: "direction", title: { zh: "方向", en: "Direction" }, kind: "text" },
    ...AMOUNTS.map((column) => ({ ...column, kind: "money" as const })),
  ],
  rows(context) {
    const { filters, books } = context;
    const span = spanOf(context);
    const scope = scopeOf(filters);
    const byFund = filters["by"] === "fund";
    const days = [span.to, dayBefore(span.from), dayBefore(`${span.to.slice(0, 4)}-01-01`)];
    const sums = cellSums(context, days, {
      isIn: (row) => inScope(row, scope, books),
      keyOf: (row) => `${row.host}|${row.currency}|${byFund ? (row.fund ?? OWN) : scope.fund}`,
    });
    return accountLines(sums, filters, span);
  },
  figure(row, column, books) {
    const { from, to, account: code } = row;
    if (!from || !to || !code) return undefined;
    const account = findAccount(regimeOn(to).id, code);
    const cell = account && cellOf(account, column, { from, to });
    return cell && figureOfCell(cell, scopeOf(row), books);
  },
});

function* accountLines(
  sums: ReturnType<typeof cellSums>,
  filters: ReportContext["filters"],
  span: Span,
): Generator<Row> {
  const chart = accountsOf(regimeOn(span.to).id);
  for (const key of sums.keys(span.to)) {
    const [host = "", currency = "", fund = ANY] = key.split("|");
    for (const account of accountsWith(sums.groups(key, span.to), chart, span)) {
      const cells = AMOUNTS.map(({ name }): [string, string] => {
        const cell = cellOf(account, name, span);
        return [name, money(cell ? sums.sum(key, cell) : 0n, currency)];
      });
      yield {
        ...scopeCells(filters, host, currency),
        fund,
        ...span,
        ...accountCells(account),
        ...Object.fromEntries(cells),
      };
    }
  }
}

/** The accounts of the chart in which anything stands or stood, in the chart's order. */
function accountsWith(
  groups: readonly { readonly row: AccountRow }[],
  chart: readonly Account[],
  { to }: Span,
): Account[] {
  const year = yearOf(to);
  const used = new Set(groups.map(({ row }) => accountIn(row.account, row.year, year)));
  return chart.filter((account) => used.has(account));
}

function accountCells({ code, name, kind }: Account): Row {
  return {
    account: code,
    nameZh: name.zh,
    nameEn: name.en,
    direction: DEBIT_KINDS.includes(kind) ? "借" : "贷",
  };
}
