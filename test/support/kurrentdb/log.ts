/**
 * The transaction log of the in-process KurrentDB: one ordered list of records and the streams over it.
 * Everything is in memory and is gone with the object; there is no fsync to fail.
 * Positions are byte offsets with holes, as in the real log: never consecutive, never starting at zero.
 */
import {
  type CommitResult,
  checkCommit,
  joinDecisions,
  type StreamCheck,
  type StreamView,
} from "./commit-check.ts";
import type { Expected } from "./protocol.ts";
import {
  applyMetadata,
  emptyStream,
  firstReadable,
  isSoftDeleted,
  type LogRecord,
  lowerBound,
  type NewRecord,
  recordAt,
  recordBytes,
  type StreamState,
  survivesScavenge,
  systemRecord,
} from "./stream-state.ts";

export interface StreamWrite {
  readonly stream: string;
  readonly record: NewRecord;
}

export interface EventLog {
  /** Checks all streams, then writes all records in order or none (atomic, like one transaction). */
  commit(checks: readonly StreamCheck[], writes: readonly StreamWrite[]): CommitResult;
  softDelete(stream: string, expected: Expected): CommitResult;
  tombstone(stream: string, expected: Expected): CommitResult;
  /** Removes for good what deletion and truncation hid, also from $all. */
  scavenge(): void;
  /** Forgets the cache of recent ids, as a restart does: retries with "any" are no longer recognised. */
  forgetRecentIds(): void;
  /** A change of leader: leaves a hole in the positions. */
  writeEpoch(): void;
  /** Position of the last event, or -1. */
  head(): number;
  /** Whether a record starts or started at the position, or it lies past the end. */
  isRecordBoundary(position: number): boolean;
  /** Up to `limit` records at or after a position, oldest first. */
  forwardFrom(position: number, limit: number): LogRecord[];
  /** Up to `limit` records before a position, newest first. */
  backwardBefore(position: number, limit: number): LogRecord[];
  /** One stream as readers see it; undefined when it does not exist or is soft-deleted. */
  readable(stream: string): ReadableStream | undefined;
  /** Calls back after every commit; returns the function that stops it. */
  onCommit(listener: () => void): () => void;
}

export interface ReadableStream {
  readonly tombstoned: boolean;
  readonly last: number;
  readonly records: readonly LogRecord[];
}

/** An epoch record, written at start and by each new leader; it occupies the log but is no event. */
const EPOCH_RECORD_BYTES = 218;
/** About as many ids as the server's 8 MiB cache of recent commits holds. */
const RECENT_IDS_MAX = 65_536;
const SOFT_DELETED = 2n ** 63n - 1n;

/** What a fresh server has written by itself before the first client comes; readers of $all must skip these. */
const SYSTEM_EVENTS = [
  ["$users", "$User"],
  ["$user-admin", "$UserCreated"],
  ["$$$stats-127.0.0.1:2113", "$metadata"],
  ["$stats-127.0.0.1:2113", "$statsCollected"],
] as const;

interface LogState {
  readonly streams: Map<string, StreamState>;
  readonly recentIds: Map<string, { readonly stream: string; readonly revision: number }>;
  readonly boundaries: Set<number>;
  records: LogRecord[];
  writerPosition: number;
  systemRecords: number;
}

