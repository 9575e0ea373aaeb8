// The books of a ledger that another process writes: read once, then brought on by what is new on
// the log whenever somebody asks. Nothing is decided here, so no balances are kept.

import { type Books, emptyBooks } from "../domain/books.ts";
import { Refusal } from "../kernel/refusal.ts";
import { type Committed, committedOn, type LogReader } from "../store/event-store.ts";
import { evolveBooks, registerEvents } from "./load-books.ts";
import type { Answer, Recorder } from "./recorder.ts";

const PAGE = 4_096;

export type Follower = Recorder & {
  /** The last entry taken in. */
  head(): number;
  /** Takes in what is new and tells it, in the order of the log. */
  refresh(): void;
};

/** Follows a log; `onCommitted` is called in its order, once the books know what is new. */
export function followLog(log: LogReader, onCommitted: (committed: Committed) => void): Follower {
  let seen = log.head();
  const books: Books = emptyBooks();
  for (const event of registerEvents(log)) if (event.entry <= seen) evolveBooks(books, event);
  return {
    books: () => books,
    queued: () => 0,
    head: () => seen,
    record: async (requests) => requests.map(readOnly),
    rehearse: (requests) => requests.map(readOnly),
    refresh() {
      for (let head = log.head(); seen < head; ) {
        const to = Math.min(seen + PAGE, head);
        const committed = committedOn(log, seen + 1, to);
        for (const event of committed.events) evolveBooks(books, event);
        seen = to;
        onCommitted(committed);
      }
    },
  };
}

function readOnly(): Answer {
  return { kind: "refused", refusal: new Refusal("READ_ONLY") };
}

/** A log that ends at `head`, however far its file has grown. */
export function logUpTo(log: LogReader, head: () => number): LogReader {
  return {
    ...log,
    head,
    read: (from, to) => log.read(from, Math.min(to, head())),
    bytes: (from, to) => log.bytes(from, Math.min(to, head())),
    lines: (from, to) => log.lines(from, Math.min(to, head())),
    entriesOfType: (type, after, limit) =>
      log.entriesOfType(type, after, limit).filter((entry) => entry <= head()),
  };
}
