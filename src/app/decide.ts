// Decides a batch of requests in order, on books and facts that include what the batch has decided
// so far. Nothing is written here and nothing is changed but the draft, so a batch that cannot be
// written leaves no trace.

import { z } from "zod";
import { refuseClosed } from "../domain/books/closing.ts";
import {
  applyMoves,
  applyPatch,
  type Books,
  draftOf,
  type Known,
  mergeBooks,
} from "../domain/books.ts";
import { encodeEvent, type NewEvent } from "../domain/event.ts";
import type { AnyFact } from "../domain/fact.ts";
import { factOfCommand } from "../domain/facts.ts";
import type { JournalEntry } from "../domain/journal/posting.ts";
import { type JournalContext, journalEntryOf } from "../domain/journal/postings-of.ts";
import { reason } from "../domain/schema.ts";
import { type Day, dayNumber, dayOfInstant } from "../kernel/day.ts";
import { readInput } from "../kernel/read-input.ts";
import { isRefusal, Refusal } from "../kernel/refusal.ts";
import { eventIdOfKey } from "../store/event-id.ts";
import type { EventStore, Write } from "../store/event-store.ts";
import type { AtomicRange } from "./append-in-order.ts";
import { compiledSchema } from "./compiled-schema.ts";
import { factsOnLog, type PendingFact, type PendingFacts, pendingFacts } from "./facts-on-log.ts";
import { zoneOf } from "./point.ts";
import { type Answer, type Group, type RecordRequest, repeated } from "./request.ts";

/** What deciding asks of whoever keeps the projections. */
export type Figures = {
  readonly figure: Known["figure"];
  /** The hash of a host's trial balance at a day, with postings that are not on the log yet. */
  readonly trialBalance: (host: string, day: Day, pending: readonly JournalEntry[]) => string;
};

export type DecidedBatch = {
  /** The books with what was decided. */
  readonly draft: Books;
  readonly writes: readonly Write[];
  readonly atomic: readonly AtomicRange[];
  /** What became of each request, by group. */
  readonly decided: readonly (readonly Decided[])[];
};

export type Decided =
  | { readonly answer: Answer }
  /** To be written. */
  | PendingFact
  /** Cannot be decided before what stands before it is on the log. */
  | { readonly later: true };

type Batch = {
  readonly store: EventStore;
  readonly figures: Figures;
  /** The number that the first write will have as an entry. */
  readonly firstEntry: number;
  readonly writes: Write[];
  readonly atomic: AtomicRange[];
  /** Of streams that the batch writes to; one that is named after its only event is left out. */
  readonly revisions: Map<string, number>;
  /** How many writes stood before the atomic group that is being decided. */
  groupFrom: number | undefined;
  /** Set once something could only be decided later; so is then all that follows it. */
  later: boolean;
  /** The time the batch is decided at, and the day that is in a zone. */
  readonly decidedAt: string;
  readonly todayIn: (zone: string) => Day;
};

/** What of a group is decided on. */
type Asking = Pick<Group, "requests" | "atomic" | "answers">;

/** Thrown and caught in here: what is asked of the log can only be answered later. */
const DECIDE_LATER = new Error("this can be decided once what stands before it is on the log");

type Desk = {
  readonly books: Books;
  readonly facts: PendingFacts;
  /** One object for a whole batch; only who asks changes from request to request. */
  readonly known: Omit<Known, "actor"> & { actor: string };
};

export type Setting = Pick<Batch, "store" | "figures"> & { readonly nowMs: number };

const NO_LINKS: readonly number[] = [];

const reasonIn = z.object({ reason });

/** Decides groups in order, as far as that can be done before the first of them is on the log. */
export function decideGroups(
  { store, figures, nowMs }: Setting,
  books: Books,
  groups: readonly Asking[],
): DecidedBatch {
  const batch: Batch = {
    store,
    figures,
    firstEntry: store.head() + 1,
    writes: [],
    atomic: [],
    revisions: new Map(),
    groupFrom: undefined,
    later: false,
    decidedAt: new Date(nowMs).toISOString(),
    todayIn: oncePerZone((zone) => dayOfInstant(nowMs, zone)),
  };
  const desk = openDesk(batch, draftOf(books), pendingFacts(factsOnLog(store)));
  const decided = groups.map((group) => decideGroup(batch, desk, group));
  return { draft: desk.books, writes: batch.writes, atomic: batch.atomic, decided };
}

