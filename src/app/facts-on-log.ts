// Facts and what refers to them, from the log and from the batch that is being decided.

import type { FactOnLog } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import type { Day } from "../kernel/day.ts";
import type { LogReader, Write } from "../store/event-store.ts";

export type Facts = {
  /** It is found sooner when it is known to be before an entry. */
  byId(id: string, before?: number): FactOnLog | undefined;
  at(entry: number): FactOnLog | undefined;
  /** 0 for a stream that is named after an event of the batch that opened it. */
  opened?(stream: string): 0 | undefined;
};

export type PendingFacts = Required<Facts> & {
  /** Adds a fact that was decided but is not on the log yet. */
  add(fact: PendingFact): void;
};

/**
 * A fact whose followers are known from the batch alone. Most are never asked for, so the event is
 * put together only then.
 */
export type PendingFact = {
  /** The number that its entry will have. */
  readonly entry: number;
  readonly day: Day;
  readonly ownBooks: FactOnLog["ownBooks"];
  readonly links: readonly string[];
  readonly write: Write;
  readonly decidedAt: string;
};

/** Facts of the log alone. */
export function factsOnLog(log: LogReader): Facts {
  const at = (entry: number): FactOnLog | undefined => {
    const [event] = entry >= 1 ? log.read(entry, entry) : [];
    return event && factOnLog(event, () => log.linksTo(entry).flatMap((later) => at(later) ?? []));
  };
  return {
    at,
    byId(id, before) {
      const entry = log.find(id, before);
      return entry === undefined ? undefined : at(entry);
    },
  };
}

/** Facts of a batch laid over those below. */
export function pendingFacts(below: Facts): PendingFacts {
  const byId = new Map<string, PendingFact>();
  const inOrder: PendingFact[] = [];
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
    at: (entry) => withFollowers(own(inOrder[entry - (inOrder[0]?.entry ?? 0)]) ?? below.at(entry)),
    opened(stream) {
      const first = byId.get(stream.slice(-36))?.write;
      return first?.stream === stream ? 0 : below.opened?.(stream);
    },
    add(fact) {
      byId.set(fact.write.event.id, fact);
      inOrder.push(fact);
      for (const target of fact.links) {
        const known = followers.get(target);
        if (known) known.push(fact);
        else followers.set(target, [fact]);
      }
    },
  };
}

/** The event as it will be stored, but for the time, which the store gives it. */
export function eventOf({ entry, write, decidedAt }: PendingFact): StoredEvent {
  const { event, expected } = write;
  const revision = expected === "none" ? 0 : expected + 1;
  return { entry, ...event, revision, recordedAt: decidedAt };
}

function asFact(fact: PendingFact): FactOnLog {
  const { day, ownBooks, links, write } = fact;
  return { event: eventOf(fact), day, moves: write.moves, ownBooks, links, later: [] };
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
