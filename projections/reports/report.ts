// A report: columns declared once for every format and language, rows computed from tallies and
// registers as of one point, and for each cell the figure whose entries add up to it.

import type { Books } from "../../src/domain/books.ts";
import { type Currency, formatAmount } from "../../src/kernel/money.ts";
import type { Text } from "../../src/kernel/text.ts";
import type { TallyView } from "../tally.ts";

export type ReportColumn = {
  readonly name: string;
  readonly title: Text;
  /** `money`: decimal text in the row's currency. `count`: whole number. */
  readonly kind: "text" | "money" | "count";
};

export type Row = Readonly<Record<string, string | null>>;

/** What a report is computed from. */
export type ReportContext = {
  readonly books: Books;
  view(tally: string): TallyView;
  /** A report may leave out early what these leave out; they are applied in any case. */
  readonly filters: Readonly<Record<string, string>>;
};

/** A cell as a sum: which cells of which tally add to it, and how. */
export type Figure = {
  readonly tally: string;
  weigh(row: string, column: string): 1 | 0 | -1;
};

export type Report = {
  readonly name: string;
  readonly title: Text;
  /** The tally whose definition and version the figures have. */
  readonly tally: string;
  readonly columns: readonly ReportColumn[];
  /** Columns that identify a row, in the order of its key. */
  readonly key: readonly string[];
  /** Filters a caller may give, by column name; a row must equal each. */
  readonly filters: readonly string[];
  rows(context: ReportContext): Row[];
  /** The figure in a column of a row; undefined when the column is no figure. */
  figure(row: Row, column: string, books: Books): Figure | undefined;
};

/** Declares a report. */
export function defineReport(report: Report): Report {
  return report;
}

/** A sum over columns with a weight each. */
export type Weights = Readonly<Record<string, 1 | -1>>;

/** Money as a report shows it. */
export function money(minor: bigint, currency: string): string {
  return formatAmount(minor, currency as Currency);
}
