/**
 * The version 2 streams service: AppendSession (servers from 25.1: several streams at once) and AppendRecords
 * (from 26.0.3: records interleaved over streams, with checks on any stream). Both always need the leader.
 */
import {
  type handleClientStreamingCall,
  type handleUnaryCall,
  status as rpcStatus,
} from "@grpc/grpc-js";
import type {
  AppendRecord,
  AppendRecordsRequest,
  AppendRecordsResponse,
  AppendRequest,
  AppendSessionResponse,
} from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js";
import type { CommitResult, StreamCheck } from "./commit-check.ts";
import type { StreamWrite } from "./log.ts";
import { admit, eventBytes, type NodeContext, showFault } from "./node-context.ts";
import { EXPECT_ANY, streams2 } from "./protocol.ts";
import {
  consistencyViolation2,
  type RpcError,
  recordSize2,
  revisionConflict2,
  rpcError,
  tombstoned2,
  transactionSize2,
} from "./rpc-errors.ts";
import type { NewRecord } from "./stream-state.ts";

type Committed = Extract<CommitResult, { kind: "committed" }>;

/** Handles AppendSession of one node. */
export function appendSession(
  node: NodeContext,
): handleClientStreamingCall<AppendRequest, AppendSessionResponse> {
  return (call, callback) => {
    const requests: AppendRequest[] = [];
    call.on("data", (request: AppendRequest) => requests.push(request));
    call.on("end", async () => {
      const fail = (error: RpcError) => callback(error);
      const checks = requests.map((request) => ({
        stream: request.getStream(),
        expected: Number(request.getExpectedRevision() ?? EXPECT_ANY),
      }));
      if (new Set(checks.map((check) => check.stream)).size < checks.length) {
        return fail(rpcError(rpcStatus.ABORTED, "A stream may be in an append session only once."));
      }
      const writes = requests.flatMap((request) =>
        request.getRecordsList().map((record) => writeOf(request.getStream(), record)),
      );
      const result = await commitOrFail(node, call, checks, writes, fail);
      if (!result) return;
      if (result.kind === "deleted") return fail(tombstoned2(result.stream));
      if (result.kind === "conflict") return fail(sessionConflict(result));
      callback(null, sessionAnswer(checks, result));
    });
  };
}

/** Handles AppendRecords of one node. */
export function appendRecords(
  node: NodeContext,
): handleUnaryCall<AppendRecordsRequest, AppendRecordsResponse> {
  return async (call, callback) => {
    const fail = (error: RpcError) => callback(error);
    const checks = new Map<string, number>();
    for (const check of call.request.getChecksList()) {
      const state = check.getStreamState();
      if (state) checks.set(state.getStream(), Number(state.getExpectedState()));
    }
    const writes = call.request.getRecordsList().map((each) => writeOf(each.getStream(), each));
    for (const { stream } of writes) if (!checks.has(stream)) checks.set(stream, EXPECT_ANY);
    const streamChecks = [...checks].map(([stream, expected]) => ({ stream, expected }));
    const result = await commitOrFail(node, call, streamChecks, writes, fail);
    if (!result) return;
    if (result.kind === "deleted") return fail(tombstoned2(result.stream));
    if (result.kind === "conflict") {
      const indexes = [...checks.keys()];
      const violations = result.conflicts.map((conflict) => ({
        ...conflict,
        checkIndex: indexes.indexOf(conflict.stream),
      }));
      return fail(consistencyViolation2(violations));
    }
    callback(null, recordsAnswer(writes, result));
  };
}

type AnyCall = Parameters<typeof admit>[1] & { getPeer(): string };

/** Passes the gate and commits; undefined when the call has been answered (or left hanging) already. */
async function commitOrFail(
  node: NodeContext,
  call: AnyCall,
  checks: readonly StreamCheck[],
  writes: readonly StreamWrite[],
  fail: (error: RpcError) => void,
): Promise<CommitResult | undefined> {
  const tooLarge = sizeRefusal(node, writes);
  if (tooLarge) {
    fail(tooLarge);
    return undefined;
  }
  const fault = await admit(node, call, "append-records", checks[0]?.stream ?? "", true);
  if (fault && !fault.committed) {
    showFault(node, fault, call.getPeer(), fail);
    return undefined;
  }
  const result = node.log.commit(checks, writes);
  if (!fault) return result;
  showFault(node, fault, call.getPeer(), fail);
  return undefined;
}

function sizeRefusal(node: NodeContext, writes: readonly StreamWrite[]): RpcError | undefined {
  let total = 0;
  for (const { stream, record } of writes) {
    const bytes = eventBytes(record);
    if (bytes > node.maxEventBytes) {
      return recordSize2({ stream, id: record.id, bytes }, node.maxEventBytes);
    }
    total += bytes;
  }
  return total > node.maxAppendBytes ? transactionSize2(total, node.maxAppendBytes) : undefined;
}

/** A session that was only partly written before has no single stream to blame: the server itself errs. */
function sessionConflict(result: Extract<CommitResult, { kind: "conflict" }>): RpcError {
  const [conflict] = result.conflicts;
  return conflict
    ? revisionConflict2(conflict)
    : rpcError(rpcStatus.INTERNAL, "Append session was partly written before.");
}

function sessionAnswer(checks: readonly StreamCheck[], result: Committed): AppendSessionResponse {
  const response = new streams2.AppendSessionResponse();
  response.setPosition(String(result.position ?? -1));
  for (const { stream } of checks) {
    const output = new streams2.AppendResponse().setStream(stream);
    response.addOutput(output.setStreamRevision(String(result.lastRevisions.get(stream) ?? -1)));
  }
  return response;
}

function recordsAnswer(writes: readonly StreamWrite[], result: Committed): AppendRecordsResponse {
  const response = new streams2.AppendRecordsResponse();
  response.setPosition(String(result.position ?? -1));
  for (const stream of new Set(writes.map((write) => write.stream))) {
    const revision = new streams2.StreamRevision().setStream(stream);
    response.addRevisions(revision.setRevision(String(result.lastRevisions.get(stream) ?? -1)));
  }
  return response;
}

/** A version 2 record keeps its properties as JSON metadata, so version 1 readers see the same event. */
function writeOf(stream: string, record: AppendRecord): StreamWrite {
  const schema = record.getSchema();
  const isJson = schema?.getFormat() === streams2.SchemaFormat.SCHEMA_FORMAT_JSON;
  const properties: Record<string, unknown> = {};
  record.getPropertiesMap().forEach((value, key) => {
    properties[key] = value.toJavaScript();
  });
  const hasProperties = Object.keys(properties).length > 0;
  const stored: NewRecord = {
    id: (record.getRecordId() ?? "").toLowerCase(),
    type: schema?.getName() ?? "",
    contentType: isJson ? "application/json" : "application/octet-stream",
    data: record.getData_asU8(),
    metadata: hasProperties ? Buffer.from(JSON.stringify(properties)) : new Uint8Array(),
  };
  return { stream, record: stored };
}
