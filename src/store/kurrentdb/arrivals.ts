// What this process sent and what of it came back: told by the feed as it stores a batch, so that
// nobody has to look every gift up in the mirror again.

import type { StoredEvent } from "../../domain/event.ts";
import type { FeedItem } from "./feed-item.ts";

/** The entry that an id makes, and its bytes: others than were sent when somebody came first. */
export type ArrivedEntry = { readonly entry: number; readonly bytes: string };
/** What came too late is on the log and is no entry. */
export type Arrival = ArrivedEntry | "too-late";

export type Arrivals = {
  /** Starts to look out for ids. */
  expect(ids: Iterable<string>): Expected;
  /** Tells of a batch that was stored; `events` are those of its items that became entries. */
  came(items: readonly FeedItem[], events: readonly StoredEvent[]): void;
};

export type Expected = {
  get(id: string): Arrival | undefined;
  /** Stops to look out. */
  end(): void;
};

/** Looks out for nothing yet; `find` tells the entry of an id that was on the log before. */
export function createArrivals(find: (id: string) => ArrivedEntry | undefined): Arrivals {
  const waiting = new Set<Map<string, Arrival | undefined>>();
  return {
    expect(ids) {
      const expected = new Map<string, Arrival | undefined>();
      for (const id of ids) expected.set(id, undefined);
      waiting.add(expected);
      return { get: (id) => expected.get(id), end: () => void waiting.delete(expected) };
    },
    came(items, events) {
      if (waiting.size === 0) return;
      let next = 0;
      for (const { id, bytes } of items) {
        const entry = events[next]?.id === id ? events[next++]?.entry : undefined;
        for (const expected of waiting) {
          if (!expected.has(id) || expected.get(id)) continue;
          expected.set(id, entry === undefined ? (find(id) ?? "too-late") : { entry, bytes });
        }
      }
    },
  };
}