function decideGroup(batch: Batch, desk: Desk, group: Asking): Decided[] {
  const decide = (inner: Desk) =>
    group.requests.map((request, at): Decided => {
      const answer = group.answers[at];
      return answer ? { answer } : decideOne(batch, inner, request);
    });
  if (!group.atomic) return decide(desk);
  // On a shared log it is appended on the condition that what it was decided on still holds, so
  // nothing may be waited for between the decision and the append.
  if (batch.store.shared && batch.writes.length > 0) {
    batch.later = true;
    return group.requests.map(() => ({ later: true }));
  }
  const from = batch.writes.length;
  const revisions = new Map(batch.revisions);
  const inner = openDesk(batch, draftOf(desk.books), pendingFacts(desk.facts));
  batch.groupFrom = from;
  const decided = decide(inner);
  batch.groupFrom = undefined;
  const failed = decided.some((item) => "answer" in item && item.answer.kind !== "already");
  if (!failed && !batch.later) {
    mergeBooks(inner.books);
    for (const item of decided) if ("write" in item) desk.facts.add(item);
    if (batch.writes.length > from) batch.atomic.push({ from, to: batch.writes.length });
    return decided;
  }
  batch.writes.length = from;
  batch.revisions.clear();
  for (const [stream, revision] of revisions) batch.revisions.set(stream, revision);
  if (batch.later) return decided.map(() => ({ later: true }));
  return decided.map((item) => ("answer" in item ? item : { answer: { kind: "aborted" } }));
}

function decideOne(batch: Batch, desk: Desk, asked: RecordRequest): Decided {
  const fact = factOfCommand(asked.command);
  if (!fact) throw new RangeError(`no command ${asked.command}`);
  if (batch.later) return { later: true };
  const read = readInput(compiledSchema(fact.inputSchema), asked.input);
  if (!read.success) return { answer: { kind: "invalid", issues: read.issues } };
  const told = asked.reason === undefined ? undefined : readInput(reasonIn, asked);
  if (told?.success === false) return { answer: { kind: "invalid", issues: told.issues } };
  const request = told ? { ...asked, ...told.data } : asked;
  try {
    const id = eventIdOfKey(request.key);
    const first = desk.facts.byId(id);
    if (first) return { answer: repeated(first.event, fact, request, read.data) };
    return decideNew(batch, desk, { fact, request, input: read.data, id });
  } catch (error) {
    if (isRefusal(error)) return { answer: { kind: "refused", refusal: error } };
    if (error !== DECIDE_LATER) throw error;
    batch.later = true;
    return { later: true };
  }
}

type Asked = {
  readonly fact: AnyFact;
  readonly request: RecordRequest;
  readonly input: object;
  readonly id: string;
};

