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

/** A fact whose followers are known from the batch alone. */
export type PendingFact = Omit<FactOnLog, "later">;

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
  const byId = new Map<string, FactOnLog>();
  const byEntry = new Map<number, FactOnLog>();
  const links = new Map<string, FactOnLog[]>();

  function withPending(fact: FactOnLog | undefined): FactOnLog | undefined {
    const added = fact && links.get(fact.event.id);
    return added ? { ...fact, later: [...fact.later, ...added] } : fact;
  }

  return {
    byId: (id) => withPending(byId.get(id) ?? below.byId(id)),
    at: (entry) => withPending(byEntry.get(entry) ?? below.at(entry)),
    add(pending) {
      const fact = { ...pending, later: [] };
      byId.set(fact.event.id, fact);
      byEntry.set(fact.event.entry, fact);
      for (const target of fact.links) links.set(target, [...(links.get(target) ?? []), fact]);
    },
  };
}

function factOnLog(event: StoredEvent, later: () => readonly FactOnLog[]): FactOnLog {
  const fact = factOfType(event.type);
  if (!fact) throw new Error(`entry ${event.entry} has an unknown type, ${event.type}`);
  return {
    event,
    moves: fact.moves(event.data, event.id),
    links: fact.links(event.data),
    get later() {
      return later();
    },
  };
}
