// From writes to calls and from what became of the calls to outcomes.

import { encodeEvent } from "../../domain/event.ts";
import { Refusal, type RefusalParams } from "../../kernel/refusal.ts";
import { type Outcome, StoreUnavailable, type Write } from "../event-store.ts";
import {
  APPEND_BYTES_MAX,
  type Appender,
  appendEvent,
  type StreamAppend,
  type StreamCheck,
} from "./appender.ts";
import type { Expected } from "./arrivals.ts";
import type { CallResult } from "./call-error.ts";

/** A write with the bytes it will have, if nobody comes before it. */
export type Sent = {
  readonly write: Write;
  readonly bytes: string;
  readonly revision: number;
  readonly recordedAt: string;
};

/** Fixes the bytes of a write. */
export function sentOf(write: Write, recordedAt: string): Sent {
  const revision = write.expected === "none" ? 0 : write.expected + 1;
  return { write, bytes: encodeEvent(write.event, revision, recordedAt), revision, recordedAt };
}

/** Sends writes; one result for each. With guards, which may be none, all of them or nothing. */
export async function sendAll(
  appender: Appender,
  sent: readonly Sent[],
  { prefix, guards }: { readonly prefix: string; readonly guards?: readonly StreamCheck[] },
): Promise<CallResult[]> {
  const appends = appendsOf(sent, prefix);
  if (guards) {
    const result = await appender.appendAtomic(appends, guards);
    return sent.map(() => result);
  }
  const results: CallResult[] = [];
  for (const run of runsOf(appends)) {
    const answers = await appender.append(run);
    for (const [at, answer] of answers.entries()) {
      for (let left = run[at]?.events.length ?? 0; left > 0; left--) results.push(answer);
    }
  }
  return results;
}

/** Writes that follow each other on one stream become one append. */
function appendsOf(sent: readonly Sent[], prefix: string): StreamAppend[] {
  const appends: StreamAppend[] = [];
  let next: number | undefined;
  let size = 0;
  for (const { write, bytes, revision } of sent) {
    const last = appends.at(-1);
    const stream = prefix + write.stream;
    const event = appendEvent(write.event, bytes);
    const { length } = event.data;
    size += length;
    if (last && last.stream === stream && write.expected === next && size <= APPEND_BYTES_MAX) {
      last.events.push(event);
    } else {
      appends.push({ stream, expected: write.expected, events: [event] });
      size = length;
    }
    next = revision;
  }
  return appends;
}

// Streams that are opened, like those of gifts, go out together; whatever goes on with a stream
// waits for what stands before it and is waited for.
function runsOf(appends: readonly StreamAppend[]): StreamAppend[][] {
  const runs: StreamAppend[][] = [];
  const streams = new Set<string>();
  let open = false;
  for (const append of appends) {
    const opens = append.expected === "none" && append.events.length === 1;
    const last = runs.at(-1);
    if (last && open && opens && !streams.has(append.stream)) last.push(append);
    else {
      runs.push([append]);
      streams.clear();
    }
    streams.add(append.stream);
    open = opens;
  }
  return runs;
}

/** The outcome of a write that was not written, or that came back from the cluster. */
export function outcomeOf(
  { write, bytes, revision, recordedAt }: Sent,
  result: CallResult,
  expected: Expected,
  revisionOf: (stream: string) => number | "none",
): Outcome {
  const { stream, event } = write;
  switch (result.kind) {
    case "done": {
      const arrival = expected.get(event.id);
      // It was too late when it was sent before; a stream that it opened is used up.
      if (!arrival) return rejected("CAME_TOO_LATE", {});
      if (arrival === "too-late") return { kind: "conflict", stream, actual: revisionOf(stream) };
      const { entry } = arrival;
      // Other bytes under this id were written before, by whoever asked first.
      if (arrival.bytes !== bytes) return { kind: "duplicate", entry };
      return { kind: "appended", event: { entry, ...event, revision, recordedAt } };
    }
    case "conflict":
      return { kind: "conflict", stream, actual: result.actual ?? revisionOf(stream) };
    case "too-large":
      return rejected("ENTRY_TOO_LARGE", {
        bytes: Buffer.byteLength(bytes),
        limit: result.limit ?? "?",
      });
    case "stream-gone":
      return rejected("STREAM_DELETED", { stream });
    case "unsupported":
      return rejected("ATOMIC_UNSUPPORTED", {});
    case "denied":
      throw new StoreUnavailable("CLUSTER_DENIED", {
        zh: "集群拒绝访问，请检查用户",
        en: "the cluster denies access: check its user",
      });
    case "lost":
      throw new StoreUnavailable(
        "OUTCOME_UNKNOWN",
        {
          zh: "集群没有回答，写入结果未知；请用同一幂等键重试",
          en: "the cluster gave no answer; ask again with the same key",
        },
        result.error,
      );
    default:
      return result satisfies never;
  }
}

function rejected(code: string, params: RefusalParams): Outcome {
  return { kind: "rejected", refusal: new Refusal(code, params) };
}
