// The log as JSON Lines: the stored bytes of each entry, in order, and never fewer than were asked.

import { type LogReader, StoreUnavailable } from "../store/event-store.ts";

const PAGE = 4_096;

/**
 * Entries `from` … `to` as lines, a page at a time.
 * @throws StoreUnavailable naming an entry that is not there.
 */
export function* logPages(
  log: Pick<LogReader, "bytes">,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<string> {
  for (let first = from; first <= to; first += PAGE) {
    const last = Math.min(first + PAGE - 1, to);
    const lines = log.bytes(first, last);
    if (lines.length !== last - first + 1) throw missingIn(log, first, last);
    yield `${lines.join("\n")}\n`;
  }
}

function missingIn(log: Pick<LogReader, "bytes">, from: number, to: number): StoreUnavailable {
  let entry = from;
  while (entry < to && log.bytes(entry, entry).length === 1) entry += 1;
  const told = `entry ${entry} is missing; restore a copy that has it, and run \`almoner audit\``;
  return new StoreUnavailable("LOG_DAMAGED", told);
}
