// A tally at the head of the log, in memory: exact sums per cell, and the sums of each business day
// that are not in the file yet.

import type { Cell, TallyInfo, TallyView } from "../../../projections/tally.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import type { Lines } from "../../store/lines.ts";

/** Line i of a day adds `amount[i]` to the cell `index[i]`. */
export type DayLines = { readonly index: number[]; readonly amount: number[] };

/** What business days received and the file does not have yet. */
export type PendingDays = {
  readonly byDay: Map<number, DayLines>;
  /** How many lines there are. */
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
    days: { byDay: new Map(), size: 0 },
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
  const { sums, days } = state;
  let today: number | undefined;
  let into: DayLines = { index: [], amount: [] };
  for (let line = 0; line < lines.series.length; line++) {
    const series = lines.series[line] as number;
    const targets = state.targets[series] ?? targetsOf(state, series, place);
    if (targets.length === 0) continue;
    const isPending = (lines.entry[line] as number) > calendarFrom;
    // Lines of one day mostly follow each other.
    if (isPending && lines.day[line] !== today) {
      today = lines.day[line] as number;
      into = linesOfDay(days, today);
    }
    for (const { index, sign } of targets) {
      const amount = sign * (lines.amount[line] as number);
      sums.add(index, amount);
      if (!isPending) continue;
      into.index.push(index);
      into.amount.push(amount);
      days.size += 1;
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

function linesOfDay({ byDay }: PendingDays, day: number): DayLines {
  let lines = byDay.get(day);
  if (!lines) {
    lines = { index: [], amount: [] };
    byDay.set(day, lines);
  }
  return lines;
}

/** Adds what the pending days up to `day` received. */
export function addPending(sums: Sums, { byDay }: PendingDays, day: number): void {
  for (const [pendingDay, lines] of byDay) if (pendingDay <= day) addDay(sums, lines);
}

/** Adds what one day received. */
export function addDay(sums: Sums, { index, amount }: DayLines): void {
  for (let line = 0; line < index.length; line++) {
    sums.add(index[line] as number, amount[line] as number);
  }
}

/** Forgets the pending days, once they are kept. */
export function clearPending(days: PendingDays): void {
  days.byDay.clear();
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
