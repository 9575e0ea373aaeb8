// A stored event as the write that it was: its day, moves and links follow from its data alone, so
// that a log can be restored, mirrored or moved from nothing but its bytes.

import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import { dayNumber } from "../kernel/day.ts";
import type { Write } from "../store/event-store.ts";

/**
 * The write that makes this event; `find` knows the entries before it.
 * @throws Error for a type that this program does not know.
 */
export function writeOfEvent(event: StoredEvent, find: (id: string) => number | undefined): Write {
  const fact = factOfType(event.type);
  if (!fact) throw new Error(`${event.type} is no fact this program knows`);
  const { entry: _entry, revision, recordedAt: _recordedAt, ...rest } = event;
  return {
    stream: event.stream,
    expected: revision === 0 ? "none" : revision - 1,
    event: rest,
    day: dayNumber(fact.on(event.data)),
    moves: fact.moves(event.data, event.id),
    links: fact.links(event.data).flatMap((id) => find(id) ?? []),
  };
}
