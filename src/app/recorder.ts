// The command path: one queue, decided in order against the books, one durable write per batch.
// Decisions work on a draft, so a batch that fails to be written leaves no trace in memory.

import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { refuseClosed } from "../domain/books/closing.ts";
import {
  applyMoves,
  applyPatch,
  type Books,
  draftOf,
  type Known,
  mergeBooks,
} from "../domain/books.ts";
import { encodeEvent, type NewEvent, type StoredEvent } from "../domain/event.ts";
import type { AnyFact } from "../domain/fact.ts";
import { factOfCommand, factOfType } from "../domain/facts.ts";
import type { JournalEntry } from "../domain/journal/posting.ts";
import { type JournalContext, journalEntryOf } from "../domain/journal/postings-of.ts";
import { type Day, dayNumber, dayOfInstant } from "../kernel/day.ts";
import { isRefusal, Refusal } from "../kernel/refusal.ts";
import { eventIdOfKey } from "../store/event-id.ts";
import {
  type Committed,
  type EventStore,
  type Outcome,
  StoreUnavailable,
  type Write,
} from "../store/event-store.ts";
import { type AtomicRange, appendInOrder } from "./append-in-order.ts";
import { factsOnLog, type PendingFact, type PendingFacts, pendingFacts } from "./facts-on-log.ts";
import { evolveBooks, loadBooks } from "./load-books.ts";

export type RecordRequest = {
  readonly command: string;
  /** Idempotency key: the same key is the same entry, for ever. */
  readonly key: string;
  readonly input: unknown;
  readonly actor: string;
  readonly reason?: string;
  readonly correlation?: string;
};

export type Answer =
  | { readonly kind: "recorded"; readonly event: StoredEvent }
  /** The key was used before with the same body: the first answer again. */
  | { readonly kind: "already"; readonly event: StoredEvent }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "invalid"; readonly issues: readonly z.core.$ZodIssue[] }
  /** Another request of the same atomic group was refused. */
  | { readonly kind: "aborted" };

export type Recorder = {
  /** Records requests in order. An atomic group is recorded whole or not at all. */
  record(requests: readonly RecordRequest[], options?: { atomic?: boolean }): Promise<Answer[]>;
  readonly books: () => Books;
  readonly queued: () => number;
};

const BATCH_MAX = 1_000;
const QUEUE_MAX = 20_000;
const KEY_MAX = 200;
/** How often a request is decided again because another process wrote first. */
const TRIES_MAX = 4;
const BACK_OFF_MS = 4;

type Group = {
  readonly requests: readonly RecordRequest[];
  readonly atomic: boolean;
  /** The answers so far; on a shared log some requests may have to be decided again. */
  readonly answers: (Answer | undefined)[];
  tries: number;
  readonly resolve: (answers: (Answer | undefined)[]) => void;
  readonly reject: (error: unknown) => void;
};

/** What a recorder asks of whoever keeps the projections, and tells them. */
export type RecorderHooks = {
  /**
   * Called in the order of the log, once the books know what was committed and before anybody gets
   * an answer.
   */
  readonly onCommitted: (committed: Committed) => void;
  readonly figure: Known["figure"];
  /** The hash of a host's trial balance at a day, with postings that are not on the log yet. */
  readonly trialBalance: (host: string, day: Day, pending: readonly JournalEntry[]) => string;
};

