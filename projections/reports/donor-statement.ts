// A donor's statement: every gift in money or in kind, every refund and every red entry of one, each
// by its own entry. Donors are opaque references.

import { bucketKey } from "../../src/domain/bucket.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import type { JournalEntry } from "../../src/domain/journal/posting.ts";
import type { Currency } from "../../src/kernel/money.ts";
import { parseAmount } from "../../src/kernel/money.ts";
import { fundBalance } from "../fund-balance.ts";
import { FROM_TO, PERIOD, type Span, spanOf } from "./account-cells.ts";
import { figureOfEntry, GIFT_COLUMNS, GIFT_TYPES, type Gift, giftCells } from "./gift-lines.ts";
import { defineReport, money, type ReportContext, type Row } from "./report.ts";
import { giftKindWords } from "./words.ts";

export const donorStatement = defineReport({
  name: "donor-statement",
  title: { zh: "捐赠人明细", en: "Donor statement" },
  tally: fundBalance.name,
  key: ["entry"],
  filters: ["donor", "fund", "host", "currency", "kind"],
  params: [PERIOD, ...FROM_TO],
  columns: [
    { name: "entry", title: { zh: "条目", en: "Entry" }, kind: "text" },
    { name: "date", title: { zh: "日期", en: "Date" }, kind: "date" },
    { name: "kind", title: { zh: "事项", en: "Kind" }, kind: "text", words: giftKindWords },
    { name: "gift", title: { zh: "捐赠条目", en: "Gift's entry" }, kind: "text" },
    ...GIFT_COLUMNS,
    { name: "amount", title: { zh: "金额", en: "Amount" }, kind: "money" },
  ],
  rows: (context) => donorRows(context, spanOf(context)),
  figure(row, column) {
    if (column !== "amount") return undefined;
    return figureOfEntry(row, row["entry"], {
      received: 1,
      refunded: -1,
      "goods-received": 1,
    });
  },
});

function* donorRows({ journal, books, filters }: ReportContext, span: Span): Generator<Row> {
  // Only gifts that are asked for are remembered, for the refunds that may follow.
  const gifts = new Map<string, StoredEvent>();
  for (const { event, day } of journal()) {
    const gift = GIFT_TYPES.includes(event.type) ? event : originOf(event, gifts);
    if (!gift) continue;
    const cells = giftCells(gift, books);
    if (filters["donor"] !== undefined && cells["donor"] !== filters["donor"]) continue;
    gifts.set(event.id, gift);
    if (day < span.from || day > span.to) continue;
    yield {
      entry: String(event.entry),
      date: day,
      kind: event.type,
      gift: String(gift.entry),
      ...cells,
      amount: money(amountOf(event, gift), (gift.data as Gift).currency),
    };
  }
}

/** The gift that a refund or a red entry is about. */
function originOf(
  { type, data }: JournalEntry["event"],
  gifts: ReadonlyMap<string, StoredEvent>,
): StoredEvent | undefined {
  const { donation, reverses } = data as { donation?: string; reverses?: string };
  if (type === "DonationRefunded" && donation !== undefined) return gifts.get(donation);
  return type === "EntryReversed" && reverses !== undefined ? gifts.get(reverses) : undefined;
}

type Undone = { readonly measure: string; readonly bucket: string | null; readonly amount: string };

/** What the entry adds to what the donor has given. */
function amountOf({ type, data }: StoredEvent, gift: StoredEvent): bigint {
  const given = gift.data as Gift;
  const minor = (amount: string) => parseAmount(amount, given.currency as Currency);
  if (type !== "EntryReversed") {
    const { amount } = data as { amount: string };
    return type === "DonationRefunded" ? -minor(amount) : minor(amount);
  }
  const { undoes } = data as { undoes: readonly Undone[] };
  const own = undoes.filter(({ bucket }) => bucket === bucketKey(given));
  return own.reduce(
    (sum, { measure, amount }) =>
      measure === "refunded" ? sum + minor(amount) : sum - minor(amount),
    0n,
  );
}
