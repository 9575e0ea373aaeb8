/**
 * BatchAppend: one long call that carries many appends, told apart by correlation ids and answered as they
 * commit. The client uses it for every append that brings no credentials of its own.
 */
import type { handleBidiStreamingCall, ServerDuplexStream } from "@grpc/grpc-js";
import type {
  BatchAppendReq,
  BatchAppendResp,
} from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js";
import type { CommitResult } from "./commit-check.ts";
import type { Fault } from "./faults.ts";
import { admit, eventBytes, type NodeContext, showFault } from "./node-context.ts";
import {
  EXPECT_ANY,
  EXPECT_NO_STREAM,
  EXPECT_STREAM_EXISTS,
  type Expected,
  googleEmpty,
  proposedRecord,
  shared,
  streamIdentifier,
  streamNameOf,
  streams,
} from "./protocol.ts";
import {
  batchAccessDenied,
  batchMaxAppendSize,
  batchMaxEventSize,
  batchNotReady,
  batchStreamDeleted,
  batchTimeout,
  batchWrongVersion,
} from "./rpc-errors.ts";
import type { NewRecord } from "./stream-state.ts";

type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

interface PendingAppend {
  readonly correlation: string;
  readonly stream: string;
  readonly expected: Expected;
  readonly records: NewRecord[];
  bytes: number;
}

/** Handles the BatchAppend calls of one node. */
export function batchAppend(
  node: NodeContext,
): handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> {
  return (call) => {
    const pending = new Map<string, PendingAppend>();
    const open = { appends: 0, halfClosed: false };
    const endWhenDone = () => {
      if (open.halfClosed && open.appends === 0) call.end();
    };
    call.on("data", (request: BatchAppendReq) => {
      const append = collect(node, pending, request, call);
      if (!append) return;
      open.appends += 1;
      void handleAppend(node, call, append).then((answered) => {
        if (answered) open.appends -= 1;
        endWhenDone();
      });
    });
    call.on("end", () => {
      open.halfClosed = true;
      endWhenDone();
    });
  };
}

/** Adds a fragment to its append; the append once it is complete, undefined before or when refused. */
function collect(
  node: NodeContext,
  pending: Map<string, PendingAppend>,
  request: BatchAppendReq,
  call: BatchCall,
): PendingAppend | undefined {
  const correlation = request.getCorrelationId()?.getString() ?? "";
  const options = request.getOptions();
  if (options && !pending.has(correlation)) {
    const append = {
      correlation,
      stream: streamNameOf(options.getStreamIdentifier()),
      expected: expectedOf(options),
      records: [],
      bytes: 0,
    };
    const deadlineMs = options.getDeadline21100()?.toDate().getTime() ?? Number.POSITIVE_INFINITY;
    if (deadlineMs <= node.now()) {
      respond(call, append, answer().setError(batchTimeout()));
      return undefined;
    }
    pending.set(correlation, append);
  }
  const append = pending.get(correlation);
  if (!append) return undefined;
  for (const proposed of request.getProposedMessagesList()) {
    const record = proposedRecord(proposed);
    append.records.push(record);
    append.bytes += eventBytes(record);
  }
  const refusal = sizeRefusal(node, append);
  if (refusal || request.getIsFinal()) pending.delete(correlation);
  if (!refusal) return request.getIsFinal() ? append : undefined;
  respond(call, append, answer().setError(refusal));
  return undefined;
}

function sizeRefusal(node: NodeContext, append: PendingAppend) {
  const tooLarge = append.records.find((record) => eventBytes(record) > node.maxEventBytes);
  if (tooLarge) return batchMaxEventSize(tooLarge.id, eventBytes(tooLarge), node.maxEventBytes);
  return append.bytes > node.maxAppendBytes ? batchMaxAppendSize(node.maxAppendBytes) : undefined;
}

/** Commits and answers one append; false when a fault swallowed the answer. */
async function handleAppend(
  node: NodeContext,
  call: BatchCall,
  append: PendingAppend,
): Promise<boolean> {
  const fault = await admit(node, call, "append", append.stream);
  if (fault && !fault.committed) return answerWithFault(node, call, append, fault);
  const writes = append.records.map((record) => ({ stream: append.stream, record }));
  const result = node.log.commit([append], writes);
  if (fault) return answerWithFault(node, call, append, fault);
  respond(call, append, resultAnswer(append, result));
  return true;
}

function answerWithFault(
  node: NodeContext,
  call: BatchCall,
  append: PendingAppend,
  fault: Fault,
): boolean {
  const status = inlineStatus(fault);
  if (status) {
    respond(call, append, answer().setError(status));
    return true;
  }
  // Anything else ends the whole call, and with it every append in flight on it.
  showFault(node, fault, call.getPeer(), (error) => call.emit("error", error));
  return false;
}

function inlineStatus(fault: Fault) {
  if (fault.kind === "access-denied") return batchAccessDenied();
  if (fault.kind === "server-timeout") return batchTimeout();
  if (fault.kind === "not-ready") return batchNotReady();
  return undefined;
}

function resultAnswer(append: PendingAppend, result: CommitResult): BatchAppendResp {
  if (result.kind === "deleted") return answer().setError(batchStreamDeleted(append.stream));
  if (result.kind === "conflict") {
    const actual = result.conflicts[0]?.actual ?? -1;
    return answer().setError(batchWrongVersion(append.expected, actual));
  }
  const success = new streams.BatchAppendResp.Success();
  const last = result.lastRevisions.get(append.stream) ?? -1;
  if (last < 0) success.setNoStream(googleEmpty());
  else success.setCurrentRevision(String(last));
  if (result.position === undefined)
    return answer().setSuccess(success.setNoPosition(googleEmpty()));
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(String(result.position)).setPreparePosition(String(result.position));
  return answer().setSuccess(success.setPosition(position));
}

const answer = () => new streams.BatchAppendResp();

function respond(call: BatchCall, append: PendingAppend, response: BatchAppendResp): void {
  if (call.cancelled || call.destroyed) return;
  response.setCorrelationId(new shared.UUID().setString(append.correlation));
  response.setStreamIdentifier(streamIdentifier(append.stream));
  call.write(response);
}

function expectedOf(options: BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return EXPECT_NO_STREAM;
  if (options.hasAny()) return EXPECT_ANY;
  if (options.hasStreamExists()) return EXPECT_STREAM_EXISTS;
  return Number(options.getStreamPosition());
}
