// Vouchers (记账凭证) of a month for accounting packages. The number starts at 1 in every month of a
// host and has no gaps; it counts the posted entries of the month in the order of the log, so later
// entries never change a number. A red entry stands in red: negative, on its own side.

import iconv from "iconv-lite";
import {
  checkersIn,
  type Voucher,
  type VoucherLine,
  vouchersOf,
} from "../../../projections/vouchers.ts";
import { factsOnLog } from "../../app/facts-on-log.ts";
import type { Host } from "../../domain/books.ts";
import type { JournalEntry } from "../../domain/journal/posting.ts";
import { journalEntryOf } from "../../domain/journal/postings-of.ts";
import { refuse } from "../../domain/refuse.ts";
import { dayOfNumber } from "../../kernel/day.ts";
import { formatAmount } from "../../kernel/money.ts";
import { defineHandOver, needed, theHost } from "./export.ts";
import { postedEntries } from "./posted.ts";
import { eventOf, type Snapshot } from "./snapshot.ts";
import { type Cells, csvOfTable, type TableColumn, xlsxOfTables } from "./tables.ts";

type Line = { readonly voucher: Voucher; readonly line: VoucherLine; readonly summary: string };

type Column = TableColumn & { of(line: Line): string };

/** 记: the one kind of voucher that is used. */
const WORD = "记";
const SUMMARY_MAX = 60;

const text = (title: string, of: Column["of"]): Column => ({ title, kind: "text", of });
const date = (title: string): Column => ({ title, kind: "text", of: ({ voucher }) => voucher.day });
const sideAmount = (title: string, side: VoucherLine["side"], none: string): Column => ({
  title,
  kind: "money",
  of: ({ line }) => (line.side === side ? formatAmount(line.amount, "CNY") : none),
});
const code = ({ line }: Line) => line.account.code;
const accountName = ({ line }: Line) => line.account.name.zh;
const documents = ({ voucher }: Line) => String(voucher.attachments);
const number = ({ voucher }: Line) => String(voucher.number);
const summary = (line: Line) => line.summary;
const maker = ({ voucher }: Line) => voucher.maker ?? "";
const checker = ({ voucher }: Line) => voucher.checker ?? "";
const nothing = () => "";

/** The columns of each package's own template, in its order. */
const TEMPLATES: Readonly<Record<string, readonly Column[]>> = {
  yonyou: [
    date("日期"),
    text("凭证字", () => WORD),
    text("凭证号", number),
    text("摘要", summary),
    text("科目代码", code),
    sideAmount("借方金额", "debit", "0.00"),
    sideAmount("贷方金额", "credit", "0.00"),
    text("制单人", maker),
  ],
  kingdee: [
    date("日期"),
    text("凭证字", () => WORD),
    text("凭证号", number),
    text("附单据数", documents),
    text("摘要", summary),
    text("科目代码", code),
    text("科目名称", accountName),
    sideAmount("借方金额", "debit", ""),
    sideAmount("贷方金额", "credit", ""),
    text("币别", () => "RMB"),
    text("汇率", () => "1"),
    text("数量", nothing),
    text("单价", nothing),
    text("制单人", maker),
    text("审核人", checker),
    text("过账人", nothing),
  ],
  ningmeng: [
    date("日期"),
    text("凭证号", ({ voucher }) => `${WORD}-${voucher.number}`),
    text("附件数", documents),
    text("摘要", summary),
    text("科目编码", code),
    text("科目名称", accountName),
    sideAmount("借方金额", "debit", ""),
    sideAmount("贷方金额", "credit", ""),
  ],
};

/** The vouchers of a host in a month, numbered like those of the report. */
function* vouchersIn(snapshot: Snapshot, host: Host, period: string): Generator<Voucher> {
  const { books, log } = snapshot;
  const checkers = checkersIn(books, (id) => eventOf(log, id));
  for (const voucher of vouchersOf(monthOf(snapshot, period), checkers)) {
    if (voucher.host !== host.creditCode) continue;
    const foreign = voucher.lines.find(({ currency }) => currency !== "CNY");
    const entry = voucher.event?.entry ?? 0;
    if (foreign) refuse("VOUCHER_CURRENCY", { entry, currency: foreign.currency });
    yield voucher;
  }
}

