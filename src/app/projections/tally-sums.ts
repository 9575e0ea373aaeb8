// A tally's sums as of any point of history, from the nearest place where they are known.

import { createSums, type Sums } from "../../kernel/sums.ts";
import { type Point, ProjectionStopped } from "./projection.ts";
import { CHECKPOINT_EVERY } from "./tally-file.ts";
import { type Fold, PAGE, recoverDays } from "./tally-fold.ts";
import { addCells, cellsOf, placeLines } from "./tally-state.ts";

/** @throws ProjectionStopped when the tally has stopped before the point. */
export function sumsAt(fold: Fold, { entry, day }: Point): Sums {
  const { state, stopped } = fold;
  if (stopped && entry >= stopped.entry) throw new ProjectionStopped(state.tally.name, stopped);
  if (day === undefined) return entry >= state.entry ? state.sums : sumsAtEntry(fold, entry);
  if (entry < state.entry) return sumsOfBoth(fold, entry, day);
  return sumsUpTo(fold, day) ?? sumsOfBoth(fold, entry, day);
}

// None when the writer's calendar reaches further than a reader has come.
function sumsUpTo(fold: Fold, day: number): Sums | undefined {
  const { state, file } = fold;
  const { sums, entry } = file.sumsUpTo(day, cellCount(fold));
  if (entry > state.entry) return undefined;
  if (entry !== fold.calendarEntry) {
    fold.calendarEntry = entry;
    recoverDays(fold);
  }
  addCells(sums, state.pending, 1, day);
  return sums;
}

// From the nearest checkpoint, which may lie after the entry: then lines are taken away.
function sumsAtEntry(fold: Fold, entry: number): Sums {
  const nearest = Math.round(entry / CHECKPOINT_EVERY) * CHECKPOINT_EVERY;
  const { entry: at, sums } = checkpointAt(fold, nearest <= fold.state.entry ? nearest : entry);
  if (at <= entry) addLines(fold, sums, { from: at + 1, to: entry, times: 1 });
  else addLines(fold, sums, { from: entry + 1, to: at, times: -1 });
  return sums;
}

/** The last checkpoint at or before an entry, kept or not yet. */
function checkpointAt(fold: Fold, entry: number): { entry: number; sums: Sums } {
  const own = fold.checkpoints.findLast((checkpoint) => checkpoint.entry <= entry);
  if (!own) return fold.file.checkpointBefore(entry, cellCount(fold));
  const sums = createSums(cellCount(fold));
  sums.addPairs(own.pairs);
  return { entry: own.entry, sums };
}

function cellCount({ state: { rows, tally } }: Fold): number {
  return Math.max(1, rows.length * tally.columns.length);
}

// Both axes at once has no index of its own: the lines are read from the nearer end.
function sumsOfBoth(fold: Fold, entry: number, day: number): Sums {
  const { state } = fold;
  const atHead = entry > state.entry / 2 ? sumsUpTo(fold, day) : undefined;
  const sums = atHead ?? createSums();
  if (atHead) addLines(fold, sums, { from: entry + 1, to: state.entry, times: -1, upTo: day });
  else addLines(fold, sums, { from: 1, to: entry, times: 1, upTo: day });
  return sums;
}

type Added = {
  readonly from: number;
  readonly to: number;
  readonly times: 1 | -1;
  /** The last day that counts. */
  readonly upTo?: number;
};

function addLines({ log, place, state }: Fold, sums: Sums, added: Added): void {
  for (let from = added.from; from <= added.to; from += PAGE) {
    const lines = log.lines(from, Math.min(from + PAGE - 1, added.to));
    placeLines(state, lines, place);
    addCells(sums, cellsOf(state, lines), added.times, added.upTo);
  }
}