/** The recorder of a store; there is one per process and store. */
export function createRecorder(
  store: EventStore,
  now: () => number,
  { onCommitted, figure, trialBalance }: RecorderHooks,
): Recorder {
  const queue: Group[] = [];
  let queued = 0;
  let running = false;
  let books = loadBooks(store);
  let toldUpTo = store.head();
  let inDoubt = false;
  const committed: Committed[] = [];
  store.subscribe((batch) => (store.shared ? follow(batch) : void committed.push(batch)));

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const groups = takeGroups(queue);
      queued -= groups.reduce((sum, group) => sum + group.requests.length, 0);
      try {
        if (inDoubt) recover();
        const setting = { store, figure, trialBalance, nowMs: now() };
        const error = await recordGroups(setting, books, groups);
        for (const batch of committed.splice(0)) tell(batch);
        await settle(groups, error);
      } catch (error) {
        for (const group of groups) group.reject(error);
        inDoubt = !store.shared;
      }
    }
    running = false;
  }

  async function settle(groups: readonly Group[], error: unknown): Promise<void> {
    const again: Group[] = [];
    for (const group of groups) {
      if (group.answers.every((answer) => answer !== undefined)) group.resolve(group.answers);
      else if (error !== undefined) group.reject(error);
      else again.push(group);
    }
    if (again.length === 0) return;
    queue.unshift(...again);
    queued += again.reduce((sum, group) => sum + group.requests.length, 0);
    const tries = Math.max(...again.map((group) => group.tries));
    // Some chance in it, so that two nodes do not meet again and again.
    if (tries > 0) await delay(BACK_OFF_MS * 4 ** (tries - 1) * (0.5 + Math.random()));
  }

  // On a shared log the books are what the log says, whoever wrote it; drafts are thrown away.
  function follow(batch: Committed): void {
    for (const event of batch.events) {
      evolveBooks(books, event);
      applyMoves(books, factOfType(event.type)?.moves(event.data, event.id) ?? []);
    }
    tell(batch);
  }

  function tell(batch: Committed): void {
    onCommitted(batch);
    toldUpTo = batch.events.at(-1)?.entry ?? toldUpTo;
  }

  // After a failed write only the log knows what became of it. The books are read from it anew, and
  // what it holds without anybody having been told is told now. Nothing is decided before that.
  function recover(): void {
    committed.length = 0;
    books = loadBooks(store);
    const head = store.head();
    if (head > toldUpTo) {
      tell({ events: store.read(toldUpTo + 1, head), lines: store.lines(toldUpTo + 1, head) });
    }
    inDoubt = false;
  }

  return {
    books: () => books,
    queued: () => queued,
    record(requests, options = {}) {
      for (const request of requests) checkRequest(request);
      if (queued + requests.length > QUEUE_MAX && queued > 0) {
        return Promise.reject(new StoreUnavailable("STORE_BUSY", "the queue is full; try again"));
      }
      return new Promise((resolve, reject) => {
        const answers = new Array<Answer | undefined>(requests.length).fill(undefined);
        queue.push({
          requests,
          atomic: options.atomic ?? false,
          answers,
          tries: 0,
          // Only a group with every answer is resolved.
          resolve: resolve as Group["resolve"],
          reject,
        });
        queued += requests.length;
        if (running) return;
        running = true;
        // Requests that arrive in the same turn of the event loop share one fsync.
        setImmediate(() => void drain());
      });
    },
  };
}

function checkRequest({ command, key }: RecordRequest): void {
  if (!factOfCommand(command)) throw new RangeError(`no command ${command}`);
  if (key === "" || key.length > KEY_MAX) {
    throw new RangeError(`an idempotency key has 1 to ${KEY_MAX} characters`);
  }
}

function takeGroups(queue: Group[]): Group[] {
  let size = 0;
  let count = 0;
  while (count < queue.length && size < BATCH_MAX) {
    size += (queue[count] as Group).requests.length;
    count += 1;
  }
  return queue.splice(0, count);
}

type Decided =
  | { readonly answer: Answer }
  /** The fact carries the entry number that the write will have. */
  | { readonly write: Write; readonly fact: PendingFact }
  /** Cannot be decided before what stands before it is on the log. */
  | { readonly later: true };

type Batch = {
  readonly store: EventStore;
  readonly figure: Known["figure"];
  readonly trialBalance: RecorderHooks["trialBalance"];
  readonly writes: Write[];
  readonly atomic: AtomicRange[];
  readonly revisions: Map<string, number>;
  nextEntry: number;
  /** How many writes stood before the atomic group that is being decided. */
  groupFrom: number | undefined;
  /** Set once something could only be decided later; so is then all that follows it. */
  later: boolean;
  /** The time the batch is decided at, and the day that is in the ledger's zone. */
  readonly decidedAt: string;
  readonly today: (zone: string) => Day;
};

/** Thrown and caught in here: what is asked of the log can only be answered later. */
const DECIDE_LATER = new Error("this can be decided once what stands before it is on the log");

type Desk = {
  readonly books: Books;
  readonly facts: PendingFacts;
  /** One object for a whole batch; only who asks changes from request to request. */
  readonly known: Omit<Known, "actor"> & { actor: string };
};

type Setting = Pick<Batch, "store" | "figure" | "trialBalance"> & { readonly nowMs: number };

