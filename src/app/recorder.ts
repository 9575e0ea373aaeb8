// The command path: one queue, decided in order against the books, one durable write per batch.
// Decisions work on a draft, so a batch that fails to be written leaves no trace in memory.

import { setTimeout as delay } from "node:timers/promises";
import { applyMoves, type Books, mergeBooks } from "../domain/books.ts";
import { factOfType } from "../domain/facts.ts";
import { Refusal } from "../kernel/refusal.ts";
import {
  type Committed,
  committedOn,
  type EventStore,
  type Outcome,
  StoreUnavailable,
} from "../store/event-store.ts";
import { appendInOrder } from "./append-in-order.ts";
import { type Decided, decideGroups, type Figures, type Setting } from "./decide.ts";
import { eventOf } from "./facts-on-log.ts";
import { evolveBooks, loadBooks } from "./load-books.ts";
import { type Answer, checkRequest, type Group, type RecordRequest } from "./request.ts";

export type { Answer, RecordRequest } from "./request.ts";

export type Recorder = {
  /** Records requests in order. An atomic group is recorded whole or not at all. */
  record(requests: readonly RecordRequest[], options?: { atomic?: boolean }): Promise<Answer[]>;
  /** What `record` would answer now, each request after those before it; nothing is written. */
  rehearse(requests: readonly RecordRequest[]): Answer[];
  readonly books: () => Books;
  readonly queued: () => number;
};

/** Larger batches share an fsync among more, but their objects outlive the young generation. */
const BATCH_MAX = 2_000;
const QUEUE_MAX = 20_000;
/** How often a request is decided again because another process wrote first. */
const TRIES_MAX = 4;
const BACK_OFF_MS = 4;

/** What a recorder asks of whoever keeps the projections, and tells them. */
export type RecorderHooks = Figures & {
  /**
   * Called in the order of the log, once the books know what was committed and before anybody gets
   * an answer.
   */
  readonly onCommitted: (committed: Committed) => void;
};

/** The recorder of a store; there is one per process and store. */
export function createRecorder(
  store: EventStore,
  now: () => number,
  { onCommitted, ...figures }: RecorderHooks,
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
        const error = await recordGroups({ store, figures, nowMs: now() }, books, groups);
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
      tell(committedOn(store, toldUpTo + 1, head));
    }
    inDoubt = false;
  }

  return {
    books: () => books,
    queued: () => queued,
    rehearse(requests) {
      for (const request of requests) checkRequest(request);
      const answers = requests.map(() => undefined);
      const [items] = decideGroups({ store, figures, nowMs: now() }, books, [
        { requests, answers, atomic: false },
      ]).decided;
      return (items ?? []).map((item) => {
        if ("answer" in item) return item.answer;
        // On a cluster it would be decided once what stands before it is on the log.
        if ("later" in item) return { kind: "aborted" };
        return { kind: "recorded", event: eventOf(item) };
      });
    },
    record(requests, options = {}) {
      for (const request of requests) checkRequest(request);
      if (queued + requests.length > QUEUE_MAX && queued > 0) {
        const full = { zh: "队列已满，请稍后再试", en: "the queue is full; try again" };
        return Promise.reject(new StoreUnavailable("STORE_BUSY", full));
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

function takeGroups(queue: Group[]): Group[] {
  let size = 0;
  let count = 0;
  while (count < queue.length && size < BATCH_MAX) {
    size += (queue[count] as Group).requests.length;
    count += 1;
  }
  return queue.splice(0, count);
}

/** Fills in the answers of the groups, as far as they are known; returns what kept the rest back. */
async function recordGroups(
  setting: Setting,
  books: Books,
  groups: readonly Group[],
): Promise<unknown> {
  const { store } = setting;
  const { draft, writes, atomic, decided } = decideGroups(setting, books, groups);
  const { outcomes, error } = await appendInOrder(store, writes, atomic);
  const next = outcomes[Symbol.iterator]();
  for (const [index, group] of groups.entries()) {
    fillAnswers(group, decided[index] as readonly Decided[], { next, shared: store.shared });
  }
  if (!store.shared) mergeBooks(draft);
  return error;
}

type Outcomes = { readonly next: Iterator<Outcome | undefined>; readonly shared: boolean };

/** Fills in what is known now; what is left open is decided again, on a shared log only. */
function fillAnswers(group: Group, items: readonly Decided[], { next, shared }: Outcomes): void {
  let conflict: string | undefined;
  let progress = false;
  for (const [at, item] of items.entries()) {
    // One outcome for each write, whatever becomes of it.
    const outcome = "write" in item ? (next.next().value as Outcome | undefined) : undefined;
    if (group.answers[at] || "later" in item) continue;
    if ("answer" in item) {
      group.answers[at] = item.answer;
      continue;
    }
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
