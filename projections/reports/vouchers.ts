// 凭证列表: every voucher line by line, numbered through the month without a gap, with who made it
// and how many documents it names.

import { z } from "zod";
import { inBoth } from "../../src/kernel/in-both.ts";
import { accountBalance } from "../account-balance.ts";
import { checkersIn, derivedVouchers, type Voucher, vouchersOf } from "../vouchers.ts";
import { FROM_TO, PERIOD, SCOPE, SCOPE_COLUMNS, type Span, spanOf } from "./account-cells.ts";
import { defineReport, type ReportContext, type Row } from "./report.ts";
import { figureOfLine, isAskedFor, LINE_COLUMNS, lineCells } from "./voucher-lines.ts";

export const vouchers = defineReport({
  name: "vouchers",
  title: { zh: "记账凭证", en: "Vouchers" },
  tally: accountBalance.name,
  key: ["host", "date", "voucher", "line"],
  filters: [...SCOPE, "account", "voucher", "date"],
  params: [
    PERIOD,
    ...FROM_TO,
    {
      name: "since",
      title: { zh: "自条目之后记录", en: "Recorded after entry" },
      value: z
        .string()
        .regex(/^(?:0|[1-9][0-9]{0,14})$/, inBoth({ zh: "条目号", en: "an entry number" })),
    },
  ],
  columns: [
    ...SCOPE_COLUMNS,
    ...LINE_COLUMNS,
    { name: "maker", title: { zh: "制单", en: "Made by" }, kind: "text" },
    { name: "checker", title: { zh: "审核", en: "Checked by" }, kind: "text" },
    { name: "attachments", title: { zh: "附件张数", en: "Documents" }, kind: "text" },
  ],
  rows(context) {
    const { books, day } = context;
    // What is read off the balances was recorded at no entry.
    const derived =
      context.filters["since"] === undefined
        ? [...derivedVouchers(context.view(accountBalance.name), books, day)]
        : [];
    return voucherRows(context, derived, spanOf(context));
  },
  figure: figureOfLine,
});

function* voucherRows(
  { journal, books, event, filters }: ReportContext,
  derived: readonly Voucher[],
  { from, to }: Span,
): Generator<Row> {
  const days = filters["date"] === undefined ? { from, to } : pair(filters["date"]);
  const since = Number(filters["since"] ?? 0);
  for (const list of [vouchersOf(journal(), checkersIn(books, event)), derived]) {
    for (const voucher of list) {
      if (voucher.day < days.from || voucher.day > days.to) continue;
      if ((voucher.event?.entry ?? Number.POSITIVE_INFINITY) <= since) continue;
      for (const [at, line] of voucher.lines.entries()) {
        if (!isAskedFor(voucher.host, line, filters)) continue;
        yield {
          ...lineCells(voucher, at + 1, line, books),
          maker: voucher.maker ?? null,
          checker: voucher.checker ?? null,
          attachments: String(voucher.attachments),
        };
      }
    }
  }
}

function pair(day: string): Span {
  return { from: day, to: day };
}
