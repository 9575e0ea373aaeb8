// Every gift in money or in kind as it was recorded, each by its own entry: what can be published of a
// single gift. A refund or a red entry of it is an entry of its own.

import { dayNumber } from "../../src/kernel/day.ts";
import { fundBalance } from "../fund-balance.ts";
import { GIFT_COLUMNS, GIFT_TYPES, type Gift, giftCells } from "./gift-lines.ts";
import { defineReport, type ReportContext, type Row } from "./report.ts";
import { giftKindWords } from "./words.ts";

const MEASURES = new Set(["received", "goods-received"]);

export const gifts = defineReport({
  name: "gifts",
  title: { zh: "捐赠明细", en: "Gifts" },
  definition: {
    zh: "每笔捐赠（款项或物资）按入账时的金额；其后的退还与红字另为条目，不在此减去。",
    en: "Each gift, in money or in kind, by the amount it was recorded with. Later refunds and red entries are entries of their own and are not taken away here.",
  },
  tally: fundBalance.name,
  key: ["entry"],
  filters: ["entry", "donor", "fund", "host", "currency"],
  columns: [
    { name: "entry", title: { zh: "条目", en: "Entry" }, kind: "text" },
    { name: "receivedOn", title: { zh: "到账日期", en: "Received on" }, kind: "date" },
    { name: "kind", title: { zh: "事项", en: "Kind" }, kind: "text", words: giftKindWords },
    ...GIFT_COLUMNS,
    { name: "amount", title: { zh: "金额", en: "Amount" }, kind: "money" },
  ],
  rows: giftRows,
  figure({ entry }, column) {
    // A figure is asked for by its key alone: whichever fund and bucket the entry's gift came into.
    if (column !== "amount" || !entry || !/^[1-9][0-9]{0,14}$/.test(entry)) return undefined;
    return {
      tally: fundBalance.name,
      entry: Number(entry),
      weigh: (_row, measure) => (MEASURES.has(measure) ? 1 : 0),
    };
  },
});

function* giftRows({ journal, entryAt, books, filters, point }: ReportContext): Generator<Row> {
  const asked = filters["entry"];
  const one = asked === undefined ? undefined : entryAt(Number(asked));
  const events = one ? [one] : eventsOf(journal());
  for (const event of events) {
    if (!GIFT_TYPES.includes(event.type)) continue;
    // Data of these types, as their facts have checked it.
    const { amount, receivedOn } = event.data as Gift;
    if (point.day !== undefined && dayNumber(receivedOn) > point.day) continue;
    yield {
      entry: String(event.entry),
      receivedOn,
      kind: event.type,
      ...giftCells(event, books),
      amount,
    };
  }
}

function* eventsOf(entries: ReturnType<ReportContext["journal"]>) {
  for (const { event } of entries) yield event;
}
