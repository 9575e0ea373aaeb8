// A tally: figures that are sums of moves, or of postings. It only says which cell of its table a
// series of them adds to; summing, checkpoints, as-of, rebuild, lag and drill-down follow from that.

import type { Books } from "../src/domain/books.ts";
import type { Series } from "../src/domain/move.ts";
import type { Text } from "../src/kernel/text.ts";

export type Column = { readonly name: string; readonly title: Text };

/** Where the moves of a series go: a row (created on first use), a column, and a sign. */
export type Cell = { readonly row: string; readonly column: string; readonly sign: 1 | -1 };

export type Tally<S = Series> = {
  readonly name: string;
  /** Raising it makes the tally rebuild by itself. */
  readonly version: number;
  readonly title: Text;
  /** What the figures mean, in plain words, shown beside them. */
  readonly definition: Text;
  readonly columns: readonly Column[];
  /**
   * The cells that a series adds to. Registers never change what this depends on (level, host,
   * currency), so the answer is the same at every entry.
   */
  cells(series: S, books: Books): readonly Cell[];
};

/** A tally as its readers see it, whatever its series are. */
export type TallyInfo = Omit<Tally, "cells">;

/** A tally's sums as of some point. */
export type TallyView = {
  /** Row keys in the order of their first entry. */
  readonly rows: readonly string[];
  /** Exact sum, in minor units or a count; zero for a row or column that never moved. */
  get(row: string, column: string): bigint;
  /** All sums of a row in the order of the tally's columns. */
  values(row: string): bigint[];
  /**
   * Calls back with what adds up to the sums of the row with this number: columns, by their number,
   * and safe integers as `Sums` takes them. What is zero has no part.
   */
  eachPart(row: number, see: (column: number, part: number) => void): void;
};

/** Declares a tally. */
export function defineTally<S = Series>(tally: Tally<S>): Tally<S> {
  return tally;
}

/** True for the buckets that hold fiscal money, which never adds into charity totals. */
export function isFiscal(bucket: string | null): boolean {
  return bucket?.startsWith("fiscal/") ?? false;
}
