// A tally at the head of the log, in memory: exact sums per cell, and the sums of each business day
// that are not in the file yet.

import type { Cell, TallyInfo, TallyView } from "../../../projections/tally.ts";
import { createSums, SUM_UNIT, type Sums } from "../../kernel/sums.ts";
import type { Lines } from "../../store/event-store.ts";

/** Index of a cell and what to add to it; the parts of an index add up. */
export type Part = readonly [index: number, amount: number];

/** Sums per business day that are not in the file yet. */
export type PendingDays = {
  /** Day number → cell index → sum. */
  readonly sums: Map<number, Map<number, number>>;
  /** Parts of sums that outgrew what one number holds exactly. */
  readonly spilt: { readonly day: number; readonly part: Part }[];
  /** How many day and cell pairs there are. */
  size: number;
};

type Target = { readonly index: number; readonly sign: 1 | -1 };

export type TallyState = {
  readonly tally: TallyInfo;
  readonly rows: string[];
  readonly sums: Sums;
  /** What each day received since the calendar was last kept. */
  readonly days: PendingDays;
  /** The last entry in `sums`. */
  entry: number;
  /** Cells of each series, filled as series appear. */
  readonly targets: (readonly Target[] | undefined)[];
  readonly rowNumbers: Map<string, number>;
};

/** The cells that the series with this number adds to. */
export type Place = (series: number) => readonly Cell[];

/** An empty tally, or one that goes on from kept rows. */
export function createTallyState(tally: TallyInfo, rows: string[] = []): TallyState {
  return {
    tally,
    rows,
    sums: createSums(),
    days: { sums: new Map(), spilt: [], size: 0 },
    entry: 0,
    targets: [],
    rowNumbers: new Map(rows.map((row, number) => [row, number])),
  };
}

/**
 * Adds lines to the sums and, past `calendarFrom`, to the days.
 * @throws whatever the tally throws for a series it cannot place, before adding that line.
 */
export function addLines(state: TallyState, lines: Lines, place: Place, calendarFrom = 0): void {
  const { sums } = state;
  for (let line = 0; line < lines.series.length; line++) {
    const series = lines.series[line] as number;
    const targets = state.targets[series] ?? targetsOf(state, series, place);
    const amount = lines.amount[line] as number;
    for (const { index, sign } of targets) {
      sums.add(index, sign * amount);
      if ((lines.entry[line] as number) > calendarFrom) {
        addToDay(state, lines.day[line] as number, index, sign * amount);
      }
    }
  }
}

/** The cells of a series in this tally. */
export function targetsOf(state: TallyState, series: number, place: Place): readonly Target[] {
  const known = state.targets[series];
  if (known) return known;
  const { columns } = state.tally;
  const targets = place(series).map((cell) => {
    const column = columns.findIndex(({ name }) => name === cell.column);
    if (column < 0) throw new Error(`${state.tally.name} has no column ${cell.column}`);
    return { index: rowNumber(state, cell.row) * columns.length + column, sign: cell.sign };
  });
  state.targets[series] = targets;
  return targets;
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

function addToDay({ days }: TallyState, day: number, index: number, amount: number): void {
  let sums = days.sums.get(day);
  if (!sums) {
    sums = new Map();
    days.sums.set(day, sums);
  }
  const before = sums.get(index);
  if (before === undefined) days.size += 1;
  const sum = (before ?? 0) + amount;
  if (Math.abs(sum) <= SUM_UNIT) {
    sums.set(index, sum);
  } else {
    days.spilt.push({ day, part: [index, before ?? 0] });
    sums.set(index, amount);
  }
}

/** Calls back with every pending part and its day. */
export function eachPending(
  { sums, spilt }: PendingDays,
  each: (day: number, part: Part) => void,
): void {
  for (const [day, parts] of sums) for (const part of parts) each(day, part);
  for (const { day, part } of spilt) each(day, part);
}

/** Forgets the pending days, once they are kept. */
export function clearPending(days: PendingDays): void {
  days.sums.clear();
  days.spilt.length = 0;
  days.size = 0;
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
  };
}
