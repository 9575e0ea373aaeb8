/**
 * The errors of the KurrentDB protocol in the three dialects it has: trailers of version 1 calls, status
 * messages inside BatchAppend answers, and `google.rpc.Status` details of version 2 calls.
 * Codes, trailer names and texts follow the server's `RpcExceptions`, `Status` and `ApiErrors`.
 */
import { Metadata, status as rpcStatus, type StatusObject } from "@grpc/grpc-js";
import jspb from "google-protobuf";
import type { Conflict } from "./commit-check.ts";
import {
  EXPECT_ANY,
  EXPECT_NO_STREAM,
  EXPECT_STREAM_EXISTS,
  type Expected,
  googleEmpty,
  packAny,
  shared,
  status,
  streamIdentifier,
  streams2Errors,
} from "./protocol.ts";

export type RpcError = Pick<StatusObject, "code" | "details" | "metadata">;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** An error of a version 1 call; `trailers` carry what the client builds its typed errors from. */
export function rpcError(
  code: rpcStatus,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): RpcError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
}

export const accessDenied = () =>
  rpcError(rpcStatus.PERMISSION_DENIED, "Access Denied", { exception: "access-denied" });

export const notReady = () => rpcError(rpcStatus.UNAVAILABLE, "Server Is Not Ready");

export const unavailable = () => rpcError(rpcStatus.UNAVAILABLE, "Node is shutting down");

export const operationTimedOut = () =>
  rpcError(rpcStatus.ABORTED, "Operation timed out: commit phase");

export const invalidPosition = () =>
  rpcError(rpcStatus.INVALID_ARGUMENT, "Trying to read from an invalid position.");

export function notLeader({ host, port }: Address): RpcError {
  return rpcError(rpcStatus.NOT_FOUND, "Leader info available", {
    exception: "not-leader",
    "leader-endpoint-host": host,
    "leader-endpoint-port": String(port),
  });
}

export function streamDeleted(stream: string): RpcError {
  return rpcError(rpcStatus.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: "stream-deleted",
    "stream-name": stream,
  });
}

export function maxAppendSizeExceeded(maxBytes: number): RpcError {
  return rpcError(rpcStatus.INVALID_ARGUMENT, `Maximum Append Size of ${maxBytes} Exceeded.`, {
    exception: "maximum-append-size-exceeded",
    "maximum-append-size": String(maxBytes),
  });
}

/** Deletions report a wrong version through trailers; appends do it inside their answer. */
export function wrongVersionOfDelete({ stream, expected, actual }: Conflict): RpcError {
  return rpcError(rpcStatus.FAILED_PRECONDITION, "Delete failed due to WrongExpectedVersion.", {
    exception: "wrong-expected-version",
    "stream-name": stream,
    "expected-version": String(expected),
    "actual-version": String(actual),
  });
}

/** A status inside a BatchAppend answer. */
export function batchStatus(code: rpcStatus, message: string, typeName: string, bytes: Uint8Array) {
  const error = new status.Status();
  // The enum of the stubs and the one of grpc-js are the same google.rpc.Code numbers.
  error.setCode(code as unknown as Parameters<typeof error.setCode>[0]);
  error.setMessage(message);
  error.setDetails(packAny(typeName, bytes));
  return error;
}

const NOTHING = new Uint8Array();

export const batchAccessDenied = () =>
  batchStatus(
    rpcStatus.PERMISSION_DENIED,
    "AccessDenied",
    "event_store.client.AccessDenied",
    NOTHING,
  );

export const batchTimeout = () =>
  batchStatus(rpcStatus.DEADLINE_EXCEEDED, "Timeout", "event_store.client.Timeout", NOTHING);

export const batchNotReady = () =>
  batchStatus(rpcStatus.OK, "Server Is Not Ready", "google.protobuf.Empty", NOTHING);

export function batchStreamDeleted(stream: string) {
  const details = new shared.StreamDeleted();
  details.setStreamIdentifier(streamIdentifier(stream));
  return batchStatus(
    rpcStatus.NOT_FOUND,
    "StreamDeleted",
    "event_store.client.StreamDeleted",
    details.serializeBinary(),
  );
}

export function batchMaxAppendSize(maxBytes: number) {
  return batchStatus(
    rpcStatus.INVALID_ARGUMENT,
    "MaximumAppendSizeExceeded",
    "event_store.client.MaximumAppendSizeExceeded",
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(maxBytes).serializeBinary(),
  );
}

/** One event too large (`MaximumAppendEventSizeExceeded`); client 1.3.1 has no class for it. */
export function batchMaxEventSize(eventId: string, size: number, maxBytes: number) {
  const writer = new jspb.BinaryWriter();
  writer.writeString(1, eventId);
  writer.writeUint32(2, size);
  writer.writeUint32(3, maxBytes);
  return batchStatus(
    rpcStatus.INVALID_ARGUMENT,
    "MaximumAppendEventSizeExceeded",
    "event_store.client.MaximumAppendEventSizeExceeded",
    writer.getResultBuffer(),
  );
}

