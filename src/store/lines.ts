// The moves of entries as plain numbers in columns, so that a replay need not parse JSON events.
// On disk they are text, one JSON array for many entries, which any SQLite tool can open.

import type { Text } from "../kernel/text.ts";

/** Line i belongs to `entry[i]` and adds `amount[i]` to series `series[i]`. */
export type Lines = {
  readonly length: number;
  readonly entry: Float64Array;
  readonly series: Int32Array;
  readonly day: Int32Array;
  /** Safe integers; an amount beyond 2^52 stands as several lines of its entry. */
  readonly amount: Float64Array;
};

export type LinesBuilder = {
  add(entry: number, series: number, day: number, amount: number): void;
  /** The lines added so far; they share their memory with the builder. */
  lines(): Lines;
};

/** Numbers that one line has in its stored text: entry, series, day and amount. */
const NUMBERS_PER_LINE = 4;

/** Lines in the making; `capacity` is a hint. */
export function buildLines(capacity = 64): LinesBuilder {
  let columns = emptyColumns(capacity);
  let length = 0;

  return {
    add(entry, series, day, amount) {
      if (length === columns.length) columns = copied(columns, emptyColumns(2 * length + 1));
      columns.entry[length] = entry;
      columns.series[length] = series;
      columns.day[length] = day;
      columns.amount[length] = amount;
      length += 1;
    },
    lines: () => linesBetween(columns, 0, length),
  };
}

/** Lines `start` to before `stop`, sharing the memory of all. */
export function linesBetween(lines: Lines, start: number, stop: number): Lines {
  if (start === 0 && stop === lines.length) return lines;
  return {
    length: stop - start,
    entry: lines.entry.subarray(start, stop),
    series: lines.series.subarray(start, stop),
    day: lines.day.subarray(start, stop),
    amount: lines.amount.subarray(start, stop),
  };
}

function emptyColumns(length: number): Lines {
  return {
    length,
    entry: new Float64Array(length),
    series: new Int32Array(length),
    day: new Int32Array(length),
    amount: new Float64Array(length),
  };
}

function copied(from: Lines, to: Lines): Lines {
  to.entry.set(from.entry);
  to.series.set(from.series);
  to.day.set(from.day);
  to.amount.set(from.amount);
  return to;
}

/** Lines `start` to before `stop` as they are stored. */
export function encodeLines(lines: Lines, start: number, stop: number): string {
  const numbers: number[] = [];
  for (let line = start; line < stop; line++) {
    numbers.push(
      lines.entry[line] as number,
      lines.series[line] as number,
      lines.day[line] as number,
      lines.amount[line] as number,
    );
  }
  return JSON.stringify(numbers);
}

/** Stored lines whose text cannot be read, or that do not stand in the order of their entries. */
export class DamagedLines extends Error {
  /** The first entry whose lines are in doubt. */
  readonly entry: number;
  readonly text: Text;

  constructor(entry: number) {
    super(`the stored moves from entry ${entry} on are damaged`);
    this.text = { zh: `第 ${entry} 条起所存变动已损坏`, en: this.message };
    this.name = "DamagedLines";
    this.entry = entry;
  }
}

/**
 * Adds the stored lines of entries `from` … `to` to `into`, and returns the last entry of the text.
 * @throws DamagedLines unless it is numbers in the order of their entries, from `first` on.
 */
export function decodeLines(
  text: string,
  first: number,
  { from, to, into }: { readonly from: number; readonly to: number; readonly into: LinesBuilder },
): number {
  const numbers = arrayIn(text);
  const isWhole = numbers?.[0] === first && numbers.length % NUMBERS_PER_LINE === 0;
  if (!isWhole) throw new DamagedLines(first);
  let last = first;
  for (let at = 0; at < numbers.length; at += NUMBERS_PER_LINE) {
    const entry = numbers[at];
    const series = numbers[at + 1];
    const day = numbers[at + 2];
    const amount = numbers[at + 3];
    const areNumbers = isInteger(entry) && isInteger(series) && isInteger(day) && isInteger(amount);
    if (!areNumbers || entry < last) throw new DamagedLines(last);
    last = entry;
    if (entry >= from && entry <= to) into.add(entry, series, day, amount);
  }
  return last;
}

function arrayIn(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
