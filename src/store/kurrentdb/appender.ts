// Appends to the cluster. A call without an answer is repeated, on a new client, with the same ids
// at the same revisions: the server answers that exactly, whether the first one was written or not.

import { setTimeout as delay } from "node:timers/promises";
import type {
  AppendStreamState,
  BinaryEventData,
  KurrentDBClient,
} from "@kurrent/kurrentdb-client";
import { type CallResult, resultOfError } from "./call-error.ts";
import type { Connection } from "./connection.ts";

/** What a stream must be like. */
export type StreamCheck = { readonly stream: string; readonly expected: "none" | number };

/** Events for one stream, written together or not at all. */
export type StreamAppend = StreamCheck & {
  readonly events: AppendEvent[];
};

/** An event as the client takes it, whichever call it goes out with. */
export type AppendEvent = BinaryEventData;

export type Limits = {
  /** How long one call may take before it counts as lost. */
  readonly callMs: number;
  /** How long calls are repeated until their outcome is given up as unknown. */
  readonly totalMs: number;
};

/** Bytes of one call: servers up to 24.10 take a mebibyte. */
export const APPEND_BYTES_MAX = 512 * 1024;
/** Streams of one call; more of them save nothing. */
const APPEND_STREAMS_MAX = 500;

const BACK_OFF_MS = 20;
const BACK_OFF_MAX_MS = 500;

export type Appender = {
  /** Appends that do not rely on each other, all under way at once, in order on one connection. */
  append(appends: readonly StreamAppend[]): Promise<CallResult[]>;
  /**
   * Appends to several streams, in this order, all of them or none; where the server can check
   * streams that are not written (from 26.0.3), only if these are as expected too.
   */
  appendAtomic(
    appends: readonly StreamAppend[],
    guards?: readonly StreamCheck[],
  ): Promise<CallResult>;
};

const usedClients = new WeakSet<KurrentDBClient>();

type Call = (client: KurrentDBClient) => Promise<unknown>;

/** An appender over a connection of its own. */
export function createAppender(connection: Connection, limits: Limits): Appender {
  // Which of the calls for several streams the server has; the first that it answers stays.
  let atomicCalls: readonly ((
    appends: readonly StreamAppend[],
    checks: readonly StreamCheck[],
  ) => Call | undefined)[] = [recordsCall, sessionCall];
  const each = (appends: readonly StreamAppend[]) =>
    repeat(connection, appends.map(streamCall), limits);

  /** All in one call, repeated until the outcome is known or `totalMs` are over. */
  async function together(
    appends: readonly StreamAppend[],
    checks: readonly StreamCheck[],
    totalMs: number,
  ): Promise<CallResult> {
    for (const make of atomicCalls) {
      const call = make(appends, checks);
      if (!call) continue;
      const [result] = await repeat(connection, [call], { ...limits, totalMs });
      if (result && result.kind !== "unsupported") return result;
      atomicCalls = atomicCalls.filter((known) => known !== make);
    }
    return { kind: "unsupported" };
  }

  return {
    async append(appends) {
      const results: CallResult[] = [];
      for (const chunk of chunksOf(appends)) {
        // One call costs a fifth of a call for each. If it is not done, whatever became of it, each
        // is asked alone: that is exact, and only the ones to blame are refused.
        const all = chunk.length > 1 ? await together(chunk, chunk, 0) : undefined;
        if (all?.kind === "done") results.push(...chunk.map(() => all));
        else results.push(...(await each(chunk)));
      }
      return results;
    },
    async appendAtomic(appends, guards = []) {
      const alone = appends.length === 1;
      if (alone && guards.length === 0) return (await each(appends))[0] as CallResult;
      const result = await together(appends, checksOf(appends, guards), limits.totalMs);
      if (!alone || result.kind !== "unsupported") return result;
      return (await each(appends))[0] as CallResult;
    },
  };
}

/** Appends in order, as many in each part as one call may carry. */
function chunksOf(appends: readonly StreamAppend[]): StreamAppend[][] {
  const chunks: StreamAppend[][] = [];
  let size = 0;
  for (const append of appends) {
    const last = chunks.at(-1);
    const bytes = append.events.reduce((sum, event) => sum + event.data.length, 0);
    size += bytes;
    const fits = size <= APPEND_BYTES_MAX && (last?.length ?? 0) < APPEND_STREAMS_MAX;
    if (last && fits) last.push(append);
    else {
      chunks.push([append]);
      size = bytes;
    }
  }
  return chunks;
}

