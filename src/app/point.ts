// Which point of history a caller means: an entry, an instant, or a day on either axis.

import type { Books } from "../domain/books.ts";
import { type Day, dayNumber, dayOfInstant, dayOfNumber, isDay } from "../kernel/day.ts";
import { UsageError } from "../kernel/usage-error.ts";
import type { LogReader } from "../store/event-store.ts";
import type { Point } from "./projections/projection.ts";

export type Basis = "recorded" | "effective";

/** A point of history as a caller writes it. */
export type PointQuery = {
  /** An entry number, an instant (RFC 3339) or a business day; left out, the head. */
  readonly asOf?: string | undefined;
  /** Which axis a day is on: when it was recorded, or when it took effect (the default). */
  readonly basis?: Basis | undefined;
  /** What was known by then: an entry, an instant, or the end of a day of recording. */
  readonly knownAt?: string | undefined;
};

/** A point of history as an answer names it. */
export type PointTold = {
  readonly entry: number;
  readonly recordedAt: string | null;
  readonly businessDate: Day | null;
};

/** The zone of a ledger that is not opened yet. */
export const DEFAULT_ZONE = "Asia/Shanghai";
const HOUR_MS = 3_600_000;

/** The text given as a point in history is none. */
export class InvalidAsOf extends UsageError {
  readonly field: "asOf" | "knownAt";

  constructor(text: string, field: "asOf" | "knownAt") {
    const what = JSON.stringify(text);
    super({
      zh: `${field} 是条目号、RFC 3339 时刻或日期，不是 ${what}`,
      en: `${field} is an entry number, an RFC 3339 instant or a day, not ${what}`,
    });
    this.field = field;
    this.name = "InvalidAsOf";
  }
}

/** The zone in which a ledger's days begin and end. */
export function zoneOf(books: Books): string {
  return books.ledger.get("ledger")?.zone ?? DEFAULT_ZONE;
}

/**
 * The point that a query means: the business day of `asOf` among what was known at `knownAt`, or
 * the earlier of two entries.
 * @throws InvalidAsOf for a text that is no entry, instant or day.
 */
export function pointOf(log: LogReader, zone: string, query: PointQuery): Point {
  const { asOf, basis = "effective", knownAt } = query;
  const known = entryOf(log, zone, "knownAt", knownAt);
  if (asOf !== undefined && isDay(asOf) && basis === "effective") {
    return { entry: known, day: dayNumber(asOf) };
  }
  return { entry: Math.min(entryOf(log, zone, "asOf", asOf), known) };
}

/** The last entry recorded by a point in time. */
function entryOf(
  log: LogReader,
  zone: string,
  field: "asOf" | "knownAt",
  text: string | undefined,
): number {
  const head = log.head();
  if (text === undefined || text === "") return head;
  if (/^[1-9][0-9]{0,15}$|^0$/.test(text)) return Math.min(Number(text), head);
  if (isDay(text)) return log.entryAtInstant(endOfDay(text, zone));
  const instant = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(instant)) throw new InvalidAsOf(text, field);
  return log.entryAtInstant(instant);
}

/** Says which point an answer is about. */
export function tellPoint(log: LogReader, { entry, day }: Point): PointTold {
  const [event] = entry > 0 ? log.read(entry, entry) : [];
  return {
    entry,
    recordedAt: event?.recordedAt ?? null,
    businessDate: day === undefined ? null : dayOfNumber(day),
  };
}

// The last millisecond of a day in a zone, found by halving: zones lie within 14 hours of UTC.
function endOfDay(day: Day, zone: string): number {
  let low = Date.parse(`${day}T00:00:00Z`) - 14 * HOUR_MS;
  let high = low + 52 * HOUR_MS;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (dayOfInstant(middle, zone) <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}