export function batchWrongVersion(expected: Expected, actual: number) {
  const details = new shared.WrongExpectedVersion();
  if (actual < 0) details.setCurrentNoStream(googleEmpty());
  else details.setCurrentStreamRevision(String(actual));
  if (expected === EXPECT_ANY) details.setExpectedAny(googleEmpty());
  else if (expected === EXPECT_NO_STREAM) details.setExpectedNoStream(googleEmpty());
  else if (expected === EXPECT_STREAM_EXISTS) details.setExpectedStreamExists(googleEmpty());
  else details.setExpectedStreamPosition(String(expected));
  return batchStatus(
    rpcStatus.ALREADY_EXISTS,
    "WrongExpectedVersion",
    "event_store.client.WrongExpectedVersion",
    details.serializeBinary(),
  );
}

/** An error of a version 2 call: the typed details travel in the binary status trailer. */
export function detailedError(
  code: rpcStatus,
  message: string,
  typeName: string,
  bytes: Uint8Array,
): RpcError {
  const error = rpcError(code, message);
  const packed = batchStatus(code, message, typeName, bytes).serializeBinary();
  error.metadata.set("grpc-status-details-bin", Buffer.from(packed));
  return error;
}

const DETAILS = "kurrentdb.protocol.v2.streams.errors";

export const accessDenied2 = () =>
  detailedError(
    rpcStatus.PERMISSION_DENIED,
    "Access denied.",
    "kurrent.rpc.AccessDeniedErrorDetails",
    NOTHING,
  );

export function notLeader2({ host, port }: Address): RpcError {
  const leader = new jspb.BinaryWriter();
  leader.writeString(1, host);
  leader.writeInt32(2, port);
  const details = new jspb.BinaryWriter();
  details.writeBytes(1, leader.getResultBuffer());
  return detailedError(
    rpcStatus.FAILED_PRECONDITION,
    "The server is not the leader node.",
    "kurrent.rpc.NotLeaderNodeErrorDetails",
    details.getResultBuffer(),
  );
}

export function revisionConflict2({ stream, expected, actual }: Conflict): RpcError {
  const details = new streams2Errors.StreamRevisionConflictErrorDetails();
  details.setStream(stream).setExpectedRevision(String(expected)).setActualRevision(String(actual));
  return detailedError(
    rpcStatus.FAILED_PRECONDITION,
    `Append failed due to a revision conflict on stream '${stream}'.`,
    `${DETAILS}.StreamRevisionConflictErrorDetails`,
    details.serializeBinary(),
  );
}

export function tombstoned2(stream: string): RpcError {
  return detailedError(
    rpcStatus.FAILED_PRECONDITION,
    `Stream '${stream}' has been tombstoned.`,
    `${DETAILS}.StreamTombstonedErrorDetails`,
    new streams2Errors.StreamTombstonedErrorDetails().setStream(stream).serializeBinary(),
  );
}

export function transactionSize2(size: number, maxBytes: number): RpcError {
  const details = new streams2Errors.AppendTransactionSizeExceededErrorDetails();
  return detailedError(
    rpcStatus.ABORTED,
    `Transaction size (${size}) exceeded the maximum allowed size of ${maxBytes}.`,
    `${DETAILS}.AppendTransactionSizeExceededErrorDetails`,
    details.setSize(size).setMaxSize(maxBytes).serializeBinary(),
  );
}

export function recordSize2(
  record: { readonly stream: string; readonly id: string; readonly bytes: number },
  maxBytes: number,
): RpcError {
  const details = new streams2Errors.AppendRecordSizeExceededErrorDetails();
  details.setStream(record.stream).setRecordId(record.id);
  return detailedError(
    rpcStatus.INVALID_ARGUMENT,
    `The size of record ${record.id} exceeds the maximum allowed size.`,
    `${DETAILS}.AppendRecordSizeExceededErrorDetails`,
    details.setSize(record.bytes).setMaxSize(maxBytes).serializeBinary(),
  );
}

/** Which of the caller's checks failed, each with what was expected and what is there. */
export function consistencyViolation2(
  failed: readonly (Conflict & { readonly checkIndex: number })[],
): RpcError {
  const details = new streams2Errors.AppendConsistencyViolationErrorDetails();
  for (const { checkIndex, stream, expected, actual } of failed) {
    const state = new streams2Errors.ConsistencyViolation.StreamStateViolation();
    state.setStream(stream).setExpectedState(String(expected)).setActualState(String(actual));
    const violation = new streams2Errors.ConsistencyViolation();
    details.addViolations(violation.setCheckIndex(checkIndex).setStreamState(state));
  }
  return detailedError(
    rpcStatus.FAILED_PRECONDITION,
    "Append failed due to consistency violations.",
    `${DETAILS}.AppendConsistencyViolationErrorDetails`,
    details.serializeBinary(),
  );
}
