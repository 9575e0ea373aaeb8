// Folding a log into a tally and its file: page by page, by what was committed, and from where the
// file ends at a start. An entry that cannot be folded stops the tally with a named error.

import type { TallyInfo } from "../../../projections/tally.ts";
import { StoreUnavailable } from "../../store/event-store.ts";
import { type Lines, linesBetween } from "../../store/lines.ts";
import type { Stopped } from "./projection.ts";
import { CHECKPOINT_EVERY, type Checkpoint, type TallyFile } from "./tally-file.ts";
import {
  addLines,
  createTallyState,
  linesUpTo,
  type Place,
  placeLines,
  type TallyState,
  UnplacedLine,
} from "./tally-state.ts";

/** Cells kept in memory before they are added to the calendar: what a crash folds again. */
const PENDING_CELLS_MAX = 131_072;
/** Entries a start may have to add to the calendar at most. */
export const CALENDAR_LAG_MAX = 524_288;
export const PAGE = 8_192;

/** Where a tally's lines come from: the moves of the log, or the journal made from it. */
export type LineSource<S> = {
  /** The last entry there is. */
  head(): number;
  /** The lines of entries `from` … `to` in order. */
  lines(from: number, to: number): Lines;
  seriesAt(series: number): S;
};

export type Fold = {
  readonly log: Pick<LineSource<unknown>, "head" | "lines">;
  readonly place: Place;
  readonly state: TallyState;
  readonly file: TallyFile;
  /** Checkpoints that are not in the file yet. */
  checkpoints: Checkpoint[];
  /** Up to here the file has what days received, or will have once the fold has come as far. */
  calendarEntry: number;
  stopped?: Stopped;
};

/** Goes on from where a file ends. */
export function openFold(
  tally: TallyInfo,
  file: TallyFile,
  source: Pick<Fold, "log" | "place">,
): Fold {
  const { entry, sums } = file.checkpointBefore(source.log.head());
  const state = createTallyState(tally, file.rows(), sums);
  state.entry = entry;
  // A reader adds days once somebody asks for them, for most never do.
  const calendarEntry = file.writable ? file.calendarEntry() : Number.POSITIVE_INFINITY;
  const fold: Fold = { ...source, state, file, checkpoints: [], calendarEntry };
  if (file.writable) recoverDays(fold);
  return fold;
}

/** The calendar may lag behind the sums: its days are folded again, the sums are not. */
export function recoverDays({ log, place, state, calendarEntry }: Fold): void {
  const again = createTallyState(state.tally, state.rows);
  for (let from = calendarEntry + 1; from <= state.entry; from += PAGE) {
    const lines = log.lines(from, Math.min(from + PAGE - 1, state.entry));
    placeLines(again, lines, place);
    addLines(again, lines);
  }
  Object.assign(state.pending, again.pending);
}

/** Folds all that the log has more. */
export function catchUp(fold: Fold): void {
  while (!fold.stopped && fold.state.entry < fold.log.head()) foldPage(fold);
}

/** Folds the next page of the log. */
export function foldPage(fold: Fold, head = fold.log.head()): void {
  foldUpTo(fold, Math.min(fold.state.entry + PAGE, head));
}

// An entry whose lines cannot be made stops the tally like one that it cannot place.
function foldUpTo(fold: Fold, to: number): void {
  const from = fold.state.entry + 1;
  let lines: Lines;
  try {
    lines = fold.log.lines(from, to);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (from === to) fold.stopped = { entry: from, error: (error as Error).message };
    else for (let entry = from; entry <= to && !fold.stopped; entry++) foldUpTo(fold, entry);
    return;
  }
  foldLines(fold, lines, to);
}

/**
 * Folds the lines that follow, which are those of all entries up to `head`. Checkpoints fall on
 * multiples of CHECKPOINT_EVERY whatever the batches were, so that a rebuild makes the same ones.
 */
export function foldLines(fold: Fold, lines: Lines, head: number): void {
  const { state } = fold;
  let rest = lines;
  while (state.entry < head) {
    const end = (Math.floor(state.entry / CHECKPOINT_EVERY) + 1) * CHECKPOINT_EVERY;
    const to = Math.min(end, head);
    const count = linesUpTo(rest, to);
    if (!foldOrStop(fold, linesBetween(rest, 0, count))) return;
    rest = linesBetween(rest, count, rest.length);
    state.entry = to;
    if (to === end) fold.checkpoints.push({ entry: to, pairs: state.sums.pairs() });
  }
  const isFull =
    state.pending.length > PENDING_CELLS_MAX || state.entry - fold.calendarEntry > CALENDAR_LAG_MAX;
  if (isFull) keep(fold);
}

function foldOrStop(fold: Fold, lines: Lines): boolean {
  const { state, place, calendarEntry } = fold;
  try {
    placeLines(state, lines, place);
  } catch (error) {
    if (!(error instanceof UnplacedLine)) throw error;
    addLines(state, linesBetween(lines, 0, linesUpTo(lines, error.entry - 1)), calendarEntry);
    state.entry = error.entry - 1;
    fold.stopped = { entry: error.entry, error: error.message };
    return false;
  }
  addLines(state, lines, calendarEntry);
  return true;
}

/** Writes to the file what it lacks. */
export function keep(fold: Fold): void {
  const { state, file, checkpoints } = fold;
  fold.checkpoints = [];
  // A reader has the days added by the writer: it asks for them when they are asked for.
  if (!file.writable) fold.calendarEntry = Number.POSITIVE_INFINITY;
  // A fold that has yet to come as far as the calendar has no days to add, and must not say that the
  // calendar reaches less far: the days in between would be counted twice.
  else if (state.entry < fold.calendarEntry) file.keep({ rows: state.rows, checkpoints });
  else {
    const calendar = { entry: state.entry, days: state.pending };
    file.keep({ rows: state.rows, checkpoints, calendar });
    fold.calendarEntry = state.entry;
  }
  state.pending.length = 0;
}
