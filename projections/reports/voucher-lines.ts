// What the reports that list single postings share: their columns, and the entry behind a line.

import type { Books } from "../../src/domain/books.ts";
import { accountOf, REGIME_IDS, type RegimeId } from "../../src/domain/journal/chart.ts";
import { type AccountRow, accountBalance, readAccountRow } from "../account-balance.ts";
import { type Voucher, type VoucherLine, weighDerived } from "../vouchers.ts";
import { OWN, SCOPE } from "./account-cells.ts";
import { type Figure, money, type ReportColumn, type Row } from "./report.ts";
import { bucketWords, flowItemWords } from "./words.ts";

export const LINE_COLUMNS: readonly ReportColumn[] = [
  { name: "date", title: { zh: "日期", en: "Date" }, kind: "date" },
  { name: "voucher", title: { zh: "凭证字号", en: "Voucher" }, kind: "text" },
  { name: "line", title: { zh: "行号", en: "Line" }, kind: "text" },
  { name: "entry", title: { zh: "条目", en: "Entry" }, kind: "text" },
  { name: "summaryZh", title: { zh: "摘要", en: "Summary (zh)" }, kind: "text", language: "zh" },
  { name: "summaryEn", title: { zh: "摘要（英文）", en: "Summary" }, kind: "text", language: "en" },
  { name: "regime", title: { zh: "制度", en: "Regime" }, kind: "text" },
  { name: "account", title: { zh: "科目编号", en: "Account" }, kind: "text" },
  {
    name: "nameZh",
    title: { zh: "科目名称", en: "Account name (zh)" },
    kind: "text",
    language: "zh",
  },
  {
    name: "nameEn",
    title: { zh: "科目名称（英文）", en: "Account name" },
    kind: "text",
    language: "en",
  },
  { name: "fundName", title: { zh: "基金名称", en: "Fund name" }, kind: "text" },
  { name: "bucket", title: { zh: "限定桶", en: "Bucket" }, kind: "text", words: bucketWords },
  {
    name: "item",
    title: { zh: "流量项目", en: "Flow item" },
    kind: "text",
    words: flowItemWords,
  },
  { name: "debit", title: { zh: "借方金额", en: "Debit" }, kind: "money" },
  { name: "credit", title: { zh: "贷方金额", en: "Credit" }, kind: "money" },
];

/** The cells of one line of a voucher. */
export function lineCells(voucher: Voucher, at: number, line: VoucherLine, books: Books): Row {
  const { account, currency, side, amount } = line;
  return {
    host: voucher.host,
    fund: line.fund ?? OWN,
    project: line.project,
    community: line.community,
    currency,
    date: voucher.day,
    voucher: `${voucher.word}-${voucher.number}`,
    line: String(at),
    entry: voucher.event ? String(voucher.event.entry) : null,
    summaryZh: voucher.summary.zh,
    summaryEn: voucher.summary.en,
    regime: account.regime,
    account: account.code,
    nameZh: account.name.zh,
    nameEn: account.name.en,
    fundName: line.fund === null ? null : (books.funds.get(line.fund)?.name ?? null),
    bucket: line.bucket,
    item: line.item,
    debit: side === "debit" ? money(amount, currency) : null,
    credit: side === "credit" ? money(amount, currency) : null,
  };
}

type Placed = Pick<VoucherLine, "fund" | "bucket" | "project" | "community" | "currency">;

/** Whether a line of a host is one that the filters ask for. */
export function isAskedFor(
  host: string,
  line: Placed,
  filters: Readonly<Record<string, string>>,
): boolean {
  const own = { host, ...line, fund: line.fund ?? OWN };
  return PLACES.every((name) => filters[name] === undefined || own[name] === filters[name]);
}

const PLACES = [...SCOPE, "bucket"] as const;

/** The figure of a line's amount: its own entry, or the balances that it was read off. */
export function figureOfLine(row: Row, column: string): Figure | undefined {
  if ((column !== "debit" && column !== "credit") || row[column] === null) return undefined;
  const { date, entry, regime, account: code } = row;
  if (!date || !code || !REGIME_IDS.some((id) => id === regime)) return undefined;
  const account = accountOf(regime as RegimeId, code);
  const isSame = (of: AccountRow) =>
    of.host === row["host"] &&
    (of.fund ?? OWN) === row["fund"] &&
    of.bucket === row["bucket"] &&
    of.currency === row["currency"];
  if (entry === null || entry === undefined) {
    const weigh = weighDerived(account, date);
    return {
      tally: accountBalance.name,
      weigh(key, side) {
        const of = readAccountRow(key);
        const weight = isSame(of) ? weigh(of) : 0;
        if (weight === 0) return 0;
        return (side === "debit") === (column === "debit") ? weight : (-weight as 1 | -1);
      },
    };
  }
  return {
    tally: accountBalance.name,
    entry: Number(entry),
    weigh(key, side) {
      if (side !== column) return 0;
      const of = readAccountRow(key);
      const isLine =
        isSame(of) &&
        of.account === account &&
        of.project === row["project"] &&
        of.community === row["community"] &&
        of.item === row["item"] &&
        of.year === Number(date.slice(0, 4));
      return isLine ? 1 : 0;
    },
  };
}
