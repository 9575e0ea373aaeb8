// Facts and what refers to them, from the log and from the batch that is being decided.

import type { FactOnLog } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import type { LogReader } from "../store/event-store.ts";

export type Facts = {
  byId(id: string): FactOnLog | undefined;
  at(entry: number): FactOnLog | undefined;
};

export type PendingFacts = Facts & {
  /** Adds a fact that was decided but is not on the log yet. */
  add(fact: PendingFact): void;
};

/**
 * A fact whose followers are known from the batch alone. Most are never asked for, so the event is
 * put together only then.
 */
export type PendingFact = Pick<FactOnLog, "day" | "moves" | "ownBooks" | "links"> & {
  readonly id: string;
  readonly entry: number;
  event(): StoredEvent;
};

/** Facts of the log alone. */
export function factsOnLog(log: LogReader): Facts {
  const at = (entry: number): FactOnLog | undefined => {
    const [event] = entry >= 1 ? log.read(entry, entry) : [];
    return event && factOnLog(event, () => log.linksTo(entry).flatMap((later) => at(later) ?? []));
  };
  return {
    at,
    byId(id) {
      const entry = log.find(id);
      return entry === undefined ? undefined : at(entry);
    },
  };
}

/** Facts of a batch laid over those below. */
export function pendingFacts(below: Facts): PendingFacts {
  const byId = new Map<string, PendingFact>();
  const byEntry = new Map<number, PendingFact>();
  const followers = new Map<string, PendingFact[]>();

  function withFollowers(fact: FactOnLog | undefined): FactOnLog | undefined {
    const added = fact && followers.get(fact.event.id);
    return added ? { ...fact, later: [...fact.later, ...added.map(asFact)] } : fact;
  }

  function own(fact: PendingFact | undefined): FactOnLog | undefined {
    return fact && asFact(fact);
  }

  return {
    byId: (id) => withFollowers(own(byId.get(id)) ?? below.byId(id)),
    at: (entry) => withFollowers(own(byEntry.get(entry)) ?? below.at(entry)),
    add(fact) {
      byId.set(fact.id, fact);
      byEntry.set(fact.entry, fact);
      for (const target of fact.links) {
        const known = followers.get(target);
        if (known) known.push(fact);
        else followers.set(target, [fact]);
      }
    },
  };
}

function asFact({ event, day, moves, ownBooks, links }: PendingFact): FactOnLog {
  return { event: event(), day, moves, ownBooks, links, later: [] };
}

function factOnLog(event: StoredEvent, later: () => readonly FactOnLog[]): FactOnLog {
  const fact = factOfType(event.type);
  if (!fact) throw new Error(`entry ${event.entry} has an unknown type, ${event.type}`);
  return {
    event,
    day: fact.on(event.data),
    moves: fact.moves(event.data, event.id),
    ownBooks: fact.ownBooks(event.data),
    links: fact.links(event.data),
    get later() {
      return later();
    },
  };
}