/** Fills in the answers of the groups, as far as they are known; returns what kept the rest back. */
async function recordGroups(
  { store, figure, trialBalance, nowMs }: Setting,
  books: Books,
  groups: readonly Group[],
): Promise<unknown> {
  const batch: Batch = {
    store,
    figure,
    trialBalance,
    writes: [],
    atomic: [],
    revisions: new Map(),
    nextEntry: store.head() + 1,
    groupFrom: undefined,
    later: false,
    decidedAt: new Date(nowMs).toISOString(),
    today: once((zone) => dayOfInstant(nowMs, zone)),
  };
  const desk = openDesk(batch, draftOf(books), pendingFacts(factsOnLog(store)));
  const decided = groups.map((group) => decideGroup(batch, desk, group));
  const { outcomes, error } = await appendInOrder(store, batch.writes, batch.atomic);
  const next = outcomes[Symbol.iterator]();
  for (const [index, group] of groups.entries()) {
    const items = (decided[index] as Decided[]).map(
      (item): Settled => ("write" in item ? { outcome: next.next().value } : item),
    );
    fillAnswers(group, items, store.shared);
  }
  if (!store.shared) mergeBooks(desk.books);
  return error;
}

function decideGroup(batch: Batch, desk: Desk, group: Group): Decided[] {
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
  const before = { writes: batch.writes.length, nextEntry: batch.nextEntry };
  const revisions = new Map(batch.revisions);
  const inner = openDesk(batch, draftOf(desk.books), pendingFacts(desk.facts));
  batch.groupFrom = before.writes;
  const decided = decide(inner);
  batch.groupFrom = undefined;
  const failed = decided.some((item) => "answer" in item && item.answer.kind !== "already");
  if (!failed && !batch.later) {
    mergeBooks(inner.books);
    for (const item of decided) if ("write" in item) desk.facts.add(item.fact);
    if (batch.writes.length > before.writes) {
      batch.atomic.push({ from: before.writes, to: batch.writes.length });
    }
    return decided;
  }
  batch.writes.length = before.writes;
  batch.nextEntry = before.nextEntry;
  batch.revisions.clear();
  for (const [stream, revision] of revisions) batch.revisions.set(stream, revision);
  if (batch.later) return decided.map(() => ({ later: true }));
  return decided.map((item) => ("answer" in item ? item : { answer: { kind: "aborted" } }));
}

function decideOne(batch: Batch, desk: Desk, request: RecordRequest): Decided {
  const fact = factOfCommand(request.command);
  if (!fact) throw new RangeError(`no command ${request.command}`);
  if (batch.later) return { later: true };
  const parsed = fact.inputSchema.safeParse(request.input);
  if (!parsed.success) return { answer: { kind: "invalid", issues: parsed.error.issues } };
  try {
    const id = eventIdOfKey(request.key);
    const first = desk.facts.byId(id);
    if (first) return { answer: repeated(first.event, fact, request, parsed.data) };
    return decideNew(batch, desk, fact, request, parsed.data, id);
  } catch (error) {
    if (isRefusal(error)) return { answer: { kind: "refused", refusal: error } };
    if (error !== DECIDE_LATER) throw error;
    batch.later = true;
    return { later: true };
  }
}

/** The first answer again, or the refusal of a key that was used for something else. */
function repeated(
  first: StoredEvent,
  fact: AnyFact,
  request: RecordRequest,
  input: object,
): Answer {
  const before: Record<string, unknown> = {};
  const data = first.data as Record<string, unknown>;
  const asked: Record<string, unknown> = {};
  for (const field of Object.keys(fact.input)) {
    before[field] = data[field];
    asked[field] = (input as Record<string, unknown>)[field];
  }
  const same =
    first.type === fact.type &&
    first.reason === request.reason &&
    JSON.stringify(before) === JSON.stringify(asked);
  if (same) return { kind: "already", event: first };
  return { kind: "refused", refusal: new Refusal("KEY_REUSED", { entry: first.entry }) };
}