/** A log that already holds the system events of a fresh server; `now` gives milliseconds. */
export function createEventLog(now: () => number): EventLog {
  const state: LogState = {
    streams: new Map(),
    recentIds: new Map(),
    boundaries: new Set(),
    records: [],
    writerPosition: EPOCH_RECORD_BYTES,
    systemRecords: 0,
  };
  const listeners = new Set<() => void>();
  for (const [stream, type] of SYSTEM_EVENTS) writeSystem(state, stream, type, "{}", now());

  const announce = (result: CommitResult): CommitResult => {
    if (result.kind === "committed") for (const listener of listeners) listener();
    return result;
  };
  return {
    commit: (checks, writes) => announce(commit(state, checks, writes, now())),
    softDelete: (stream, expected) => announce(softDelete(state, stream, expected, now())),
    tombstone: (stream, expected) => announce(tombstone(state, stream, expected, now())),
    scavenge: () => scavenge(state),
    forgetRecentIds: () => state.recentIds.clear(),
    writeEpoch: () => {
      state.writerPosition += EPOCH_RECORD_BYTES;
    },
    head: () => state.records.at(-1)?.position ?? -1,
    isRecordBoundary: (position) =>
      position === 0 || position >= state.writerPosition || state.boundaries.has(position),
    forwardFrom: (position, limit) => {
      const start = lowerBound(state.records, (record) => record.position >= position);
      return state.records.slice(start, start + limit);
    },
    backwardBefore: (position, limit) => {
      const end = lowerBound(state.records, (record) => record.position >= position);
      return state.records.slice(Math.max(0, end - limit), end).reverse();
    },
    readable: (stream) => readable(state.streams.get(stream)),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readable(stream: StreamState | undefined): ReadableStream | undefined {
  if (!stream || stream.last < 0 || isSoftDeleted(stream)) return undefined;
  const first = firstReadable(stream);
  const start = lowerBound(stream.records, (record) => record.revision >= first);
  return {
    tombstoned: stream.tombstoned,
    last: stream.last,
    records: start === 0 ? stream.records : stream.records.slice(start),
  };
}

function commit(
  state: LogState,
  checks: readonly StreamCheck[],
  writes: readonly StreamWrite[],
  nowMs: number,
): CommitResult {
  const idsByStream = new Map<string, string[]>();
  for (const { stream, record } of writes) {
    const ids = idsByStream.get(stream);
    if (ids) ids.push(record.id);
    else idsByStream.set(stream, [record.id]);
  }
  const refused = joinDecisions(
    checks.map((check) => {
      const ids = idsByStream.get(check.stream) ?? [];
      const decision = checkCommit(viewOf(state, check.stream), check.expected, ids);
      // A single-stream append without events is a write too: it must meet its expectation.
      return { ...check, written: ids.length > 0 || checks.length === 1, decision };
    }),
  );
  if (refused) return refused;
  const recreated = checks
    .filter(({ stream }) => isSoftDeleted(state.streams.get(stream)))
    .map(({ stream }) => ({ stream, from: viewOf(state, stream).last + 1 }));
  let position: number | undefined;
  for (const { stream, record } of writes) {
    position = write(state, stream, record, nowMs).position;
  }
  for (const { stream, from } of recreated) {
    if (viewOf(state, stream).last >= from) writeTruncation(state, stream, BigInt(from), nowMs);
  }
  const lastRevisions = new Map(checks.map(({ stream }) => [stream, viewOf(state, stream).last]));
  return { kind: "committed", position, lastRevisions };
}

function softDelete(
  state: LogState,
  stream: string,
  expected: Expected,
  nowMs: number,
): CommitResult {
  const view = viewOf(state, stream);
  if (view.last < 0 && !view.hasMetadata) {
    return { kind: "conflict", conflicts: [{ stream, expected, actual: -1 }] };
  }
  return remove(state, stream, expected, () => writeTruncation(state, stream, SOFT_DELETED, nowMs));
}

function tombstone(
  state: LogState,
  stream: string,
  expected: Expected,
  nowMs: number,
): CommitResult {
  return remove(state, stream, expected, () => {
    const record = writeSystem(state, stream, "$streamDeleted", "", nowMs);
    const deleted = state.streams.get(stream);
    if (deleted) deleted.tombstoned = true;
    return record;
  });
}

function remove(
  state: LogState,
  stream: string,
  expected: Expected,
  apply: () => LogRecord,
): CommitResult {
  const decision = checkCommit(viewOf(state, stream), expected, []);
  const refused = joinDecisions([{ stream, expected, written: true, decision }]);
  if (refused) return refused;
  return { kind: "committed", position: apply().position, lastRevisions: new Map() };
}

function scavenge(state: LogState): void {
  const survives = (record: LogRecord) => {
    const stream = state.streams.get(record.stream);
    return stream === undefined || survivesScavenge(stream, record);
  };
  state.records = state.records.filter(survives);
  for (const stream of state.streams.values()) stream.records = stream.records.filter(survives);
}

function viewOf(state: LogState, name: string): StreamView {
  const stream = state.streams.get(name);
  return {
    last: stream?.last ?? -1,
    tombstoned: stream?.tombstoned ?? false,
    softDeleted: isSoftDeleted(stream),
    hasMetadata: (state.streams.get(`$$${name}`)?.last ?? -1) >= 0,
    eventAt: (revision) => stream && recordAt(stream.records, revision),
    recentRevision: (id) => {
      const recent = state.recentIds.get(id);
      return recent?.stream === name ? recent.revision : undefined;
    },
  };
}

function write(state: LogState, name: string, record: NewRecord, nowMs: number): LogRecord {
  const stream = streamOf(state, name);
  const stored: LogRecord = {
    ...record,
    stream: name,
    revision: stream.last + 1,
    position: state.writerPosition,
    createdMs: nowMs,
  };
  stream.last = stored.revision;
  stream.records.push(stored);
  state.records.push(stored);
  state.boundaries.add(stored.position);
  state.writerPosition += recordBytes(stored);
  rememberId(state, stored);
  if (name.startsWith("$$")) applyMetadata(streamOf(state, name.slice(2)), stored.data);
  return stored;
}

function streamOf(state: LogState, name: string): StreamState {
  const existing = state.streams.get(name);
  if (existing) return existing;
  const created = emptyStream();
  state.streams.set(name, created);
  return created;
}

function writeTruncation(
  state: LogState,
  stream: string,
  before: bigint,
  nowMs: number,
): LogRecord {
  return writeSystem(state, `$$${stream}`, "$metadata", `{"$tb":${before}}`, nowMs);
}

function writeSystem(
  state: LogState,
  stream: string,
  type: string,
  json: string,
  nowMs: number,
): LogRecord {
  state.systemRecords += 1;
  return write(state, stream, systemRecord(type, json, state.systemRecords), nowMs);
}

function rememberId(state: LogState, { id, stream, revision }: LogRecord): void {
  state.recentIds.set(id, { stream, revision });
  if (state.recentIds.size <= RECENT_IDS_MAX) return;
  const oldest = state.recentIds.keys().next().value;
  if (oldest !== undefined) state.recentIds.delete(oldest);
}
