/**
 * Read: a stream or $all, forwards or backwards, filtered or not, in pages, at the reader's pace.
 * The same call with the subscription option never ends; that part is in subscription.ts.
 */
import type { handleServerStreamingCall, ServerWritableStream } from "@grpc/grpc-js";
import type {
  ReadReq,
  ReadResp,
} from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js";
import type { Fault } from "./faults.ts";
import { admit, type NodeContext, showFault } from "./node-context.ts";
import { streamIdentifier, streamNameOf, streams } from "./protocol.ts";
import { filterOf, readEvent } from "./read-messages.ts";
import { invalidPosition, type RpcError, rpcError, streamDeleted } from "./rpc-errors.ts";
import type { LogRecord } from "./stream-state.ts";
import { lowerBound } from "./stream-state.ts";
import { subscribe } from "./subscription.ts";

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** The server reads ahead by about this many records at a time. */
const PAGE_RECORDS = 50;
const INVALID_ARGUMENT = 3;

/** Handles the Read calls of one node. */
export function read(node: NodeContext): handleServerStreamingCall<ReadReq, ReadResp> {
  return async (call) => {
    const options = call.request.getOptions();
    const fail = (error: RpcError) => call.emit("error", error);
    if (!options) return fail(rpcError(INVALID_ARGUMENT, "options are required"));
    const isSubscription = options.hasSubscription();
    const stream = options.hasStream()
      ? streamNameOf(options.getStream()?.getStreamIdentifier())
      : "$all";
    const fault = await admit(node, call, isSubscription ? "subscribe" : "read", stream);
    const sink = createSink(node, call, fault);
    if (fault && !fault.afterEvents) return sink.showFault();
    if (isSubscription) return subscribe(node, sink, options, stream);
    const complete = options.hasStream()
      ? await readStream(node, sink, options, stream)
      : await readAll(node, sink, options);
    if (complete) sink.end();
  };
}

/** Where answers go: keeps the reader's pace, and breaks off where an injected fault says so. */
export interface ReadSink {
  readonly call: ReadCall;
  /** Sends an answer and waits while the reader is behind; false once the call is over. */
  send(response: ReadResp): Promise<boolean>;
  sendEvent(record: LogRecord): Promise<boolean>;
  fail(error: RpcError): void;
  showFault(): void;
  end(): void;
}

function createSink(node: NodeContext, call: ReadCall, fault: Fault | undefined): ReadSink {
  const structured = call.request.getOptions()?.getUuidOption()?.hasStructured() ?? false;
  let eventsLeft = fault?.afterEvents ?? Number.POSITIVE_INFINITY;
  let over = false;
  let resume = () => {};
  call.on("drain", () => resume());
  call.on("cancelled", () => {
    over = true;
    resume();
  });
  const fail = (error: RpcError) => {
    over = true;
    call.emit("error", error);
  };
  const sink: ReadSink = {
    call,
    fail,
    send: async (response) => {
      if (over) return false;
      if (!call.write(response)) {
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
      }
      return !over;
    },
    sendEvent: async (record) => {
      if (eventsLeft === 0) {
        sink.showFault();
        return false;
      }
      eventsLeft -= 1;
      return sink.send(readEvent(record, structured));
    },
    showFault: () => {
      over = true;
      if (fault) showFault(node, fault, call.getPeer(), (error) => call.emit("error", error));
    },
    end: () => {
      if (!over) call.end();
    },
  };
  return sink;
}

async function readStream(
  node: NodeContext,
  sink: ReadSink,
  options: ReadReq.Options,
  stream: string,
): Promise<boolean> {
  const readable = node.log.readable(stream);
  if (!readable) {
    const notFound = new streams.ReadResp.StreamNotFound();
    notFound.setStreamIdentifier(streamIdentifier(stream));
    return sink.send(new streams.ReadResp().setStreamNotFound(notFound));
  }
  if (readable.tombstoned) {
    sink.fail(streamDeleted(stream));
    return false;
  }
  for (const record of selectFromStream(readable.records, options)) {
    if (!(await sink.sendEvent(record))) return false;
  }
  if ((options.getControlOption()?.getCompatibility() ?? 0) < 1) return true;
  return sink.send(new streams.ReadResp().setLastStreamPosition(String(readable.last)));
}

function selectFromStream(records: readonly LogRecord[], options: ReadReq.Options): LogRecord[] {
  const backwards = isBackwards(options);
  const from = streamStart(options);
  const count = countOf(options);
  if (!backwards) {
    const start = lowerBound(records, (record) => record.revision >= from);
    return records.slice(start, start + count);
  }
  const end = lowerBound(records, (record) => record.revision > from);
  return records.slice(Math.max(0, end - count), end).reverse();
}

async function readAll(
  node: NodeContext,
  sink: ReadSink,
  options: ReadReq.Options,
): Promise<boolean> {
  const backwards = isBackwards(options);
  const accepts = filterOf(options);
  let cursor = allStart(options, backwards);
  let left = countOf(options);
  if (!backwards && !node.log.isRecordBoundary(cursor)) {
    sink.fail(invalidPosition());
    return false;
  }
  while (left > 0) {
    const page = backwards
      ? node.log.backwardBefore(cursor, PAGE_RECORDS)
      : node.log.forwardFrom(cursor, PAGE_RECORDS);
    for (const record of page.filter(accepts).slice(0, left)) {
      if (!(await sink.sendEvent(record))) return false;
      left -= 1;
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE_RECORDS) return true;
    cursor = backwards ? last.position : last.position + 1;
  }
  return true;
}

function isBackwards(options: ReadReq.Options): boolean {
  return options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
}

function countOf(options: ReadReq.Options): number {
  return Number(options.getCount());
}

function streamStart(options: ReadReq.Options): number {
  const stream = options.getStream();
  if (stream?.hasRevision()) return Number(stream.getRevision());
  return stream?.hasEnd() ? Number.POSITIVE_INFINITY : 0;
}

/** Forwards is inclusive; backwards gives what lies before the position, as the server has it. */
function allStart(options: ReadReq.Options, backwards: boolean): number {
  const all = options.getAll();
  if (all?.hasPosition()) return Number(all.getPosition()?.getCommitPosition());
  if (all?.hasEnd()) return Number.MAX_SAFE_INTEGER;
  return backwards ? -1 : 0;
}