function decideNew(batch: Batch, desk: Desk, { fact, request, input, id }: Asked): PendingFact {
  if (fact.type !== "LedgerOpened" && !desk.books.ledger.get("ledger")) {
    throw new Refusal("LEDGER_NOT_OPEN");
  }
  if (fact.needsReason && !request.reason) throw new Refusal("REASON_NEEDED");
  desk.known.actor = request.actor;
  const data = { ...input, ...fact.decide(input, desk.known) };
  const stream = fact.stream(data, id);
  const event = newEvent(fact, request, { id, stream: stream.name, data });
  const expected = stream.opens ? "none" : revisionBefore(batch, desk, stream.name);
  // The id is new, so a stream that is named after it is.
  const isOwn = stream.opens && stream.name.endsWith(id);
  if (stream.opens && !isOwn) refuseTaken(batch, stream.name);
  const targets = fact.links(data);
  const links = targets.length === 0 ? NO_LINKS : entriesOf(desk, targets);
  const moves = fact.moves(data, id);
  const day = fact.on(data);
  const ownBooks = fact.ownBooks(data);
  refuseClosed(desk.books, { moves, ownBooks }, day);
  const write: Write = {
    stream: stream.name,
    expected,
    event,
    day: dayNumber(day),
    moves,
    links,
  };
  // Refuses an entry that is too large before anything of the batch is written.
  if (hasLists(data)) encodeEvent(event, 0, "");
  if (!isOwn) batch.revisions.set(stream.name, expected === "none" ? 0 : expected + 1);
  applyPatch(desk.books, fact.evolve(data, id, desk.books));
  applyMoves(desk.books, moves);
  const entry = batch.firstEntry + batch.writes.length;
  const { decidedAt } = batch;
  const pending = { entry, day, ownBooks, links: targets, write, decidedAt };
  desk.facts.add(pending);
  batch.writes.push(write);
  return pending;
}

function entriesOf({ facts }: Desk, ids: readonly string[]): number[] {
  return ids.flatMap((id) => facts.byId(id)?.event.entry ?? []);
}

function newEvent(
  { type, version }: AnyFact,
  { actor, reason, correlation }: RecordRequest,
  { id, stream, data }: Pick<NewEvent, "id" | "stream" | "data">,
): NewEvent {
  const event = { type, version, id, stream, actor, data };
  if (reason === undefined && correlation === undefined) return event;
  return {
    ...event,
    ...(reason === undefined ? {} : { reason }),
    ...(correlation === undefined ? {} : { correlation }),
  };
}

/** Only lists can make an entry large; every single field is bounded by its schema. */
function hasLists(data: object): boolean {
  for (const field in data)
    if (Array.isArray((data as Record<string, unknown>)[field])) return true;
  return false;
}

/** A function of a zone, worked out once for each; a ledger has one zone. */
function oncePerZone(work: (zone: string) => Day): (zone: string) => Day {
  const days = new Map<string, Day>();
  return (zone) => {
    const day = days.get(zone) ?? work(zone);
    days.set(zone, day);
    return day;
  };
}

function revisionBefore(batch: Batch, { facts }: Desk, stream: string): number {
  const revision =
    batch.revisions.get(stream) ?? facts.opened(stream) ?? batch.store.revision(stream);
  if (revision === "none") throw new RangeError(`stream ${stream} does not exist`);
  return revision;
}

function refuseTaken(batch: Batch, stream: string): void {
  const taken = batch.revisions.has(stream) || batch.store.revision(stream) !== "none";
  if (taken) throw new Refusal("STREAM_EXISTS", { stream });
}

function openDesk(batch: Batch, books: Books, facts: PendingFacts): Desk {
  const known: Desk["known"] = {
    books,
    actor: "",
    get today() {
      return batch.todayIn(zoneOf(books));
    },
    todayIn: batch.todayIn,
    fact: facts.byId,
    factAt(entry) {
      // Until it is on a shared log, another process may come before it and take its number.
      if (!batch.store.shared || entry <= batch.store.head()) return facts.at(entry);
      if ((batch.groupFrom ?? batch.writes.length) > 0) throw DECIDE_LATER;
      return undefined;
    },
    figure: batch.figures.figure,
    trialBalance(host, day) {
      if (batch.store.shared && batch.writes.length > 0) throw DECIDE_LATER;
      const pending = pendingJournal(batch, { books, fact: facts.byId });
      return {
        trialBalance: batch.figures.trialBalance(host, day, pending),
        through: batch.firstEntry + batch.writes.length - 1,
      };
    },
  };
  return { books, facts, known };
}

/** What the batch has decided so far, as double entry. */
function pendingJournal({ writes, decidedAt }: Batch, context: JournalContext): JournalEntry[] {
  return writes.map(({ event }) =>
    journalEntryOf({ ...event, entry: 0, revision: 0, recordedAt: decidedAt }, context),
  );
}
