// Which events of a shared log are entries, judged in the order of the log from what stands before
// them, so every node judges alike, also after a restart.

import { comesTooLate } from "../domain/books/late.ts";
import { applyMoves, type Books } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import type { AnyFact } from "../domain/fact.ts";
import { factOfType } from "../domain/facts.ts";
import type { Move } from "../domain/move.ts";
import type { Gate, LogReader } from "../store/event-store.ts";
import { evolveBooks, loadBooks } from "./load-books.ts";
import { writeOfEvent } from "./write-of-event.ts";

/** An entry with money in the books of these hosts. */
type Booked = { readonly entry: number; readonly hosts: readonly string[]; readonly day: string };

/** The gate of a log whose entries so far left these books. */
export function createGate(log: Pick<LogReader, "head" | "read">, books: Books): Gate {
  /** What was let in and is not stored yet. */
  let unstored: Booked[] = [];

  function* daysAfter(entry: number, host: string): Generator<string> {
    for (const event of log.read(entry + 1, log.head())) {
      const { day, hosts } = bookedOf(books, event);
      if (hosts.includes(host)) yield day;
    }
    for (const booked of unstored) {
      if (booked.entry > entry && booked.hosts.includes(host)) yield booked.day;
    }
  }

  return {
    admits(event, { moves }) {
      const head = log.head();
      if ((unstored[0]?.entry ?? head + 1) <= head) {
        unstored = unstored.filter(({ entry }) => entry > head);
      }
      const { type, stream, data } = event;
      const fact = knownFact(event);
      const at = { type, stream, data, moves, ownBooks: fact.ownBooks(data), day: fact.on(data) };
      if (comesTooLate(books, { ...at, daysAfter })) return false;
      evolveBooks(books, event);
      applyMoves(books, moves);
      const booked = bookedOf(books, event);
      if (booked.hosts.length > 0) unstored.push(booked);
      return true;
    },
    guardsOf({ event, moves }) {
      const guards = new Set<string>();
      for (const { fund, bucket, project } of moves) {
        if (project !== null) guards.add(`project-${project}`);
        if (fund !== null && bucket !== null) guards.add(`fund-${fund}`);
      }
      const own = factOfType(event.type)?.ownBooks(event.data) ?? null;
      for (const host of hostsOf(books, moves, own)) guards.add(`host-${host}`);
      return [...guards];
    },
  };
}

function knownFact({ type }: StoredEvent): AnyFact {
  const fact = factOfType(type);
  if (!fact) throw new Error(`${type} is no fact this program knows`);
  return fact;
}

function bookedOf(books: Books, event: StoredEvent): Booked {
  const { entry, data, id } = event;
  const fact = knownFact(event);
  const hosts = hostsOf(books, fact.moves(data, id), fact.ownBooks(data));
  return { entry, hosts, day: fact.on(data) };
}

/** The hosts in whose books a fact moves money. */
function hostsOf(books: Books, moves: readonly Move[], own: string | null): string[] {
  const hosts = new Set(own === null ? [] : [own]);
  for (const { fund, bucket } of moves) {
    const host = fund === null || bucket === null ? undefined : books.funds.get(fund)?.host;
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts];
}

/** What a store on a cluster must know of the domain. */
export const JUDGED = {
  writeOf: writeOfEvent,
  gateOf: (log: LogReader): Gate => createGate(log, loadBooks(log)),
};
