// Today where a ledger is kept: what a verb fills in for a day that was left out.

import { DEFAULT_ZONE } from "../app/point.ts";
import { type Day, dayOfInstant, isZone } from "../kernel/day.ts";

/** Today in a zone. One that nobody knows is refused by the entry that names it. */
export function todayIn(zone: string = DEFAULT_ZONE): Day {
  return dayOfInstant(Date.now(), isZone(zone) ? zone : DEFAULT_ZONE);
}
