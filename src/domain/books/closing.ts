// Closed periods of a host: everything dated up to a day is fixed. One rule for every fact that
// moves money, so that no path around a closing exists.

import { z } from "zod";
import { type Day, dayNumber, dayOfNumber } from "../../kernel/day.ts";
import { inBoth } from "../../kernel/in-both.ts";
import type { Books, FactOnLog } from "../books.ts";
import { refuse } from "../refuse.ts";

export const monthOrYear = z.string().regex(
  /^[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?$/,
  inBoth({
    zh: "月份（如 2026-09）或年份（如 2026）",
    en: "a month like 2026-09 or a year like 2026",
  }),
);

/** The first and the last day of a month or a year. */
export function daysOf(period: string): { readonly first: Day; readonly last: Day } {
  const year = period.slice(0, 4);
  if (period.length === 4) return { first: `${year}-01-01`, last: `${year}-12-31` };
  const [next, month] = period.endsWith("-12")
    ? [Number(year) + 1, 1]
    : [Number(year), Number(period.slice(5)) + 1];
  const after = `${String(next).padStart(4, "0")}-${String(month).padStart(2, "0")}-01`;
  return { first: `${period}-01`, last: dayBefore(after) };
}

export function dayBefore(day: Day): Day {
  return dayOfNumber(dayNumber(day) - 1);
}

/** The first day that is still open, given the last closed one. */
export function dayAfter(day: Day): Day {
  return dayOfNumber(dayNumber(day) + 1);
}

/** Refuses an entry that moves money of a host on a day that is closed. */
export function refuseClosed(
  books: Books,
  { ownBooks, moves }: Pick<FactOnLog, "ownBooks" | "moves">,
  day: Day,
): void {
  if (ownBooks !== null) refuseClosedDay(books, ownBooks, day);
  for (const { fund, bucket } of moves) {
    if (fund === null || bucket === null) continue;
    const host = books.funds.get(fund)?.host;
    if (host !== undefined) refuseClosedDay(books, host, day);
  }
}

function refuseClosedDay(books: Books, host: string, day: Day): void {
  const through = books.closings.get(host)?.through;
  if (through !== undefined && day <= through) {
    refuse("PERIOD_CLOSED", { day, host, open: dayAfter(through) });
  }
}
