// 明细账: the lines of each account in the order of recording, with the account's running balance
// from the balance brought forward on.

import { dayBefore } from "../../src/domain/books/closing.ts";
import { type Account, accountIn } from "../../src/domain/journal/chart.ts";
import { accountBalance, readAccountRow } from "../account-balance.ts";
import { checkersIn, type Voucher, type VoucherLine, vouchersOf } from "../vouchers.ts";
import {
  FROM_TO,
  PERIOD,
  SCOPE,
  SCOPE_COLUMNS,
  type Span,
  spanOf,
  yearOf,
} from "./account-cells.ts";
import { defineReport, money, type ReportContext, type Row } from "./report.ts";
import { figureOfLine, isAskedFor, LINE_COLUMNS, lineCells } from "./voucher-lines.ts";

export const generalLedger = defineReport({
  name: "general-ledger",
  title: { zh: "明细账", en: "General ledger" },
  tally: accountBalance.name,
  key: ["host", "date", "voucher", "line"],
  filters: [...SCOPE, "account", "bucket", "date"],
  params: [PERIOD, ...FROM_TO],
  columns: [
    ...SCOPE_COLUMNS,
    ...LINE_COLUMNS,
    {
      name: "balance",
      title: { zh: "余额（借为正）", en: "Balance, debit positive" },
      kind: "money",
      sums: false,
    },
  ],
  rows(context) {
    const span = withinYear(spanOf(context));
    return ledgerRows(context, span, balancesBefore(context, span));
  },
  figure: figureOfLine,
});

/** A year begins with balances brought forward, so a ledger never runs over its end. */
function withinYear({ from, to }: Span): Span {
  const first = `${to.slice(0, 4)}-01-01`;
  return { from: from < first ? first : from, to };
}

type Balances = Map<string, bigint>;

function balanceKey(host: string, currency: string, { regime, code }: Account): string {
  return [host, currency, regime, code].join("|");
}

function balancesBefore(context: ReportContext, { from, to }: Span): Balances {
  const view = context.viewUpTo(accountBalance.name, dayBefore(from));
  const balances: Balances = new Map();
  for (const key of view.rows) {
    const row = readAccountRow(key);
    if (!isAskedFor(row.host, row, context.filters)) continue;
    const [debit = 0n, credit = 0n] = view.values(key);
    const at = balanceKey(row.host, row.currency, accountIn(row.account, row.year, yearOf(to)));
    balances.set(at, (balances.get(at) ?? 0n) + debit - credit);
  }
  return balances;
}

function* ledgerRows(
  { journal, books, event, filters }: ReportContext,
  { from, to }: Span,
  balances: Balances,
): Generator<Row> {
  const days = filters["date"] === undefined ? { from, to } : { from, to: filters["date"] };
  for (const voucher of vouchersOf(journal(), checkersIn(books, event))) {
    if (voucher.day < days.from || voucher.day > days.to) continue;
    for (const [at, line] of voucher.lines.entries()) {
      if (!isAskedFor(voucher.host, line, filters)) continue;
      const balance = added(balances, voucher, line);
      const cells = lineCells(voucher, at + 1, line, books);
      yield { ...cells, balance: money(balance, line.currency) };
    }
  }
}

function added(balances: Balances, { host }: Voucher, line: VoucherLine): bigint {
  const key = balanceKey(host, line.currency, line.account);
  const { side, amount } = line;
  const balance = (balances.get(key) ?? 0n) + (side === "debit" ? amount : -amount);
  balances.set(key, balance);
  return balance;
}
