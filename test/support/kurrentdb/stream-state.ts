/**
 * One stream of the in-process KurrentDB: its records, and what truncation, deletion and scavenging leave of it.
 * Pure helpers over plain state; the log owns the state.
 */
export interface NewRecord {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface LogRecord extends NewRecord {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position; equal for every record a current server writes. */
  readonly position: number;
  readonly createdMs: number;
}

export interface StreamState {
  /** Last revision ever written, -1 if none. */
  last: number;
  tombstoned: boolean;
  /** First revision still readable; Infinity while soft-deleted. */
  truncateBefore: number;
  maxCount: number;
  records: LogRecord[];
}

export function emptyStream(): StreamState {
  return {
    last: -1,
    tombstoned: false,
    truncateBefore: 0,
    maxCount: Number.POSITIVE_INFINITY,
    records: [],
  };
}

export function isSoftDeleted(state: StreamState | undefined): boolean {
  return state?.truncateBefore === Number.POSITIVE_INFINITY;
}

/** First revision a reader gets; the tombstone itself is never read through the stream. */
export function firstReadable(state: StreamState): number {
  return Math.max(state.truncateBefore, state.last - state.maxCount + 1);
}

/** Scavenging keeps the last event, which carries the revision to continue from; of a tombstoned stream only that. */
export function survivesScavenge(state: StreamState, record: LogRecord): boolean {
  if (record.revision === state.last) return true;
  return !state.tombstoned && record.revision >= firstReadable(state);
}

/** The record at a revision, or undefined when scavenged or never written. */
export function recordAt(records: readonly LogRecord[], revision: number): LogRecord | undefined {
  const found = records[lowerBound(records, (record) => record.revision >= revision)];
  return found?.revision === revision ? found : undefined;
}

/** Applies a `$metadata` event of `$$stream`: `$tb` and `$maxCount`; other keys have no effect here. */
export function applyMetadata(state: StreamState, data: Uint8Array): void {
  const { $tb = 0, $maxCount = Number.POSITIVE_INFINITY } = JSON.parse(
    Buffer.from(data).toString("utf8"),
  ) as { $tb?: number; $maxCount?: number };
  state.truncateBefore = $tb >= Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : $tb;
  state.maxCount = $maxCount;
}

/** A record the server writes by itself; `serial` makes its id unique within one log. */
export function systemRecord(type: string, json: string, serial: number): NewRecord {
  return {
    id: `00000000-0000-4000-8000-${serial.toString(16).padStart(12, "0")}`,
    type,
    contentType: "application/json",
    data: Buffer.from(json, "utf8"),
    metadata: new Uint8Array(),
  };
}

/** Index of the first item that meets a monotone condition; the length when none does. */
export function lowerBound<T>(items: readonly T[], meets: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && meets(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Framing and fixed fields of a prepare record, bytes; the variable parts are added to it. */
const RECORD_OVERHEAD_BYTES = 93;

/** Size of a record in the log, bytes. */
export function recordBytes({ stream, type, data, metadata }: LogRecord): number {
  return (
    RECORD_OVERHEAD_BYTES +
    Buffer.byteLength(stream) +
    Buffer.byteLength(type) +
    data.length +
    metadata.length
  );
}
