// A ledger of nothing but the rules: no store, no clock. What the rules refuse throws.

import { type DemoRequest, LAST_DAY } from "../../scripts/demo/request.ts";
import { refuseClosed } from "../../src/domain/books/closing.ts";
import {
  applyMoves,
  applyPatch,
  type Books,
  emptyBooks,
  type FactOnLog,
  type Known,
} from "../../src/domain/books.ts";
import { factOfCommand } from "../../src/domain/facts.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import { figureIn } from "../domain/given.ts";

type OnLog = FactOnLog & { readonly later: FactOnLog[] };

export type PureLedger = {
  readonly books: Books;
  readonly facts: readonly FactOnLog[];
  record(request: DemoRequest): void;
};

/** An empty ledger on the last day of the demo. */
export function pureLedger(): PureLedger {
  const books = emptyBooks();
  const facts: OnLog[] = [];
  const byId = new Map<string, OnLog>();
  const streams = new Map<string, number>();
  const known: Known & { actor: string } = {
    books,
    today: LAST_DAY,
    todayIn: () => LAST_DAY,
    actor: "",
    trialBalance: () => ({ trialBalance: "00".repeat(32), through: facts.length }),
    fact: (id) => byId.get(id),
    factAt: (entry) => facts[entry - 1],
    figure: (asked) => figureIn(facts, asked),
  };

  function record({ command, key, input, actor, reason }: DemoRequest): void {
    const fact = factOfCommand(command);
    if (!fact) throw new Error(`no command ${command}`);
    if (fact.needsReason && !reason) throw new Error(`${key} needs a reason`);
    const parsed = fact.inputSchema.parse(input);
    const id = eventIdOfKey(key);
    if (byId.has(id)) throw new Error(`${key} is used twice`);
    known.actor = actor;
    const data = { ...parsed, ...fact.decide(parsed, known) };
    const { name: stream, opens } = fact.stream(data, id);
    const revision = (streams.get(stream) ?? -1) + 1;
    if (opens !== (revision === 0)) throw new Error(`${key} does not fit stream ${stream}`);
    streams.set(stream, revision);
    const { type, version } = fact;
    const entry = facts.length + 1;
    const envelope = { entry, type, version, id, stream, revision, recordedAt: "", actor, data };
    const event = reason === undefined ? envelope : { ...envelope, reason };
    const moves = fact.moves(data, id);
    const ownBooks = fact.ownBooks(data);
    refuseClosed(books, { moves, ownBooks }, fact.on(data));
    const links = fact.links(data);
    const onLog: OnLog = { event, day: fact.on(data), moves, ownBooks, links, later: [] };
    applyPatch(books, fact.evolve(data, id, books));
    applyMoves(books, moves);
    for (const target of links) byId.get(target)?.later.push(onLog);
    facts.push(onLog);
    byId.set(id, onLog);
  }

  return { books, facts, record };
}
