// Keeps one tally in step with the log: follows each commit, keeps its file, answers as of any
// point, rebuilds beside the served version and swaps. An entry it cannot fold stops this tally
// with a named error and no other. A reader does the same beside the writer's file.

import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Tally, TallyInfo, TallyView } from "../../../projections/tally.ts";
import type { Books } from "../../domain/books.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import { StoreUnavailable } from "../../store/event-store.ts";
import { type Lines, linesBetween } from "../../store/lines.ts";
import {
  type Beside,
  type Point,
  type Projection,
  ProjectionStopped,
  rangeOf,
  type Stopped,
} from "./projection.ts";
import {
  blobOf,
  CHECKPOINT_EVERY,
  type Checkpoint,
  openTallyFile,
  PRIVATE_FILE,
  readTallyFile,
  removeTallyFile,
  type TallyFile,
} from "./tally-file.ts";
import {
  addLines,
  addPending,
  clearPending,
  createTallyState,
  type Place,
  type TallyState,
  targetsOf,
  viewOf,
} from "./tally-state.ts";

/** Lines kept in memory before they are added to the calendar. */
const PENDING_LINES_MAX = 131_072;
/** Entries a start may have to add to the calendar at most. */
const CALENDAR_LAG_MAX = 524_288;
const PAGE = 8_192;

/** A point, and from when on the lines of a figure are counted. */
export type LinePoint = Point & {
  /** Only business dates after this day. */
  readonly afterDay?: number | undefined;
};

/** Where a tally's lines come from: the moves of the log, or the journal made from it. */
export type LineSource<S> = {
  /** The last entry there is. */
  head(): number;
  /** The lines of entries `from` … `to` in order. */
  lines(from: number, to: number): Lines;
  seriesAt(series: number): S;
};

export type TallyRunner = Projection & {
  readonly tally: TallyInfo;
  /** Folds the next page of what the log has more; true when there is still more. */
  advance(): boolean;
  /** @throws ProjectionStopped when the tally has stopped before the point. */
  at(point: Point): TallyView;
  /** The entries that add up to a figure, ascending, after `after`, at most `limit`. */
  entriesOf(weigh: CellWeights, point: LinePoint, after: number, limit: number): CellLine[];
};

/** Where a tally's lines come from and where it is kept. */
export type TallyParts<S> = {
  readonly dir: string;
  readonly log: LineSource<S>;
  readonly books: () => Books;
  readonly beside?: Beside | undefined;
  /** Folds only when it is asked or told to advance, so that a start need not wait for it. */
  readonly isBehind?: boolean;
};

/** How a cell counts in a figure: added, subtracted or not at all. */
export type CellWeights = (row: string, column: string) => 1 | 0 | -1;

/** What an entry adds to a figure. */
export type CellLine = { readonly entry: number; readonly amount: bigint };

type Fold = {
  readonly state: TallyState;
  readonly file: TallyFile;
  checkpoints: Checkpoint[];
  calendarEntry: number;
  stopped?: Stopped;
};

