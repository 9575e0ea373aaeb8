// Which point of history a caller means: an entry, an instant, or a day on either axis.

import type { Books } from "../domain/books.ts";
import { refuse } from "../domain/refuse.ts";
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

/** The log that a point is of, the zone of its days, and the time now in milliseconds. */
export type Timeline = { readonly log: LogReader; readonly zone: string; readonly nowMs: number };

/**
 * The point that a query means: the business day of `asOf` among what was known at `knownAt`, or
 * the earlier of two entries.
 * @throws InvalidAsOf for a text that is no entry, instant or day.
 * @throws Refusal AS_OF_NOT_YET for what is yet to come: what it will hold nobody knows.
 */
export function pointOf(timeline: Timeline, query: PointQuery): Point {
  const { asOf, basis = "effective", knownAt } = query;
  const known = entryOf(timeline, "knownAt", knownAt);
  if (asOf !== undefined && isDay(asOf) && basis === "effective") {
    refuseDayToCome(timeline, asOf);
    return { entry: known, day: dayNumber(asOf) };
  }
  return { entry: Math.min(entryOf(timeline, "asOf", asOf), known) };
}

/** The last entry recorded by a point in time. */
function entryOf(timeline: Timeline, field: "asOf" | "knownAt", text: string | undefined): number {
  const { log, zone } = timeline;
  const head = log.head();
  if (text === undefined || text === "") return head;
  if (/^[1-9][0-9]{0,15}$|^0$/.test(text)) {
    return Number(text) <= head ? Number(text) : notYet(log, text);
  }
  if (isDay(text)) {
    refuseDayToCome(timeline, text);
    return log.entryAtInstant(endOfDay(text, zone));
  }
  const instant = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(instant)) throw new InvalidAsOf(text, field);
  if (instant > latestMs(timeline)) notYet(log, text);
  return log.entryAtInstant(instant);
}

function refuseDayToCome(timeline: Timeline, day: Day): void {
  if (day > dayOfInstant(latestMs(timeline), timeline.zone)) notYet(timeline.log, day);
}

/** The time now, or that of the last entry when this machine's clock is behind the writer's. */
function latestMs({ log, nowMs }: Timeline): number {
  const head = log.head();
  const [last] = head > 0 ? log.read(head, head) : [];
  return Math.max(nowMs, last ? Date.parse(last.recordedAt) : 0);
}

function notYet(log: LogReader, asOf: string): never {
  return refuse("AS_OF_NOT_YET", { asOf, head: log.head() });
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
