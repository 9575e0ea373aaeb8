// A tally at the head of the log, in memory: exact sums per cell, and what business days received
// that is not in the file yet. Cells are columns of numbers, since this is the hottest loop there is.

import type { Cell, TallyInfo, TallyView } from "../../../projections/tally.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import { type Lines, linesBetween } from "../../store/lines.ts";

export type TallyState = {
  readonly tally: TallyInfo;
  readonly rows: string[];
  readonly sums: Sums;
  /** What days received since the calendar was last kept. */
  readonly pending: Cells;
  /** The last entry in `sums`. */
  entry: number;
  readonly targets: Targets;
  readonly rowNumbers: Map<string, number>;
};

/** `amount[i]` adds to the cell `index[i]` on `day[i]`; only the first `length` count. */
export type Cells = {
  length: number;
  day: Int32Array;
  index: Int32Array;
  amount: Float64Array;
};

/** The cells of series s, placed as series appear: those from `start[s]` to before `end[s]`. */
type Targets = {
  /** Below zero for a series that is not placed yet. */
  start: Int32Array;
  end: Int32Array;
  readonly index: number[];
  readonly sign: (1 | -1)[];
};

/** The cells that the series with this number adds to. */
export type Place = (series: number) => readonly Cell[];

/** An empty tally, or one that goes on from kept rows and sums. */
export function createTallyState(
  tally: TallyInfo,
  rows: string[] = [],
  sums: Sums = createSums(),
): TallyState {
  return {
    tally,
    rows,
    sums,
    pending: emptyCells(0),
    entry: 0,
    targets: { start: new Int32Array(0), end: new Int32Array(0), index: [], sign: [] },
    rowNumbers: new Map(rows.map((row, number) => [row, number])),
  };
}

/** Adds lines, whose series are all placed, to the sums and, past `calendarFrom`, to the days. */
export function addLines(state: TallyState, lines: Lines, calendarFrom = 0): void {
  const { sums, pending, targets } = state;
  const inCalendar = linesUpTo(lines, calendarFrom);
  const before = pending.length;
  appendCells(pending, targets, linesBetween(lines, 0, inCalendar));
  const firstPending = pending.length;
  appendCells(pending, targets, linesBetween(lines, inCalendar, lines.length));
  sums.addAll(pending.index, pending.amount, before, pending.length);
  dropCells(pending, before, firstPending);
}

/** How many of the lines belong to entries up to this one. */
export function linesUpTo({ entry, length }: Lines, last: number): number {
  if (length === 0 || (entry[length - 1] as number) <= last) return length;
  let count = 0;
  while ((entry[count] as number) <= last) count++;
  return count;
}

/** The cells that lines, whose series are all placed, add to. */
export function cellsOf({ targets }: TallyState, lines: Lines): Cells {
  const cells = emptyCells(lines.length);
  appendCells(cells, targets, lines);
  return cells;
}

function appendCells(cells: Cells, { start, end, index, sign }: Targets, lines: Lines): void {
  for (let line = 0; line < lines.length; line++) {
    const series = lines.series[line] as number;
    const stop = end[series] as number;
    for (let at = start[series] as number; at < stop; at++) {
      const { length } = cells;
      if (length === cells.day.length) growCells(cells);
      cells.day[length] = lines.day[line] as number;
      cells.index[length] = index[at] as number;
      cells.amount[length] = (sign[at] as number) * (lines.amount[line] as number);
      cells.length = length + 1;
    }
  }
}

function emptyCells(capacity: number): Cells {
  return {
    length: 0,
    day: new Int32Array(capacity),
    index: new Int32Array(capacity),
    amount: new Float64Array(capacity),
  };
}

function growCells(cells: Cells): void {
  const { length, day, index, amount } = cells;
  Object.assign(cells, emptyCells(2 * length + 64), { length });
  cells.day.set(day);
  cells.index.set(index);
  cells.amount.set(amount);
}

function dropCells(cells: Cells, start: number, stop: number): void {
  if (start === stop) return;
  for (const column of [cells.day, cells.index, cells.amount]) {
    column.copyWithin(start, stop, cells.length);
  }
  cells.length -= stop - start;
}

/** Adds those of the cells that are dated up to `day`, or takes them away. */
export function addCells(sums: Sums, cells: Cells, times: 1 | -1, day?: number): void {
  const last = day ?? Number.POSITIVE_INFINITY;
  for (let at = 0; at < cells.length; at++) {
    if ((cells.day[at] as number) > last) continue;
    sums.add(cells.index[at] as number, times * (cells.amount[at] as number));
  }
}

/** A line of this entry is of a series that the tally cannot place. */
export class UnplacedLine extends Error {
  readonly entry: number;

  constructor(entry: number, cause: unknown) {
    super((cause as Error).message, { cause });
    this.name = "UnplacedLine";
    this.entry = entry;
  }
}

/**
 * Places every series of these lines that is not placed yet.
 * @throws UnplacedLine with what the tally says of the first one that it cannot place.
 */
export function placeLines(state: TallyState, lines: Lines, place: Place): void {
  for (let line = 0; line < lines.length; line++) {
    const series = lines.series[line] as number;
    if (isPlaced(state, series)) continue;
    try {
      placeSeries(state, series, place(series));
    } catch (error) {
      throw new UnplacedLine(lines.entry[line] as number, error);
    }
  }
}

function isPlaced({ targets: { start } }: TallyState, series: number): boolean {
  return series < start.length && (start[series] as number) >= 0;
}

function placeSeries(state: TallyState, series: number, cells: readonly Cell[]): void {
  const { tally, targets } = state;
  const placed = cells.map(({ row, column, sign }) => {
    const number = tally.columns.findIndex(({ name }) => name === column);
    if (number < 0) throw new Error(`${tally.name} has no column ${column}`);
    return { index: rowNumber(state, row) * tally.columns.length + number, sign };
  });
  if (series >= targets.start.length) growTargets(targets, series);
  targets.start[series] = targets.index.length;
  targets.end[series] = targets.index.length + placed.length;
  for (const { index, sign } of placed) {
    targets.index.push(index);
    targets.sign.push(sign);
  }
}

function growTargets(targets: Targets, series: number): void {
  const { start, end } = targets;
  const size = 2 * series + 64;
  targets.start = new Int32Array(size).fill(-1);
  targets.start.set(start);
  targets.end = new Int32Array(size);
  targets.end.set(end);
}

function rowNumber(state: TallyState, row: string): number {
  let number = state.rowNumbers.get(row);
  if (number === undefined) {
    number = state.rows.length;
    state.rows.push(row);
    state.rowNumbers.set(row, number);
  }
  return number;
}

/** A view of sums under a tally's row and column names. */
export function viewOf(state: TallyState, sums: Sums): TallyView {
  const { columns } = state.tally;
  const columnOf = new Map(columns.map(({ name }, number) => [name, number]));
  return {
    rows: state.rows,
    get(row, column) {
      const number = state.rowNumbers.get(row);
      const at = columnOf.get(column);
      if (at === undefined) throw new Error(`${state.tally.name} has no column ${column}`);
      return number === undefined ? 0n : sums.get(number * columns.length + at);
    },
    values(row) {
      const first = (state.rowNumbers.get(row) ?? state.rows.length) * columns.length;
      const values: bigint[] = [];
      for (let column = 0; column < columns.length; column++) values.push(sums.get(first + column));
      return values;
    },
    eachPart: (row, see) => sums.eachPart(row * columns.length, columns.length, see),
  };
}
