// What the reports over single gifts share: the columns of a gift, and the entry behind its amount.

import type { Books } from "../../src/domain/books.ts";
import { type Bucket, bucketKey } from "../../src/domain/bucket.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import { fundBalance } from "../fund-balance.ts";
import type { Figure, ReportColumn, Row } from "./report.ts";
import { bucketWords } from "./words.ts";

export type Gift = Bucket & {
  readonly fund: string;
  readonly amount: string;
  readonly currency: string;
  readonly receivedOn: string;
  readonly donor?: string;
  readonly reference?: string;
};

/** The events that are gifts. */
export const GIFT_TYPES = ["DonationReceived", "GoodsReceived"];

export const GIFT_COLUMNS: readonly ReportColumn[] = [
  { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
  { name: "donor", title: { zh: "捐赠人编号", en: "Donor" }, kind: "text" },
  { name: "fund", title: { zh: "基金", en: "Fund" }, kind: "text" },
  { name: "fundName", title: { zh: "基金名称", en: "Fund name" }, kind: "text" },
  { name: "bucket", title: { zh: "限定桶", en: "Bucket" }, kind: "text", words: bucketWords },
  { name: "reference", title: { zh: "流水号", en: "Reference" }, kind: "text" },
  { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
];

/** What is told of a gift beside its amount; an anonymous one has no donor. */
export function giftCells({ data }: StoredEvent, books: Books): Row {
  // The caller hands in gifts only, whose data its fact has checked.
  const gift = data as Gift;
  const fund = books.funds.get(gift.fund);
  return {
    host: fund?.host ?? null,
    donor: gift.donor ?? null,
    fund: gift.fund,
    fundName: fund?.name ?? null,
    bucket: bucketKey(gift),
    reference: gift.reference ?? null,
    currency: gift.currency,
  };
}

/** The figure of what one entry added to columns of its fund's bucket. */
export function figureOfEntry(
  { fund, bucket }: Row,
  entry: string | null | undefined,
  columns: Readonly<Record<string, 1 | -1>>,
): Figure | undefined {
  if (!entry) return undefined;
  return {
    tally: fundBalance.name,
    entry: Number(entry),
    weigh: (row, column) => (row === `${fund}|${bucket}` ? (columns[column] ?? 0) : 0),
  };
}
