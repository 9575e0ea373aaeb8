// Our streams in the order of $all, for ever: a catch-up subscription that is made anew, on a new
// client, whenever it ends. It hands out batches in order and goes on where the last one stopped.

import { setTimeout as delay } from "node:timers/promises";
import type { AllStreamSubscription, Filter, KurrentDBClient } from "@kurrent/kurrentdb-client";
import type { Connection } from "./connection.ts";
import { damaged, type FeedItem, readItem } from "./feed-item.ts";

export type FeedState = {
  /** Whether everything that was on the log when it last told us so has been handed out. */
  caughtUp: boolean;
  connected: boolean;
  reconnects: number;
  /** Instant (ms) at which it was last known to be complete. */
  completeAtMs: number | undefined;
  /** Why it will not go on, when it will not. */
  stopped: Error | undefined;
  lastError: string | undefined;
};

export type FeedHandler = {
  /** Where to go on: the place of the last item that was handled. */
  position(): string | null;
  /** Takes a batch in order; what it throws stops the feed for good. */
  handle(items: readonly FeedItem[]): void;
  /** Checks, on each new connection, that the log still holds what was handed out before. */
  check(client: KurrentDBClient): Promise<void>;
  /** Called whenever the state changed. */
  changed(): void;
};

export type Feed = { readonly state: FeedState; close(): Promise<void> };

const BATCH_MAX = 1_000;
const BUFFER_MAX = 8_000;
const CATCH_UP_MS = 20;
/** Entries that follow each other so closely are stored together, and none waits longer than that. */
const LIVE_MS = 1;
const LIVE_MAX_MS = 20;
const CONFIRM_MS = 5_000;
const BACK_OFF_MS = 25;
const BACK_OFF_MAX_MS = 2_000;

/** Starts following the streams of a ledger; never throws, `state` says how it goes. */
export function openFeed(connection: Connection, ledger: string, handler: FeedHandler): Feed {
  const state: FeedState = {
    caughtUp: false,
    connected: false,
    reconnects: 0,
    completeAtMs: undefined,
    stopped: undefined,
    lastError: undefined,
  };
  const closing = new AbortController();

  async function run(): Promise<void> {
    for (let wait = BACK_OFF_MS; !closing.signal.aborted && !state.stopped; ) {
      const client = connection.client();
      const startedMs = performance.now();
      try {
        await inTime(handler.check(client), CONFIRM_MS);
        await follow(client, ledger, { state, handler, signal: closing.signal });
      } catch (error) {
        if (isDamage(error)) state.stopped = error;
        state.lastError = (error as Error).message;
      }
      state.connected = false;
      state.caughtUp = false;
      connection.giveUp(client);
      handler.changed();
      if (closing.signal.aborted || state.stopped) return;
      state.reconnects += 1;
      if (performance.now() - startedMs > CONFIRM_MS) wait = BACK_OFF_MS;
      await delay(wait, undefined, { signal: closing.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, BACK_OFF_MAX_MS);
    }
  }

  const running = run();
  return {
    state,
    async close() {
      closing.abort();
      await connection.close();
      await running;
    },
  };
}

type Following = { state: FeedState; handler: FeedHandler; signal: AbortSignal };

/** Follows one subscription until it ends; rejects with the reason. */
async function follow(
  client: KurrentDBClient,
  ledger: string,
  { state, handler, signal }: Following,
): Promise<void> {
  if (signal.aborted) return;
  let resolve = () => {};
  let reject = (_reason: unknown) => {};
  const ended = new Promise<void>((onEnd, onError) => {
    resolve = onEnd;
    reject = onError;
  });
  const subscription = subscribe(client, ledger, handler.position());
  let buffer: FeedItem[] = [];
  let scheduled = false;
  const confirming = setTimeout(() => reject(new Error("no subscription in time")), CONFIRM_MS);

  function flush(): void {
    scheduled = false;
    if (signal.aborted || state.stopped) return;
    const batch = buffer.slice(0, BATCH_MAX);
    buffer = buffer.slice(BATCH_MAX);
    try {
      if (batch.length > 0) handler.handle(batch);
    } catch (error) {
      reject(error);
      return;
    }
    if (buffer.length > 0) schedule();
    else {
      subscription.resume();
      if (state.caughtUp && subscription.readableLength === 0) state.completeAtMs = Date.now();
    }
    handler.changed();
  }

  // While it catches up, entries are stored by the thousand; later as soon as no more follow.
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    if (buffer.length >= BATCH_MAX) setImmediate(flush);
    else if (state.caughtUp) settle(buffer.length, performance.now() + LIVE_MAX_MS);
    else setTimeout(flush, CATCH_UP_MS);
  }

  function settle(before: number, untilMs: number): void {
    setTimeout(() => {
      const grows = buffer.length > before && buffer.length < BATCH_MAX;
      if (grows && performance.now() < untilMs) settle(buffer.length, untilMs);
      else flush();
    }, LIVE_MS);
  }

  subscription.on("confirmation", () => {
    clearTimeout(confirming);
    state.connected = true;
    state.lastError = undefined;
    handler.changed();
  });
  subscription.on("caughtUp", () => {
    state.caughtUp = true;
    // What came before it may still stand in the subscription's own buffer.
    setImmediate(schedule);
  });
  subscription.on("fellBehind", () => {
    state.caughtUp = false;
  });
  subscription.on("data", (resolved) => {
    try {
      const item = readItem(resolved, ledger);
      if (item) buffer.push(item);
    } catch (error) {
      reject(error);
      return;
    }
    if (buffer.length >= BUFFER_MAX) subscription.pause();
    schedule();
  });
  subscription.on("error", reject);
  subscription.on("end", () => reject(new Error("the server ended the subscription")));
  subscription.on("close", () => reject(new Error("the subscription was closed")));
  signal.addEventListener("abort", () => resolve(), { once: true });
  try {
    await ended;
  } finally {
    clearTimeout(confirming);
    buffer = [];
    subscription.on("error", () => undefined);
    subscription.destroy();
  }
}

function subscribe(
  client: KurrentDBClient,
  ledger: string,
  position: string | null,
): AllStreamSubscription {
  // The metadata of our streams as well: who shortens a stream there takes entries out of the log.
  const filter: Filter = {
    filterOn: "streamName",
    prefixes: [`${ledger}.`, `$$${ledger}.`],
    checkpointInterval: 1_000,
  };
  const [commit, prepare] = (position ?? "").split(":");
  const fromPosition =
    commit && prepare ? { commit: BigInt(commit), prepare: BigInt(prepare) } : ("start" as const);
  return client.subscribeToAll({ fromPosition, filter });
}

function isDamage(error: unknown): error is Error {
  return error instanceof Error && error.name === damaged({ zh: "", en: "" }).name;
}

/** Rejects when the work takes too long; native reads have no deadline of their own. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
