/**
 * Catch-up subscriptions to one stream or to $all: confirmation, everything after the given position, "caught
 * up", then live events. Filtered subscriptions also tell checkpoints, counted over considered records.
 */
import { randomUUID } from "node:crypto";
import type { ReadReq } from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js";
import type { NodeContext } from "./node-context.ts";
import { caughtUp, checkpoint, confirmation, filterOf } from "./read-messages.ts";
import type { ReadSink } from "./read-service.ts";
import { invalidPosition, streamDeleted } from "./rpc-errors.ts";
import type { LogRecord } from "./stream-state.ts";
import { lowerBound } from "./stream-state.ts";

const PAGE_RECORDS = 50;
/** Default search window of a filter; a checkpoint comes every `multiplier × window` considered records. */
const DEFAULT_WINDOW = 32;

/** One source to follow: its next records after the cursor, and how the cursor moves. */
interface Source {
  /** Records after the cursor, at most a page; undefined when the stream has been tombstoned. */
  next(): readonly LogRecord[] | undefined;
  accepts(record: LogRecord): boolean;
  at(): { readonly revision: number } | { readonly position: number };
}

/** Serves one subscription until the caller cancels it. */
export async function subscribe(
  node: NodeContext,
  sink: ReadSink,
  options: ReadReq.Options,
  stream: string,
): Promise<void> {
  const source = options.hasStream()
    ? streamSource(node, options, stream)
    : allSource(node, options);
  if (!source) return sink.fail(invalidPosition());
  const commits = watchCommits(node, sink);
  const checkpoints = createCheckpoints(node, sink, options);
  try {
    if (!(await sink.send(confirmation(randomUUID())))) return;
    let isCaughtUp = false;
    do {
      const page = source.next();
      if (!page) return sink.fail(streamDeleted(stream));
      for (const record of page) {
        if (source.accepts(record) && !(await sink.sendEvent(record))) return;
        await checkpoints.consider(record);
      }
      if (page.length > 0) continue;
      if (!isCaughtUp) {
        isCaughtUp = true;
        await checkpoints.flush();
        const at = node.version === "24.10" ? undefined : source.at();
        await sink.send(caughtUp(at, node.now()));
      }
      await commits.next();
    } while (commits.isWanted());
  } finally {
    commits.stop();
  }
}

/** Checkpoints of a filtered subscription: one per interval of considered records, none twice. */
function createCheckpoints(node: NodeContext, sink: ReadSink, options: ReadReq.Options) {
  const filter = options.getFilter();
  const window = filter?.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  const interval = window * (filter?.getCheckpointintervalmultiplier() ?? 0);
  let considered = 0;
  let due: number | undefined;
  const flush = async () => {
    if (due === undefined || !filter) return;
    const position = due;
    due = undefined;
    await sink.send(checkpoint(position, node.now()));
  };
  return {
    consider: async (record: LogRecord) => {
      considered += 1;
      due = record.position;
      if (considered % interval === 0) await flush();
    },
    flush,
  };
}

function allSource(node: NodeContext, options: ReadReq.Options): Source | undefined {
  const all = options.getAll();
  let cursor = -1;
  if (all?.hasEnd()) cursor = node.log.head();
  if (all?.hasPosition()) cursor = Number(all.getPosition()?.getCommitPosition());
  if (cursor >= 0 && !node.log.isRecordBoundary(cursor)) return undefined;
  return {
    next: () => {
      const page = node.log.forwardFrom(cursor + 1, PAGE_RECORDS);
      cursor = page.at(-1)?.position ?? cursor;
      return page;
    },
    accepts: filterOf(options),
    at: () => ({ position: cursor }),
  };
}

function streamSource(node: NodeContext, options: ReadReq.Options, stream: string): Source {
  const start = options.getStream();
  let cursor = -1;
  if (start?.hasEnd()) cursor = node.log.readable(stream)?.last ?? -1;
  if (start?.hasRevision()) cursor = Number(start.getRevision());
  return {
    next: () => {
      const readable = node.log.readable(stream);
      if (readable?.tombstoned) return undefined;
      const records = readable?.records ?? [];
      const from = lowerBound(records, (record) => record.revision > cursor);
      const page = records.slice(from, from + PAGE_RECORDS);
      cursor = page.at(-1)?.revision ?? cursor;
      return page;
    },
    accepts: () => true,
    at: () => ({ revision: cursor }),
  };
}

/** Wakes the subscription at each commit; one that comes between two waits is not missed. */
function watchCommits(node: NodeContext, sink: ReadSink) {
  let hasNews = false;
  let isWanted = true;
  let wake = () => {};
  const stop = node.log.onCommit(() => {
    hasNews = true;
    wake();
  });
  sink.call.on("cancelled", () => {
    isWanted = false;
    wake();
  });
  return {
    stop,
    isWanted: () => isWanted,
    next: async () => {
      if (!hasNews && isWanted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasNews = false;
    },
  };
}
