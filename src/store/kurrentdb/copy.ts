// Writes entries that exist already to a cluster, in their order and with their bytes. A server that
// writes to several streams at once takes them by the hundred; an older one takes one at a time.

import { decodeEvent } from "../../domain/event.ts";
import type { LogReader } from "../event-store.ts";
import { parseAddress } from "./address.ts";
import { APPEND_BYTES_MAX, appendEvent, createAppender, type StreamAppend } from "./appender.ts";
import type { CallResult } from "./call-error.ts";
import { openConnection } from "./connection.ts";

const CHUNK_ENTRIES = 200;
const LIMITS = { callMs: 10_000, totalMs: 30_000 };

/** Appends the entries from `from` to the head; they may be sent again after any failure. */
export async function copyToCluster(
  log: LogReader,
  from: number,
  { address, onProgress }: { address: string; onProgress: (entries: number) => void },
): Promise<void> {
  const { connectionString, ledger } = parseAddress(address);
  const connection = await openConnection(connectionString);
  const appender = createAppender(connection, LIMITS);
  let together = true;
  try {
    for (let next = from; next <= log.head(); ) {
      const { appends, count } = chunkFrom(log, next, `${ledger}.`);
      const result = together ? await appender.appendAtomic(appends) : undefined;
      if (result?.kind === "unsupported") together = false;
      else if (result) check(result, next);
      if (!together) {
        for (const append of appends) {
          const [one] = await appender.append([append]);
          check(one as CallResult, next);
        }
      }
      next += count;
      onProgress(next - 1);
    }
  } finally {
    await connection.close();
  }
}

function chunkFrom(
  log: LogReader,
  from: number,
  prefix: string,
): { appends: StreamAppend[]; count: number } {
  const appends: StreamAppend[] = [];
  const streams = new Set<string>();
  let count = 0;
  let size = 0;
  for (const bytes of log.bytes(from, from + CHUNK_ENTRIES - 1)) {
    const { id, type, stream: name, revision } = decodeEvent(from + count, bytes);
    const stream = prefix + name;
    const last = appends.at(-1);
    const event = appendEvent({ id, type }, bytes);
    size += event.data.length;
    if (count > 0 && size > APPEND_BYTES_MAX) break;
    if (last?.stream === stream) last.events.push(event);
    // A stream that comes back starts a new chunk: one call names each stream once.
    else if (streams.has(stream)) break;
    else {
      const expected = revision === 0 ? ("none" as const) : revision - 1;
      appends.push({ stream, expected, events: [event] });
      streams.add(stream);
    }
    count += 1;
  }
  return { appends, count };
}

function check(result: CallResult, entry: number): void {
  if (result.kind === "done") return;
  const why =
    result.kind === "lost" ? `no answer (${(result.error as Error).message})` : result.kind;
  throw new Error(`the copy stopped at entry ${entry}: ${why}; run it again to go on`);
}
