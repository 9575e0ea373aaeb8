// Business dates: calendar days without a time or a zone. The proleptic Gregorian calendar, as
// ISO 8601 has it. Day numbers count from 1970-01-01 so that days sort and group as integers.

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

const MS_PER_DAY = 86_400_000;

/** The earliest and the latest business date a ledger accepts. */
export const FIRST_DAY: Day = "1900-01-01";
export const LAST_DAY: Day = "2999-12-31";

/** Days since 1970-01-01. The text must be a real day; see `isDay`. */
export function dayNumber(day: Day): number {
  return Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10)) / MS_PER_DAY;
}

/** The day with this number. */
export function dayOfNumber(days: number): Day {
  return new Date(days * MS_PER_DAY).toISOString().slice(0, 10);
}

/** True for an existing day within the range a ledger accepts: `2025-02-29` is none. */
export function isDay(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const month = +text.slice(5, 7);
  const day = +text.slice(8, 10);
  if (month < 1 || month > 12 || day < 1 || text < FIRST_DAY || text > LAST_DAY) return false;
  return day <= 28 || day <= daysIn(+text.slice(0, 4), month);
}

/** The same day so many months later; the last of that month when it has no such day. */
export function monthsAfter(day: Day, months: number): Day {
  const at = +day.slice(0, 4) * 12 + +day.slice(5, 7) - 1 + months;
  const [year, month] = [Math.floor(at / 12), (at % 12) + 1];
  const date = Math.min(+day.slice(8, 10), daysIn(year, month));
  return dayOfNumber(Date.UTC(year, month - 1, date) / MS_PER_DAY);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The calendar day of an instant (milliseconds since the epoch) in an IANA zone. */
export function dayOfInstant(instantMs: number, zone: string): Day {
  return dayFormat(zone).format(instantMs);
}

/** True for a zone that this system knows. */
export function isZone(zone: string): boolean {
  try {
    dayFormat(zone);
    return true;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    // The Swedish locale writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" });
    formats.set(zone, format);
  }
  return format;
}
