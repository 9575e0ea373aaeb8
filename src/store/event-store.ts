// The port every engine implements: an append-only log of entries numbered 1..n without gaps, and
// beside each entry its moves as plain numbers, so that a replay need not parse JSON.

import { decodeEvent, type NewEvent, type StoredEvent } from "../domain/event.ts";
import type { Move, Series } from "../domain/move.ts";
import type { Refusal } from "../kernel/refusal.ts";
import type { Text } from "../kernel/text.ts";
import type { Lines } from "./lines.ts";

/** One event to append. */
export type Write = {
  readonly stream: string;
  /** `"none"`: the stream must not exist. A number: the revision its last event must have. */
  readonly expected: "none" | number;
  readonly event: NewEvent;
  /** Business date as a day number. */
  readonly day: number;
  readonly moves: readonly Move[];
  /** Entry numbers of the facts this one refers to. */
  readonly links: readonly number[];
};

/** What became of one write. Outcomes stand in the order of the writes. */
export type Outcome =
  | { readonly kind: "appended"; readonly event: StoredEvent }
  /** The event id is on the log already, at this entry; nothing was written. */
  | { readonly kind: "duplicate"; readonly entry: number }
  | { readonly kind: "conflict"; readonly stream: string; readonly actual: "none" | number }
  /** The engine will never take it; nothing was written. */
  | { readonly kind: "rejected"; readonly refusal: Refusal };

/** What one durable batch added to the log. */
export type Committed = {
  readonly events: readonly StoredEvent[];
  /** The stored bytes of the events, as text. */
  readonly bytes: readonly string[];
  readonly lines: Lines;
};

/** Reading, on the writer and on any number of readers. */
export type LogReader = {
  /** The number of the last entry; 0 for an empty log. */
  head(): number;
  /**
   * Events `from` … `to`, both included and clipped to the log.
   * @throws MissingEntry when one of them is not there any more.
   */
  read(from: number, to: number): StoredEvent[];
  /** The stored bytes of the same entries as text, one line of JSON each. */
  bytes(from: number, to: number): string[];
  /** The lines of entries `from` … `to` in order. */
  lines(from: number, to: number): Lines;
  /** The dimensions of a series. */
  seriesAt(series: number): Series;
  /** How many series there are; they are numbered from 0 in the order of their first line. */
  seriesCount(): number;
  /** The exact sum of every series at the head. */
  totals(): { get(series: number): bigint };
  /** The entry whose event has this id. It is found sooner when it is known to be before another. */
  find(id: string, before?: number): number | undefined;
  /** The entries that refer to this one, in order. */
  linksTo(entry: number): number[];
  /** The events of a stream from a revision on. */
  readStream(stream: string, fromRevision: number, limit: number): StoredEvent[];
  /** Entry numbers of a type after `after`, at most `limit`. */
  entriesOfType(type: string, after: number, limit: number): number[];
  /** The last entry recorded at or before an instant (ms since the epoch); 0 when none was. */
  entryAtInstant(instantMs: number): number;
  close(): void;
};

/** What an audit compares beside: the indexes as they are stored. All of it is as it was at opening. */
export type AuditReader = LogReader & {
  /** The hashes of ids in the key index of entries `from` … `to`, in order; NaN or less than 0 unless it is one. */
  keyHashes(from: number, to: number): Float64Array;
  /** Every link to entries `from` … `to`: entry `entries[i]` refers to `targets[i]`. */
  links(from: number, to: number): { readonly targets: number[]; readonly entries: number[] };
  /** How many links the entries up to the head have. */
  linkCount(): number;
};

export type EventStore = LogReader & {
  /**
   * True when other processes append to the same log. Then entries arrive by themselves, writes can
   * conflict, and the number of an entry is known only once it is there.
   */
  readonly shared: boolean;
  /**
   * Appends a batch in order, each write on its own terms, and answers once everything appended is
   * durable and can be read here. With `atomic`, all of it is appended or nothing. An outcome of a
   * shared log is given once what came before it can be read here as well; there, writes that
   * follow each other on one stream stand and fall together.
   * @throws StoreUnavailable when the outcome is unknown or nothing could be written.
   */
  append(writes: readonly Write[], options?: { readonly atomic?: boolean }): Promise<Outcome[]>;
  /** The revision of a stream's last event. */
  revision(stream: string): number | "none";
  /** Calls back after each durable batch, in order. Returns the way to stop. */
  subscribe(listener: (committed: Committed) => void): () => void;
  /** How an engine that reads from elsewhere is doing; an embedded one has nothing to say. */
  health?(): StoreHealth;
  /** On a shared log, who may sign it; where only this process writes, it may. */
  readonly signing?: SigningLease;
};

/** Judges, in the order of a shared log, which events are entries: the same on every node. */
export type Gate = {
  /** Whether the event is an entry, with the number that it then has; if so, it is taken in. */
  admits(event: StoredEvent, write: Write): boolean;
  /** The streams that what would hold a write off stands on, its own perhaps among them. */
  guardsOf(write: Write): string[];
};

export type SigningLease = {
  /** Whether this process may sign now. */
  held(): boolean;
  /** Waits until this process may sign; false once another one is seen to go on, or time is up. */
  ask(timeoutMs: number): Promise<boolean>;
  /** Calls back each time this process comes to hold it. Returns the way to stop. */
  onHeld(listener: () => void): () => void;
};

export type StoreHealth = {
  /** The shared log, without credentials. */
  readonly log: string;
  readonly connected: boolean;
  /** How long what is read here may lack the newest entries; null when it never was complete. */
  readonly behindMs: number | null;
  readonly reconnects: number;
  /** Why it will not go on by itself. */
  readonly stopped: string | null;
  readonly lastError: string | null;
};

export type UnavailableCode =
  | "DISK_FULL"
  | "STORE_FAILED"
  | "STORE_BUSY"
  | "CLUSTER_UNREACHABLE"
  | "CLUSTER_DENIED"
  | "OUTCOME_UNKNOWN"
  | "MIRROR_BEHIND"
  | "LOG_DAMAGED"
  | "OTHER_LOG";

/** The engine could not answer. What was asked may be asked again with the same idempotency key. */
export class StoreUnavailable extends Error {
  readonly code: UnavailableCode;
  readonly text: Text;

  constructor(code: UnavailableCode, text: Text, cause?: unknown) {
    super(text.en, { cause });
    this.name = "StoreUnavailable";
    this.code = code;
    this.text = text;
  }
}

/** An entry before the head is not there: a log has no holes, so what is kept is damaged. */
export class MissingEntry extends StoreUnavailable {
  readonly entry: number;

  constructor(entry: number) {
    super("LOG_DAMAGED", {
      zh: `日志缺第 ${entry} 条；请恢复含有该条的备份，再运行 \`almoner audit\``,
      en: `entry ${entry} is missing; restore a copy that has it, and run \`almoner audit\``,
    });
    this.name = "MissingEntry";
    this.entry = entry;
  }
}

/** Entries `from` … `to` of a log as if they had been committed just now. */
export function committedOn(log: LogReader, from: number, to: number): Committed {
  const bytes = log.bytes(from, to);
  const events = bytes.map((text, at) => decodeEvent(from + at, text));
  return { events, bytes, lines: log.lines(from, to) };
}
