// The register of official donation receipts: code and number as the finance system gave them, and
// the gift each stands for.

import { fundBalance } from "../fund-balance.ts";
import { FROM_TO, PERIOD, type Span, spanOf } from "./account-cells.ts";
import { figureOfEntry, GIFT_COLUMNS, type Gift, giftCells } from "./gift-lines.ts";
import { defineReport, type ReportContext, type Row } from "./report.ts";

type Receipt = {
  readonly donation: string;
  readonly code: string;
  readonly number: string;
  readonly checkCode?: string;
  readonly issuedOn: string;
};

export const receiptsRegister = defineReport({
  name: "receipts-register",
  title: { zh: "捐赠票据登记簿", en: "Receipts register" },
  tally: fundBalance.name,
  key: ["code", "number"],
  filters: ["code", "number", "donor", "fund", "host", "currency"],
  params: [PERIOD, ...FROM_TO],
  columns: [
    { name: "code", title: { zh: "票据代码", en: "Code" }, kind: "text" },
    { name: "number", title: { zh: "票据号码", en: "Number" }, kind: "text" },
    { name: "check", title: { zh: "校验码", en: "Check code" }, kind: "text" },
    { name: "issuedOn", title: { zh: "开票日期", en: "Issued on" }, kind: "date" },
    { name: "entry", title: { zh: "登记条目", en: "Entry" }, kind: "text" },
    { name: "gift", title: { zh: "捐赠条目", en: "Gift's entry" }, kind: "text" },
    { name: "receivedOn", title: { zh: "到账日期", en: "Received on" }, kind: "date" },
    ...GIFT_COLUMNS,
    { name: "amount", title: { zh: "金额", en: "Amount" }, kind: "money" },
  ],
  rows: (context) => receiptRows(context, spanOf(context)),
  figure(row, column) {
    return column === "amount" ? figureOfEntry(row, row["gift"], { received: 1 }) : undefined;
  },
});

function* receiptRows({ events, event, books }: ReportContext, span: Span): Generator<Row> {
  for (const { entry, data } of events("ReceiptRecorded")) {
    // Data of this type, as its fact has checked it.
    const { donation, code, number, checkCode, issuedOn } = data as Receipt;
    if (issuedOn < span.from || issuedOn > span.to) continue;
    const gift = event(donation);
    if (!gift) throw new Error(`entry ${entry} is a receipt for no gift`);
    const { amount, receivedOn } = gift.data as Gift;
    yield {
      code,
      number,
      check: checkCode ?? null,
      issuedOn,
      entry: String(entry),
      gift: String(gift.entry),
      receivedOn,
      ...giftCells(gift, books),
      amount,
    };
  }
}