function decideNew(
  batch: Batch,
  desk: Desk,
  fact: AnyFact,
  request: RecordRequest,
  input: object,
  id: string,
): Decided {
  if (fact.type !== "LedgerOpened" && !desk.books.ledger.get("ledger")) {
    throw new Refusal("LEDGER_NOT_OPEN");
  }
  if (fact.needsReason && !request.reason) throw new Refusal("REASON_NEEDED");
  desk.known.actor = request.actor;
  const data = { ...input, ...fact.decide(input, desk.known) };
  const stream = fact.stream(data, id);
  const event = newEvent(fact, request, { id, stream: stream.name, data });
  const expected = stream.opens ? "none" : revisionBefore(batch, stream.name);
  if (stream.opens && !stream.name.endsWith(id)) refuseTaken(batch, stream.name);
  const targets = fact.links(data);
  const links = targets.flatMap((target) => desk.facts.byId(target)?.event.entry ?? []);
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
  batch.revisions.set(stream.name, expected === "none" ? 0 : expected + 1);
  applyPatch(desk.books, fact.evolve(data, id, desk.books));
  applyMoves(desk.books, moves);
  const pending = pendingFact(write, { day, ownBooks, links: targets }, batch);
  desk.facts.add(pending);
  batch.writes.push(write);
  batch.nextEntry += 1;
  return { write, fact: pending };
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

/** A function of one zone that is worked out once; a ledger has one zone. */
function once(work: (zone: string) => Day): (zone: string) => Day {
  let day: Day | undefined;
  return (zone) => {
    day ??= work(zone);
    return day;
  };
}

function pendingFact(
  write: Write,
  { day, ownBooks, links }: Pick<PendingFact, "day" | "ownBooks" | "links">,
  batch: Batch,
): PendingFact {
  const entry = batch.nextEntry;
  const revision = write.expected === "none" ? 0 : write.expected + 1;
  return {
    id: write.event.id,
    entry,
    day,
    moves: write.moves,
    ownBooks,
    links,
    event: () => ({ entry, ...write.event, revision, recordedAt: batch.decidedAt }),
  };
}

function revisionBefore(batch: Batch, stream: string): number {
  const revision = batch.revisions.get(stream) ?? batch.store.revision(stream);
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
      return batch.today(books.ledger.get("ledger")?.zone ?? "Asia/Shanghai");
    },
    fact: facts.byId,
    factAt(entry) {
      // Until it is on a shared log, another process may come before it and take its number.
      if (!batch.store.shared || entry <= batch.store.head()) return facts.at(entry);
      if ((batch.groupFrom ?? batch.writes.length) > 0) throw DECIDE_LATER;
      return undefined;
    },
    figure: batch.figure,
    trialBalance(host, day) {
      if (batch.store.shared && batch.writes.length > 0) throw DECIDE_LATER;
      const pending = pendingJournal(batch, { books, fact: facts.byId });
      return {
        trialBalance: batch.trialBalance(host, day, pending),
        through: batch.nextEntry - 1,
      };
    },
  };
  return { books, facts, known };
}

type Settled =
  | Exclude<Decided, { readonly write: Write }>
  | { readonly outcome: Outcome | undefined };

/** Fills in what is known now; what is left open is decided again, on a shared log only. */
function fillAnswers(group: Group, items: readonly Settled[], shared: boolean): void {
  let conflict: string | undefined;
  let progress = false;
  for (const [at, item] of items.entries()) {
    if (group.answers[at] || "later" in item) continue;
    if ("answer" in item) {
      group.answers[at] = item.answer;
      continue;
    }
    const { outcome } = item;
    if (outcome?.kind === "appended")
      group.answers[at] = { kind: "recorded", event: outcome.event };
    else if (outcome?.kind === "rejected") {
      group.answers[at] = { kind: "refused", refusal: outcome.refusal };
    } else if (!shared) {
      // One process decides and writes, so the file was changed behind our back.
      throw new Error(`the store answered ${outcome?.kind ?? "nothing"} to a write`);
    } else if (outcome?.kind === "conflict") conflict ??= outcome.stream;
    progress ||= group.answers[at] !== undefined;
  }
  group.tries = conflict === undefined || progress ? 0 : group.tries;
  if (conflict === undefined) return;
  group.tries += 1;
  if (group.tries < TRIES_MAX) return;
  const refusal = new Refusal("STREAM_CONFLICT", { stream: conflict });
  for (const [at, answer] of group.answers.entries()) {
    group.answers[at] = answer ?? { kind: "refused", refusal };
  }
}

/** What the batch has decided so far, as double entry. */
function pendingJournal({ writes, decidedAt }: Batch, context: JournalContext): JournalEntry[] {
  return writes.map(({ event }) =>
    journalEntryOf({ ...event, entry: 0, revision: 0, recordedAt: decidedAt }, context),
  );
}