async function repeat(
  connection: Connection,
  calls: readonly Call[],
  { callMs, totalMs }: Limits,
): Promise<CallResult[]> {
  const until = performance.now() + totalMs;
  const results: CallResult[] = await round(connection, calls, callMs);
  for (
    let wait = BACK_OFF_MS;
    performance.now() < until;
    wait = Math.min(wait * 2, BACK_OFF_MAX_MS)
  ) {
    const lost = [...results.keys()].filter((at) => results[at]?.kind === "lost");
    if (lost.length === 0) break;
    await delay(wait);
    const again = await round(
      connection,
      lost.map((at) => calls[at] as Call),
      callMs,
    );
    for (const [index, at] of lost.entries()) results[at] = again[index] as CallResult;
  }
  return results;
}

/** Makes every call once; one that has no answer in time counts as lost. */
async function round(
  connection: Connection,
  calls: readonly Call[],
  callMs: number,
): Promise<CallResult[]> {
  const client = connection.client();
  const [first, ...rest] = calls;
  // The first call on a new client opens what the others go over; together they lose their order.
  if (first && rest.length > 0 && !usedClients.has(client)) {
    const [result] = await round(connection, [first], callMs);
    return [result as CallResult, ...(await round(connection, rest, callMs))];
  }
  usedClients.add(client);
  const results = new Array<CallResult>(calls.length).fill({
    kind: "lost",
    error: new Error(`no answer within ${callMs} ms`),
    leaderMoved: false,
  });
  const settled = Promise.all(
    calls.map(async (call, at) => {
      try {
        await call(client);
        results[at] = { kind: "done" };
      } catch (error) {
        results[at] = resultOfError(error);
      }
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, callMs);
  });
  await Promise.race([settled, timeout]);
  clearTimeout(timer);
  const known = [...results];
  // The client itself goes to the leader that the server named; after anything else it is given up.
  if (known.some((result) => result.kind === "lost" && !result.leaderMoved)) {
    connection.giveUp(client);
  }
  return known;
}

// Octets and not JSON: the client would write and read JSON anew, and the bytes are what is hashed.
export function appendEvent(
  { id, type }: { readonly id: string; readonly type: string },
  bytes: string,
): AppendEvent {
  return {
    id,
    type,
    contentType: "application/octet-stream",
    data: Buffer.from(bytes, "utf8"),
    metadata: undefined,
  };
}

function stateOf(expected: "none" | number): AppendStreamState {
  return expected === "none" ? "no_stream" : BigInt(expected);
}

function streamCall({ stream, expected, events }: StreamAppend): Call {
  return (client) => client.appendToStream(stream, events, { streamState: stateOf(expected) });
}

/** One call for records of several streams, interleaved (servers from 26.0.3). */
function recordsCall(appends: readonly StreamAppend[], checks: readonly StreamCheck[]): Call {
  const records = appends.flatMap(({ stream, events }) =>
    events.map((record) => ({ streamName: stream, record })),
  );
  const states = checks.map(({ stream, expected }) => ({
    type: "stream_state" as const,
    streamName: stream,
    expectedState: stateOf(expected),
  }));
  return (client) => client.appendRecords(records, states);
}

/** One call that names each stream once (servers from 25.1); none for streams that come back. */
function sessionCall(appends: readonly StreamAppend[]): Call | undefined {
  if (checksOf(appends, []).length < appends.length) return undefined;
  const requests = appends.map(({ stream, expected, events }) => ({
    streamName: stream,
    events,
    expectedState: stateOf(expected),
  }));
  return (client) => client.multiStreamAppend(requests);
}

/** What each stream that is written must be like before, and what those of the guards must be like. */
function checksOf(appends: readonly StreamAppend[], guards: readonly StreamCheck[]): StreamCheck[] {
  const checks = new Map<string, StreamCheck>();
  for (const check of [...appends, ...guards]) {
    if (!checks.has(check.stream)) checks.set(check.stream, check);
  }
  return [...checks.values()];
}