/** Opens a tally over a log and brings it up to the head. */
export function openTally<S>(
  tally: Tally<S>,
  { dir, log, books, beside, isBehind = false }: TallyParts<S>,
): TallyRunner {
  const path = join(dir, `${tally.name}.v${tally.version}.db`);
  const place = (series: number) => tally.cells(log.seriesAt(series), books());
  let fold = openFold(openFile());
  if (!isBehind) catchUp(fold);

  function openFold(file: TallyFile): Fold {
    const { entry, sums } = file.checkpointBefore(log.head());
    const state = createTallyState(tally, file.rows(), sums);
    state.entry = entry;
    // A reader adds days once somebody asks for them, for most never do.
    const calendarEntry = file.writable ? file.calendarEntry() : Number.POSITIVE_INFINITY;
    const opened: Fold = { state, file, checkpoints: [], calendarEntry };
    if (file.writable) recoverDays(opened);
    return opened;
  }

  // A file that knows more than the log was folded from another one, say before a backup was put
  // back: it is made anew.
  function openFile(): TallyFile {
    if (beside) return readableFile(beside);
    const file = openTallyFile(path);
    if (file.reach() <= log.head()) return file;
    file.close();
    removeTallyFile(path);
    return openTallyFile(path);
  }

  // A reader uses the writer's file as far as it reaches. Where there is none, or none that is
  // nearly up to date, it folds the log for itself into a file that goes when it goes.
  function readableFile(writer: Beside): TallyFile {
    const file = readTallyFile(path);
    if (!file) return openTallyFile(PRIVATE_FILE);
    const [reach, lag] = [file.reach(), log.head() - file.calendarEntry()];
    if (reach <= writer.head() && lag <= 2 * CALENDAR_LAG_MAX) return file;
    file.close();
    return openTallyFile(PRIVATE_FILE);
  }

  // The calendar may lag behind the checkpoint: its days are folded again, the sums are not.
  function recoverDays({ state, calendarEntry }: Fold): void {
    const sums = createTallyState(tally, state.rows);
    for (let from = calendarEntry + 1; from <= state.entry; from += PAGE) {
      addLines(sums, log.lines(from, Math.min(from + PAGE - 1, state.entry)), place);
    }
    Object.assign(state.days, sums.days);
  }

  function catchUp(into: Fold): void {
    if (into.stopped || into.state.entry >= log.head()) return;
    for (let from = into.state.entry + 1; from <= log.head(); from = into.state.entry + 1) {
      const to = Math.min(from + PAGE - 1, log.head());
      foldTo(into, to);
      if (into.stopped) return;
    }
    keep(into);
  }

  // An entry whose lines cannot be made stops the tally like one that it cannot place.
  function foldTo(into: Fold, to: number): void {
    const from = into.state.entry + 1;
    let lines: Lines;
    try {
      lines = log.lines(from, to);
    } catch (error) {
      if (from === to) into.stopped = { entry: from, error: (error as Error).message };
      else for (let entry = from; entry <= to && !into.stopped; entry++) foldTo(into, entry);
      return;
    }
    advance(into, lines, to);
  }

  // Checkpoints fall on multiples of CHECKPOINT_EVERY whatever the batches were, so that a rebuild
  // makes the same ones.
  function advance(into: Fold, lines: Lines, head: number): void {
    const { state } = into;
    let start = 0;
    for (let end = nextCheckpoint(state.entry); ; end = nextCheckpoint(state.entry)) {
      const to = Math.min(end, head);
      let stop = start;
      while (stop < lines.entry.length && (lines.entry[stop] as number) <= to) stop++;
      if (!foldLines(into, linesBetween(lines, start, stop))) return;
      state.entry = to;
      start = stop;
      if (to === end) into.checkpoints.push({ entry: to, parts: blobOf(state.sums) });
      if (to === head) break;
    }
    const daysFull =
      state.days.size > PENDING_LINES_MAX || state.entry - into.calendarEntry > CALENDAR_LAG_MAX;
    if (daysFull) keepAll(into);
    else if (into.checkpoints.length > 0) keep(into);
  }

  function foldLines(into: Fold, lines: Lines): boolean {
    const { state } = into;
    try {
      for (const series of lines.series) {
        if (state.targets[series] === undefined) targetsOf(state, series, place);
      }
    } catch (error) {
      const at = lines.series.findIndex((series) => state.targets[series] === undefined);
      const bad = lines.entry[at] as number;
      addLines(state, linesBetween(lines, 0, lines.entry.indexOf(bad)), place, into.calendarEntry);
      state.entry = bad - 1;
      into.stopped = { entry: bad, error: (error as Error).message };
      return false;
    }
    addLines(state, lines, place, into.calendarEntry);
    return true;
  }

  function keep(into: Fold): void {
    if (into.file.writable) {
      into.file.keep({ rows: into.state.rows, checkpoints: into.checkpoints });
    }
    into.checkpoints = [];
  }

  // A fold that has yet to come as far as the calendar has no days to add, and must not say that the
  // calendar reaches less far: the days in between would be counted twice.
  function keepAll(into: Fold): void {
    const { state } = into;
    if (!into.file.writable || state.entry < into.calendarEntry) {
      keep(into);
      return;
    }
    into.file.keep({
      rows: state.rows,
      checkpoints: into.checkpoints,
      days: state.days,
      calendarEntry: state.entry,
    });
    into.checkpoints = [];
    into.calendarEntry = state.entry;
    clearPending(state.days);
  }

  function sumsAt({ entry, day }: Point): Sums {
    const { state, stopped } = fold;
    if (stopped && entry >= stopped.entry) throw new ProjectionStopped(tally.name, stopped);
    if (day === undefined) return entry >= state.entry ? state.sums : sumsAtEntry(entry);
    if (entry < state.entry) return sumsOfBoth(entry, day);
    return sumsUpTo(day) ?? sumsOfBoth(entry, day);
  }

  // None when the writer's calendar reaches further than a reader has come.
  function sumsUpTo(day: number): Sums | undefined {
    const { state, file } = fold;
    const { sums, entry } = file.sumsUpTo(day);
    if (entry > state.entry) return undefined;
    if (entry !== fold.calendarEntry) {
      fold.calendarEntry = entry;
      clearPending(state.days);
      recoverDays(fold);
    }
    addPending(sums, state.days, day);
    return sums;
  }

  function sumsAtEntry(entry: number): Sums {
    const { entry: at, sums } = fold.file.checkpointNear(entry, fold.state.entry);
    if (at <= entry) addTo(sums, log.lines(at + 1, entry), 1);
    else addTo(sums, log.lines(entry + 1, at), -1);
    return sums;
  }

  // Both axes at once has no index of its own: the lines are read from the nearer end.
  function sumsOfBoth(entry: number, day: number): Sums {
    const { state } = fold;
    const atHead = entry > state.entry / 2 ? sumsUpTo(day) : undefined;
    const sums = atHead ?? createSums();
    const [first, last] = atHead ? [entry + 1, state.entry] : [1, entry];
    for (let from = first; from <= last; from += PAGE) {
      const lines = log.lines(from, Math.min(from + PAGE - 1, last));
      addTo(sums, lines, atHead ? -1 : 1, day);
    }
    return sums;
  }

  function addTo(
    sums: Sums,
    { series, day, amount }: Lines,
    times: 1 | -1,
    upToDay?: number,
  ): void {
    for (let line = 0; line < series.length; line++) {
      if (upToDay !== undefined && (day[line] as number) > upToDay) continue;
      for (const { index, sign } of targetsOf(fold.state, series[line] as number, place)) {
        sums.add(index, times * sign * (amount[line] as number));
      }
    }
  }

  return {
    tally,
    status: () => ({
      name: tally.name,
      version: tally.version,
      entry: fold.state.entry,
      lagEntries: Math.max(0, log.head() - fold.state.entry),
      ...(fold.stopped ? { stopped: fold.stopped } : {}),
    }),
    follow(committed) {
      const [first, head] = rangeOf(committed);
      if (fold.stopped || head <= fold.state.entry) return;
      try {
        if (first === fold.state.entry + 1) advance(fold, committed.lines, head);
        else catchUp(fold);
      } catch (error) {
        // The commit stands whatever becomes of this tally: it stops here and says why.
        fold.stopped = { entry: first, error: (error as Error).message };
      }
    },
    advance() {
      const { state, stopped } = fold;
      if (stopped || state.entry >= log.head()) return false;
      const to = Math.min(state.entry + PAGE, log.head());
      try {
        foldTo(fold, to);
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        fold.stopped = { entry: state.entry + 1, error: (error as Error).message };
      }
      return fold.stopped === undefined && state.entry < log.head();
    },
    at(point) {
      catchUp(fold);
      return viewOf(fold.state, sumsAt(point));
    },
    entriesOf(weigh, point, after, limit) {
      catchUp(fold);
      const cells = weightsOf(fold.state, weigh);
      const found: CellLine[] = [];
      const last = Math.min(point.entry, fold.state.entry);
      for (let from = after + 1; from <= last && found.length < limit; from += PAGE) {
        const lines = log.lines(from, Math.min(from + PAGE - 1, last));
        collect(fold.state, lines, { cells, place, ...point }, found);
      }
      return found.slice(0, limit);
    },
    async rebuild(onProgress) {
      const swapped = beside === undefined;
      const fresh = swapped ? `${path}.rebuild` : PRIVATE_FILE;
      if (swapped) removeTallyFile(fresh);
      const started = performance.now();
      catchUp(fold);
      keepAll(fold);
      const served = fold.file.snapshot();
      beside?.refresh();
      const next = openFold(openTallyFile(fresh));
      // The calendar is kept exactly as far as the served one, so that both have the same bytes.
      await foldUpTo(next, () => served.calendarEntry, onProgress);
      keepAll(next);
      await foldUpTo(next, () => served.reach, onProgress);
      keep(next);
      const sameFile = next.file.snapshot().digest === served.digest;
      await foldUpTo(next, () => fold.state.entry, onProgress);
      const entries = next.state.entry;
      // Rows may be kept before anything is kept of the entries that brought them.
      const sameRows = served.rows.every((row, number) => row === next.state.rows[number]);
      const sameSums = digestOf(fold.state) === digestOf(next.state);
      const identical = sameFile && sameRows && sameSums;
      const seconds = (performance.now() - started) / 1000;
      if (swapped) swap(next, fresh);
      else next.file.close();
      const entriesPerSecond = entries / seconds;
      return { projection: tally.name, entries, seconds, entriesPerSecond, identical, swapped };
    },
    close() {
      if (!fold.stopped) keepAll(fold);
      fold.file.close();
    },
  };

  // Others are served between two pages.
  async function foldUpTo(
    next: Fold,
    end: () => number,
    onProgress?: (entries: number) => void,
  ): Promise<void> {
    while (next.state.entry < end() && !next.stopped) {
      const to = Math.min(next.state.entry + PAGE, end());
      advance(next, log.lines(next.state.entry + 1, to), to);
      onProgress?.(next.state.entry);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function swap(next: Fold, fresh: string): void {
    keepAll(next);
    fold.file.close();
    next.file.close();
    removeTallyFile(path);
    renameSync(fresh, path);
    fold = openFold(openFile());
    catchUp(fold);
  }
}

function nextCheckpoint(entry: number): number {
  return (Math.floor(entry / CHECKPOINT_EVERY) + 1) * CHECKPOINT_EVERY;
}

function digestOf({ entry, rows, sums }: TallyState): string {
  return JSON.stringify([entry, rows, blobOf(sums).toString("base64")]);
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

type Wanted = Pick<LinePoint, "day" | "afterDay"> & {
  readonly cells: ReadonlyMap<number, 1 | -1>;
  readonly place: Place;
};

function collect(
  state: TallyState,
  lines: Lines,
  { cells, place, day = Number.POSITIVE_INFINITY, afterDay = Number.NEGATIVE_INFINITY }: Wanted,
  found: CellLine[],
): void {
  for (let line = 0; line < lines.series.length; line++) {
    const lineDay = lines.day[line] as number;
    if (lineDay > day || lineDay <= afterDay) continue;
    for (const { index, sign } of targetsOf(state, lines.series[line] as number, place)) {
      const weight = cells.get(index);
      if (weight === undefined) continue;
      const entry = lines.entry[line] as number;
      const amount = BigInt(weight * sign * (lines.amount[line] as number));
      const last = found.at(-1);
      if (last?.entry === entry) found[found.length - 1] = { entry, amount: last.amount + amount };
      else found.push({ entry, amount });
    }
  }
}
