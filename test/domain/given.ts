// Given facts, when a command, then data and moves or a refusal. Runs the rules as they are, on
// books in memory: no store, no clock. A fact's id is the event id of its key, so that a test can
// name a fact before it happens.

import { refuseClosed } from "../../src/domain/books/closing.ts";
import {
  applyMoves,
  applyPatch,
  type Balance,
  type Books,
  balanceOf,
  emptyBooks,
  type FactOnLog,
  type FigureAsked,
  type FigureFound,
  type Known,
} from "../../src/domain/books.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import { factOfCommand } from "../../src/domain/facts.ts";
import type { Move } from "../../src/domain/move.ts";
import { refuse } from "../../src/domain/refuse.ts";
import { dayOfInstant } from "../../src/kernel/day.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { toBase64 } from "../../src/proof/bytes.ts";
import { createFigureFold } from "../../src/proof/figure-fold.ts";
import { treeHasher } from "../../src/proof/merkle.ts";
import { sha256 } from "../../src/proof/sha256.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";

/** The last day on which anything can have happened in these tests. */
export const TODAY = "2026-06-30";
/** Noon of it where the ledgers of these tests are. */
const NOON = Date.parse(`${TODAY}T12:00:00+08:00`);

/** Who records what no step says otherwise about. */
const ACCOUNTANT = "accountant-1";

/** A command with the idempotency key that names the fact it makes. */
export type Step = {
  readonly command: string;
  readonly input: object;
  readonly key: string;
  readonly actor?: string;
};

/** What a command decided. */
export type Decided = {
  readonly event: StoredEvent;
  /** Input and decision together, as they are stored. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly moves: readonly Move[];
};

/** The id of the fact that a key makes. */
export const idOf = eventIdOfKey;

/** A step of a story; the key is the command's name unless a story has it twice. */
export function step(command: string, input: object, key: string = command): Step {
  return { command, input, key };
}

export type Story = {
  readonly books: Books;
  readonly events: readonly StoredEvent[];
  /** Carries out a command. Throws what the schema or the rule throws. */
  record(step: Step): Decided;
};

/** An empty ledger in memory that grows by one fact at a time. */
export function openStory(): Story {
  const books = emptyBooks();
  const facts: FactOnLog[] = [];
  const revisions = new Map<string, number>();
  const known: Known & { actor: string } = {
    books,
    today: TODAY,
    todayIn: (zone) => dayOfInstant(NOON, zone),
    actor: ACCOUNTANT,
    trialBalance: () => ({ trialBalance: "cd".repeat(32), through: facts.length }),
    fact: (id) => facts.find(({ event }) => event.id === id),
    factAt: (entry) => facts[entry - 1],
    figure: (asked) => figureIn(facts, asked),
  };

  return {
    books,
    get events() {
      return facts.map(({ event }) => event);
    },
    record({ command, input, key, actor = ACCOUNTANT }) {
      const fact = factOfCommand(command);
      if (!fact) throw new Error(`no command ${command}`);
      const asked = fact.inputSchema.parse(structuredClone(input));
      known.actor = actor;
      const data = { ...asked, ...fact.decide(asked, known) };
      const id = idOf(key);
      const stream = fact.stream(data, id).name;
      const revision = (revisions.get(stream) ?? -1) + 1;
      const entry = facts.length + 1;
      const recordedAt = new Date(Date.UTC(2026, 5, 30, 1, 0, entry)).toISOString();
      const event: StoredEvent = {
        entry,
        type: fact.type,
        version: fact.version,
        id,
        stream,
        revision,
        recordedAt,
        actor,
        ...(fact.needsReason ? { reason: "依据理事会决议" } : {}),
        data,
      };
      const moves = fact.moves(data, id);
      const ownBooks = fact.ownBooks(data);
      refuseClosed(books, { moves, ownBooks }, fact.on(data));
      const links = fact.links(data);
      const later = () => facts.filter((other) => other.links.includes(id));
      facts.push({
        event,
        day: fact.on(data),
        moves,
        ownBooks,
        links,
        get later() {
          return later();
        },
      });
      revisions.set(stream, revision);
      applyPatch(books, fact.evolve(data, id, books));
      applyMoves(books, moves);
      return { event, data: data as Record<string, unknown>, moves };
    },
  };
}

/** A figure of these facts; there is no tree here, so the root is that of an empty one. */
export function figureIn(facts: readonly FactOnLog[], asked: FigureAsked): FigureFound {
  const size = asked.asOf ?? facts.length;
  const fold = createFigureFold([{ ...asked, size }]);
  for (const { event } of facts) fold.add(event);
  const { terms: _terms, ...sum } =
    fold.sumOf(0) ?? refuse("FIGURE_UNKNOWN", { figure: asked.figure });
  return { ...sum, size, root: toBase64(treeHasher(sha256).empty()) };
}

export type Given = {
  readonly books: Books;
  /** What the command decides, or the refusal; anything else it throws is thrown on. */
  when(command: string, input: object, key?: string, actor?: string): Decided | Refusal;
  /** The entry number of the fact with this key. */
  entryOf(key: string): number;
  balance(fund: string, bucket?: string): Balance;
};

/** A ledger in which these steps have happened, each of which must be allowed. */
export function given(...steps: readonly Step[]): Given {
  const story = openStory();
  for (const one of steps) story.record(one);
  return {
    books: story.books,
    when(command, input, key = `when ${command}`, actor = ACCOUNTANT) {
      try {
        return story.record({ ...step(command, input, key), actor });
      } catch (error) {
        if (isRefusal(error)) return error;
        throw error;
      }
    },
    entryOf: (key) => story.events.findIndex(({ id }) => id === idOf(key)) + 1,
    balance: (fund, bucket = "none") => balanceOf(story.books, fund, bucket),
  };
}
