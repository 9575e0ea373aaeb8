// A report: columns declared once for every format and language, rows computed from tallies and
// registers as of one point, and for each cell the figure whose entries add up to it.

import type { z } from "zod";
import type { Books } from "../../src/domain/books.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import type { JournalEntry } from "../../src/domain/journal/posting.ts";
import type { Day } from "../../src/kernel/day.ts";
import { type Currency, formatAmount } from "../../src/kernel/money.ts";
import type { Exact } from "../../src/kernel/sums.ts";
import type { Language, Text } from "../../src/kernel/text.ts";
import type { TallyView } from "../tally.ts";
import type { Words } from "./words.ts";

export type ReportColumn = {
  readonly name: string;
  readonly title: Text;
  /**
   * `money`: decimal text in the currency that the row's column `currency` names. `count`: whole
   * number. `date`: a day. Money and counts stand right; everything else stands left.
   */
  readonly kind: "text" | "money" | "count" | "date";
  /** False for a running balance and the like, whose sum over the rows says nothing. */
  readonly sums?: false;
  /** The language its texts are in; a file for people in the other one leaves it out. */
  readonly language?: Language;
  /** What its codes are called in a file for people. */
  readonly words?: Words;
};

/** A value that the rows are computed from and that is no column, such as a period. */
export type ReportParam = {
  readonly name: string;
  readonly title: Text;
  readonly value: z.ZodType<string>;
};

export type Row = Readonly<Record<string, string | null>>;

/** What a report is computed from. */
export type ReportContext = {
  readonly books: Books;
  view(tally: string): TallyView;
  /** A tally's sums of business days up to one, known at an entry before the point, or at the point. */
  viewUpTo(tally: string, day: Day, entry?: number): TallyView;
  /** The entries that are posted, up to the point, in order and read as they are taken. */
  journal(): Iterable<JournalEntry>;
  /** The events of a type, up to the point, in order and read as they are taken. */
  events(type: string): Iterable<StoredEvent>;
  /** The event at this entry, up to the point. */
  entryAt(entry: number): StoredEvent | undefined;
  /** The event with this id, up to the point. */
  event(id: string): StoredEvent | undefined;
  /** The day that the report is as of: the one asked for, or that of the last entry's recording. */
  readonly day: Day;
  /** Up to where to read: the last entry, and the last business day when one was asked for. */
  readonly point: { readonly entry: number; readonly day?: number | undefined };
  /**
   * Filters and parameters that were given, by name. A report may leave out early what a filter
   * leaves out; filters are applied in any case.
   */
  readonly filters: Readonly<Record<string, string>>;
};

/** A cell as a sum: which cells of which tally add to it, and how. */
export type Figure = {
  readonly tally: string;
  /** Only business days after this one. */
  readonly after?: Day | undefined;
  /** Only business days up to this one. */
  readonly upTo?: Day | undefined;
  /** Only this entry. */
  readonly entry?: number | undefined;
  weigh(row: string, column: string): 1 | 0 | -1;
};

export type Report = {
  readonly name: string;
  readonly title: Text;
  /** The tally whose definition and version the figures have. */
  readonly tally: string;
  /** What its rows mean, where the tally's definition does not say it. */
  readonly definition?: Text;
  readonly columns: readonly ReportColumn[];
  /** Columns that identify a row, in the order of its key. */
  readonly key: readonly string[];
  /** Filters a caller may give, by column name; a row must equal each. */
  readonly filters: readonly string[];
  readonly params?: readonly ReportParam[];
  /**
   * True when no two rows overlap under these filters, so that the sum of a column is a figure
   * itself; left out, the sums only show that no row is missing.
   */
  adds?(filters: Readonly<Record<string, string>>): boolean;
  /**
   * The rows, read once, in an order that only the point decides. A long report yields them as it
   * reads, while others write: it takes what it needs of a view before it returns, and keeps no
   * query open between two rows.
   */
  rows(context: ReportContext): Iterable<Row>;
  /** The figure in a column of a row; undefined when the column is no figure. */
  figure(row: Row, column: string, books: Books): Figure | undefined;
};

/** Declares a report. */
export function defineReport(report: Report): Report {
  return report;
}

/**
 * Rows with zero in every column of money, one for each currency. Rows of a report are copies, which
 * then get what is not zero: giving an object its fields one by one costs more than working out what
 * stands in them.
 */
export function zeroRows(columns: readonly ReportColumn[]): (currency: string) => Row {
  const known = new Map<string, Row>();
  return (currency) => {
    const row = known.get(currency) ?? zeroRow(columns, currency);
    known.set(currency, row);
    return row;
  };
}

function zeroRow(columns: readonly ReportColumn[], currency: string): Row {
  const zero = money(0n, currency);
  const cells = columns.map(({ name, kind }) => [name, kind === "money" ? zero : null]);
  // V8 copies what it has parsed a third faster than what was put together field by field.
  return JSON.parse(JSON.stringify(Object.fromEntries(cells))) as Row;
}

/** The names of everything a caller may narrow a report by. */
export function filterNames({ filters, params = [] }: Report): string[] {
  return [...filters, ...params.map(({ name }) => name)];
}

/** The first row that matches, read no further. */
export function findRow(rows: Iterable<Row>, matches: (row: Row) => boolean): Row | undefined {
  for (const row of rows) if (matches(row)) return row;
  return undefined;
}

/** A sum over columns with a weight each. */
export type Weights = Readonly<Record<string, 1 | -1>>;

/** Money as a report shows it. */
export function money(minor: Exact, currency: string): string {
  return formatAmount(minor, currency as Currency);
}
