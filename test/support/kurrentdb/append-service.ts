/**
 * Append, one call per append; the client falls back to it when a call brings its own credentials.
 * Also Delete (soft: the stream may be written again) and Tombstone (for good).
 */
import type { handleClientStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import type {
  AppendReq,
  AppendResp,
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js";
import type { CommitResult } from "./commit-check.ts";
import { admit, eventBytes, type NodeContext, showFault } from "./node-context.ts";
import {
  EXPECT_ANY,
  EXPECT_NO_STREAM,
  EXPECT_STREAM_EXISTS,
  type Expected,
  empty,
  proposedRecord,
  streamNameOf,
  streams,
} from "./protocol.ts";
import {
  maxAppendSizeExceeded,
  type RpcError,
  streamDeleted,
  wrongVersionOfDelete,
} from "./rpc-errors.ts";
import type { NewRecord } from "./stream-state.ts";

type ExpectedOptions = AppendReq.Options | DeleteReq.Options | TombstoneReq.Options;

/** Handles the Append calls of one node. */
export function append(node: NodeContext): handleClientStreamingCall<AppendReq, AppendResp> {
  return (call, callback) => {
    let options: AppendReq.Options | undefined;
    const records: NewRecord[] = [];
    call.on("data", (request: AppendReq) => {
      options ??= request.getOptions();
      const proposed = request.getProposedMessage();
      if (proposed) records.push(proposedRecord(proposed));
    });
    call.on("end", async () => {
      const stream = streamNameOf(options?.getStreamIdentifier());
      const expected = options ? expectedOf(options) : EXPECT_ANY;
      const fail = (error: RpcError) => callback(error);
      const bytes = records.reduce((sum, record) => sum + eventBytes(record), 0);
      if (bytes > node.maxAppendBytes) return fail(maxAppendSizeExceeded(node.maxAppendBytes));
      const fault = await admit(node, call, "append", stream);
      if (fault && !fault.committed) return showFault(node, fault, call.getPeer(), fail);
      const writes = records.map((record) => ({ stream, record }));
      const result = node.log.commit([{ stream, expected }], writes);
      if (fault) return showFault(node, fault, call.getPeer(), fail);
      if (result.kind === "deleted") return fail(streamDeleted(stream));
      callback(null, appendAnswer(stream, expected, result));
    });
  };
}

/** Handles Delete and Tombstone of one node. */
export function deletions(node: NodeContext): {
  readonly delete: handleUnaryCall<DeleteReq, DeleteResp>;
  readonly tombstone: handleUnaryCall<TombstoneReq, TombstoneResp>;
} {
  const run = async (
    call: Parameters<handleUnaryCall<DeleteReq | TombstoneReq, unknown>>[0],
    fail: (error: RpcError) => void,
    apply: (stream: string, expected: Expected) => CommitResult,
  ): Promise<number | undefined> => {
    const options = call.request.getOptions();
    const stream = streamNameOf(options?.getStreamIdentifier());
    const fault = await admit(node, call, "delete", stream);
    if (fault) {
      showFault(node, fault, call.getPeer(), fail);
      return undefined;
    }
    const result = apply(stream, options ? expectedOf(options) : EXPECT_ANY);
    if (result.kind === "committed") return result.position;
    const conflict = result.kind === "conflict" ? result.conflicts[0] : undefined;
    fail(conflict ? wrongVersionOfDelete(conflict) : streamDeleted(stream));
    return undefined;
  };
  return {
    delete: async (call, callback) => {
      const position = await run(call, (error) => callback(error), node.log.softDelete);
      if (position === undefined) return;
      const at = new streams.DeleteResp.Position();
      at.setCommitPosition(String(position)).setPreparePosition(String(position));
      callback(null, new streams.DeleteResp().setPosition(at));
    },
    tombstone: async (call, callback) => {
      const position = await run(call, (error) => callback(error), node.log.tombstone);
      if (position === undefined) return;
      const at = new streams.TombstoneResp.Position();
      at.setCommitPosition(String(position)).setPreparePosition(String(position));
      callback(null, new streams.TombstoneResp().setPosition(at));
    },
  };
}

function appendAnswer(
  stream: string,
  expected: Expected,
  result: Exclude<CommitResult, { kind: "deleted" }>,
): AppendResp {
  if (result.kind === "conflict") {
    const wrong = wrongVersion(expected, result.conflicts[0]?.actual ?? -1);
    return new streams.AppendResp().setWrongExpectedVersion(wrong);
  }
  const success = new streams.AppendResp.Success();
  const last = result.lastRevisions.get(stream) ?? -1;
  if (last < 0) success.setNoStream(empty());
  else success.setCurrentRevision(String(last));
  if (result.position === undefined) {
    return new streams.AppendResp().setSuccess(success.setNoPosition(empty()));
  }
  const at = new streams.AppendResp.Position();
  at.setCommitPosition(String(result.position)).setPreparePosition(String(result.position));
  return new streams.AppendResp().setSuccess(success.setPosition(at));
}

function wrongVersion(expected: Expected, actual: number): AppendResp.WrongExpectedVersion {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (actual < 0) wrong.setCurrentNoStream(empty());
  else wrong.setCurrentRevision(String(actual));
  if (expected === EXPECT_ANY) return wrong.setExpectedAny(empty());
  if (expected === EXPECT_NO_STREAM) return wrong.setExpectedNoStream(empty());
  if (expected === EXPECT_STREAM_EXISTS) return wrong.setExpectedStreamExists(empty());
  return wrong.setExpectedRevision(String(expected));
}

function expectedOf(options: ExpectedOptions): Expected {
  if (options.hasNoStream()) return EXPECT_NO_STREAM;
  if (options.hasAny()) return EXPECT_ANY;
  if (options.hasStreamExists()) return EXPECT_STREAM_EXISTS;
  return Number(options.getRevision());
}
