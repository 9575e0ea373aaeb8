// Which entries are posted, and when: found from the columns beside the entries, without parsing one.

import { factOfType } from "../../domain/facts.ts";
import { dayNumber } from "../../kernel/day.ts";
import { entriesOfTypes, type Snapshot } from "./snapshot.ts";

export type PostedEntry = { readonly entry: number; readonly day: number };

const PAGE = 8_192;

/** The entries that may have postings, in the order of the log but for opening balances, at the end. */
export function* postedEntries(snapshot: Snapshot): Generator<PostedEntry> {
  const { log, point } = snapshot;
  let before = 0;
  for (let from = 1; from <= point.entry; from += PAGE) {
    const { entry, day, series } = log.lines(from, Math.min(from + PAGE - 1, point.entry));
    for (let line = 0; line < entry.length; line++) {
      const it = { entry: entry[line] as number, day: day[line] as number };
      if (it.entry === before || (point.day !== undefined && it.day > point.day)) continue;
      if (log.seriesAt(series[line] as number).bucket === null) continue;
      before = it.entry;
      yield it;
    }
  }
  // Opening balances of a host's own part move no fund's money, so they have no line.
  for (const { entry, type, data } of entriesOfTypes(snapshot, ["OpeningBalanceRecorded"])) {
    yield { entry, day: dayNumber(factOfType(type)?.on(data) ?? "") };
  }
}
