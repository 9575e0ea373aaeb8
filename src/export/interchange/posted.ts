// Which entries are posted, and when: found from the columns beside the entries, without parsing one.

import { entersNoOwnBooks } from "../../domain/fact.ts";
import { FACTS, factOfType } from "../../domain/facts.ts";
import { dayNumber } from "../../kernel/day.ts";
import { entriesOfTypes, type Snapshot } from "./snapshot.ts";

export type PostedEntry = { readonly entry: number; readonly day: number };

const PAGE = 8_192;
const ENTERS_OWN_BOOKS = FACTS.filter(({ ownBooks }) => ownBooks !== entersNoOwnBooks).map(
  ({ type }) => type,
);

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
  // What enters a host's own part alone moves no fund's money, so it has no line.
  for (const { entry, id, type, data } of entriesOfTypes(snapshot, ENTERS_OWN_BOOKS)) {
    const fact = factOfType(type);
    if (!fact || fact.ownBooks(data) === null) continue;
    if (fact.moves(data, id).some(({ bucket }) => bucket !== null)) continue;
    yield { entry, day: dayNumber(fact.on(data)) };
  }
}
