// The log as JSON Lines: the stored bytes of each entry, in order.

import type { LogReader } from "../store/event-store.ts";

const PAGE = 4_096;

/**
 * Entries `from` … `to`, which are all on the log, as lines, a page at a time.
 * @throws MissingEntry naming one that is not there any more.
 */
export function* logPages(
  log: Pick<LogReader, "bytes">,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<string> {
  for (let first = from; first <= to; first += PAGE) {
    const last = Math.min(first + PAGE - 1, to);
    yield `${log.bytes(first, last).join("\n")}\n`;
  }
}
