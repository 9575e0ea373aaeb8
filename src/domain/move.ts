// Moves: what a fact does to the figures, as lines of (measure, dimensions, amount). Every balance
// and total is a sum of moves, which is why every figure can list the entries that add up to it.

/** What is counted. The list only grows: the names are stored. */
export const MEASURES = [
  "received",
  "refunded",
  "transferred-in",
  "transferred-out",
  "fee",
  "interest",
  "allocated",
  "released",
  "disbursed",
  "returned",
  "goods-received",
  "goods-issued",
  "pledged",
  "funds-open",
  "projects-registered",
  "projects-succeeded",
  "projects-ended",
  "reclassified-in",
  "reclassified-out",
  "opening",
] as const;
export type Measure = (typeof MEASURES)[number];

/** The dimensions of a move; a null one does not apply. */
export type Series = {
  readonly measure: Measure;
  readonly fund: string | null;
  readonly bucket: string | null;
  readonly community: string | null;
  readonly project: string | null;
};

/** One line: minor units of the fund's currency, or a count; negative in a reversal. */
export type Move = Series & { readonly amount: bigint };

/** How each measure changes what a bucket may still spend. */
export const AVAILABLE: Partial<Record<Measure, 1 | -1>> = {
  received: 1,
  refunded: -1,
  "transferred-in": 1,
  "transferred-out": -1,
  fee: -1,
  interest: 1,
  allocated: -1,
  released: 1,
  "reclassified-in": 1,
  "reclassified-out": -1,
  opening: 1,
};

/** How each measure changes what is allocated and not yet paid. */
export const COMMITTED: Partial<Record<Measure, 1 | -1>> = {
  allocated: 1,
  released: -1,
  disbursed: -1,
  returned: 1,
};

/** How each measure changes the fair value of the goods in stock. */
export const STOCK: Partial<Record<Measure, 1 | -1>> = {
  "goods-received": 1,
  "goods-issued": -1,
};

/** The text that identifies a series. */
export function seriesKey(series: Series): string {
  return `${series.measure}|${series.fund ?? ""}|${series.bucket ?? ""}|${series.community ?? ""}|${series.project ?? ""}`;
}
