// The entries that add up to a figure of a tally.

import type { Lines } from "../../store/lines.ts";
import type { Point } from "./projection.ts";
import { type Fold, PAGE } from "./tally-fold.ts";
import { placeLines, type TallyState } from "./tally-state.ts";

/** How a cell counts in a figure: added, subtracted or not at all. */
export type CellWeights = (row: string, column: string) => 1 | 0 | -1;

/** What an entry adds to a figure. */
export type CellLine = { readonly entry: number; readonly amount: bigint };

/** A point, and from when on the lines of a figure are counted. */
export type LinePoint = Point & {
  /** Only business dates after this day. */
  readonly afterDay?: number | undefined;
};

/** A page of the entries that add up to a figure, ascending. */
export type LinePage = {
  readonly point: LinePoint;
  /** Only entries after this one. */
  readonly after: number;
  readonly limit: number;
};

/** The entries that add to the cells that weigh something. */
export function linesOfCells(
  { log, place, state }: Fold,
  weigh: CellWeights,
  { point, after, limit }: LinePage,
): CellLine[] {
  const weights = weightsOf(state, weigh);
  const found: CellLine[] = [];
  const last = Math.min(point.entry, state.entry);
  for (let from = after + 1; from <= last && found.length < limit; from += PAGE) {
    const lines = log.lines(from, Math.min(from + PAGE - 1, last));
    placeLines(state, lines, place);
    collect({ state, weights, point, found }, lines);
  }
  return found.slice(0, limit);
}

function weightsOf(state: TallyState, weigh: CellWeights): Map<number, 1 | -1> {
  const { columns } = state.tally;
  const weights = new Map<number, 1 | -1>();
  for (const [number, row] of state.rows.entries()) {
    for (const [column, { name }] of columns.entries()) {
      const weight = weigh(row, name);
      if (weight !== 0) weights.set(number * columns.length + column, weight);
    }
  }
  return weights;
}

type Search = {
  readonly state: TallyState;
  readonly weights: ReadonlyMap<number, 1 | -1>;
  readonly point: LinePoint;
  readonly found: CellLine[];
};

function collect({ state, weights, point, found }: Search, lines: Lines): void {
  const { start, end, index, sign } = state.targets;
  const { day = Number.POSITIVE_INFINITY, afterDay = Number.NEGATIVE_INFINITY } = point;
  for (let line = 0; line < lines.length; line++) {
    const lineDay = lines.day[line] as number;
    if (lineDay > day || lineDay <= afterDay) continue;
    const series = lines.series[line] as number;
    for (let at = start[series] as number; at < (end[series] as number); at++) {
      const weight = weights.get(index[at] as number);
      if (weight === undefined) continue;
      const amount = weight * (sign[at] as number) * (lines.amount[line] as number);
      addTo(found, lines.entry[line] as number, BigInt(amount));
    }
  }
}

function addTo(found: CellLine[], entry: number, amount: bigint): void {
  const last = found.at(-1);
  if (last?.entry === entry) found[found.length - 1] = { entry, amount: last.amount + amount };
  else found.push({ entry, amount });
}
