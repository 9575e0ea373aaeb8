// The registers as of any entry. The events that change them are few and stay in memory, and books
// that were asked for lately are kept: reports are asked as of the same points again and again.

import { type Books, emptyBooks } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import type { LogReader } from "../store/event-store.ts";
import { evolveBooks, REGISTER_TYPES, registerEvents } from "./load-books.ts";

const KEPT_MAX = 16;
const TYPES = new Set<string>(REGISTER_TYPES);

export type Registers = {
  follow(events: readonly StoredEvent[]): void;
  /** Registers as of an entry, without balances; nobody may change them. */
  at(entry: number): Books;
};

/** The registers of a log. */
export function openRegisters(log: LogReader): Registers {
  const events = registerEvents(log);
  // By how many of the events they hold; the latest asked for stand last.
  const kept = new Map<number, Books>();

  function booksAfter(count: number): Books {
    const books = emptyBooks();
    for (const event of events.slice(0, count)) evolveBooks(books, event);
    return books;
  }

  return {
    follow(committed) {
      for (const event of committed) if (TYPES.has(event.type)) events.push(event);
    },
    at(entry) {
      const count = countUpTo(events, entry);
      const books = kept.get(count) ?? booksAfter(count);
      kept.delete(count);
      kept.set(count, books);
      const [oldest] = kept.keys();
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
      return books;
    },
  };
}

/** How many of the events stand at or before an entry. */
function countUpTo(events: readonly StoredEvent[], entry: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as StoredEvent).entry <= entry) low = middle + 1;
    else high = middle;
  }
  return low;
}