/** The journal of a month, in the order of recording. */
function* monthOf(snapshot: Snapshot, period: string): Generator<JournalEntry> {
  const { log, books } = snapshot;
  const context = { books, fact: factsOnLog(log).byId };
  const entries = [...postedEntries(snapshot)]
    .filter(({ day }) => dayOfNumber(day).startsWith(period))
    .map(({ entry }) => entry);
  for (const entry of [...new Set(entries)].sort((a, b) => a - b)) {
    for (const event of log.read(entry, entry)) yield journalEntryOf(event, context);
  }
}

type Totals = { vouchers: number; lines: number; debit: bigint; lastEntry: number };

function* linesOf(
  { books }: Snapshot,
  vouchers: Iterable<Voucher>,
  totals: Totals,
): Generator<Line> {
  for (const voucher of vouchers) {
    totals.vouchers += 1;
    totals.lastEntry = voucher.event?.entry ?? totals.lastEntry;
    for (const line of voucher.lines) {
      totals.lines += 1;
      if (line.side === "debit") totals.debit += line.amount;
      const fund = line.fund === null ? undefined : books.funds.get(line.fund);
      yield { voucher, line, summary: summaryOf(voucher, fund?.name) };
    }
  }
}

/** 摘要: what happened, in which fund, and the entry to look it up by. */
function summaryOf({ summary, event }: Voucher, fund: string | undefined): string {
  const entry = ` #${event?.entry}`;
  const whole = [summary.zh, fund].filter((part) => part !== undefined).join(" ");
  const room = SUMMARY_MAX - entry.length;
  const characters = [...whole];
  if (characters.length <= room) return `${whole}${entry}`;
  return `${characters.slice(0, room - 1).join("")}…${entry}`;
}

/** Chinese accounting packages read CSV as Windows in China writes it. */
function* inGb18030(chunks: Iterable<string>): Generator<Uint8Array> {
  for (const chunk of chunks) yield iconv.encode(chunk, "gb18030");
}

export const vouchers = defineHandOver({
  name: "vouchers",
  title: { zh: "记账凭证（导入财务软件）", en: "Vouchers for accounting packages" },
  about: {
    zh: "一家机构一个月的记账凭证，按用友、金蝶 KIS 或柠檬云的模板；凭证号每月从 1 连续编号；CSV 为 GB18030 编码。",
    en: "A host's vouchers of a month in the template of Yonyou, Kingdee KIS or Ningmeng; numbers start at 1 each month without gaps; CSV is in GB18030.",
  },
  readers: ["accountant", "approver", "auditor"],
  formats: [
    { name: "csv", mediaType: "text/csv; charset=gb18030; header=present" },
    {
      name: "xlsx",
      mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
  ],
  params: ["for", "period", "host"],
  write({ snapshot, params, format }) {
    const template = TEMPLATES[needed(params, "for")] ?? [];
    const period = needed(params, "period");
    const host = theHost(snapshot, params.host);
    if (vouchersIn(snapshot, host, period).next().done) refuse("EXPORT_EMPTY");
    const totals: Totals = { vouchers: 0, lines: 0, debit: 0n, lastEntry: 0 };
    const rows = function* (): Generator<Cells> {
      for (const line of linesOf(snapshot, vouchersIn(snapshot, host, period), totals)) {
        yield template.map(({ of }) => of(line));
      }
    };
    const table = { name: `${WORD} ${period}`, columns: template, rows: rows() };
    return {
      chunks:
        format === "xlsx"
          ? xlsxOfTables([table], { title: `${host.name} ${period}`, createdAt: null })
          : inGb18030(csvOfTable(table)),
      summary: () => ({
        host: host.creditCode,
        period,
        vouchers: totals.vouchers,
        lines: totals.lines,
        "debit CNY": formatAmount(totals.debit, "CNY"),
        lastEntry: totals.lastEntry,
      }),
    };
  },
});
