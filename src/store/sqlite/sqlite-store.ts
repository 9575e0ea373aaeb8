// The embedded engine: one writer, one transaction and one fsync per batch, acknowledged after the
// commit. After any failed commit the file is opened anew, because what happened is unknown until
// then; the batch fails and its writers ask again with the same keys.

import { join } from "node:path";
import { encodeEvent, type StoredEvent } from "../../domain/event.ts";
import { seriesKey } from "../../domain/move.ts";
import { type Sums, splitAmount } from "../../kernel/sums.ts";
import { hashOfId } from "../event-id.ts";
import {
  type Committed,
  type EventStore,
  type LogReader,
  type Outcome,
  StoreUnavailable,
  type Write,
} from "../event-store.ts";
import { buildLines, encodeLines, type Lines, type LinesBuilder } from "../lines.ts";
import { FILTER_FILE, type KeyIndex, openKeyIndex } from "./key-index.ts";
import { createLogReader, loadTotals } from "./log-reader.ts";
import { checkMirror, keepPosition, type Mirrored, mirroredLog, setMirror } from "./mirror-row.ts";
import { type Db, openDurable, openForWriting } from "./open.ts";
import { LINES_PER_ROW, TOTALS_EVERY } from "./schema.ts";

/** Bounds the memory of known streams; a busy ledger's funds fit many times over. */
const STREAMS_CACHED = 50_000;
/** More than the largest batch. */
const ABSENT_MAX = 4_096;

export type SqliteStoreOptions = {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The shared log that the folder must mirror; left out, it must be a ledger of its own. */
  readonly mirrorOf?: string;
};

/** An entry that has its place and time already; its bytes are stored as they are. */
export type Placed = {
  readonly write: Write;
  readonly revision: number;
  readonly recordedAt: string;
  readonly bytes: string;
  /** It makes no entry; only its stream moves on. */
  readonly tooLate?: boolean;
};

export type SqliteStore = EventStore & {
  /**
   * Takes over entries of another log in order and, in the same commit, how far that log has been
   * read. An id that is on the log already makes no entry; its stream moves on all the same.
   */
  takeOver(placed: readonly Placed[], position?: string): Committed;
  /** The latest time recorded so far, in milliseconds since the epoch. */
  lastRecordedAt(): number;
  /** The log that this folder mirrors, and how far it has been read. */
  mirrored(): Mirrored | undefined;
  /** Makes the folder the mirror of a log, or a ledger of its own again. */
  mirror(log: Mirrored | undefined): void;
};

const NOTHING_PENDING: ReadonlyMap<string, number> = new Map();

type Stream = { readonly id: number; revision: number };

/** Everything that is derived from the open file, made anew when the file is opened anew. */
type Session = {
  readonly db: Db;
  readonly reader: LogReader;
  readonly keys: KeyIndex;
  readonly statements: ReturnType<typeof prepare>;
  readonly streams: Map<string, Stream>;
  /** Ids that were asked for and are not on the log: who decides asks, then the append asks again. */
  readonly absent: Set<string>;
  /** Streams whose new revision is not written yet; a batch writes each once. */
  readonly advanced: Set<Stream>;
  readonly types: Map<string, number>;
  readonly series: Map<string, number>;
  readonly sums: Sums;
  head: number;
  lastRecordedAt: number;
  totalsAt: number;
};

/**
 * Opens the ledger in `dir` for writing.
 * @throws StoreUnavailable STORE_BUSY when another process has it open for writing.
 */
export function openSqliteStore(dir: string, options: SqliteStoreOptions): SqliteStore {
  const { db, unlock } = openForWriting(dir);
  try {
    checkMirror(db, dir, options.mirrorOf);
  } catch (error) {
    db.close();
    unlock();
    throw error;
  }
  const filterPath = join(dir, FILTER_FILE);
  const listeners = new Set<(committed: Committed) => void>();
  let session: Session | undefined = start(db);

  // What a mirror loses in a power cut it reads again, so it need not wait for the disk.
  function start(opened: Db): Session {
    if (options.mirrorOf !== undefined) opened.pragma("synchronous = NORMAL");
    return startSession(opened, filterPath);
  }

  function current(): Session {
    try {
      session ??= start(openDurable(dir));
    } catch (error) {
      const told = { zh: "账本文件无法打开", en: "the ledger file cannot be opened" };
      throw new StoreUnavailable("STORE_FAILED", told, error);
    }
    return session;
  }

  function fail(error: unknown): never {
    const broken = session;
    session = undefined;
    try {
      broken?.db.close();
    } catch {
      // The file is given up in any case; the first error is the one to report.
    }
    if ((error as { code?: string }).code === "SQLITE_FULL") {
      const full = { zh: "磁盘已满，未记入", en: "the disk is full; nothing was recorded" };
      throw new StoreUnavailable("DISK_FULL", full, error);
    }
    const failed = { zh: "写入失败，结果未知", en: "the write failed; its outcome is unknown" };
    throw new StoreUnavailable("STORE_FAILED", failed, error);
  }

  function commit(work: (open: Session) => Batch) {
    const open = current();
    let batch: Batch;
    try {
      if (open.streams.size > STREAMS_CACHED) open.streams.clear();
      open.statements.begin.run();
      batch = work(open);
      open.statements.commit.run();
    } catch (error) {
      return fail(error);
    }
    open.head = batch.entry;
    open.lastRecordedAt = batch.lastRecordedAt;
    const { events, bytes } = batch;
    const committed = { events, bytes, lines: batch.lines.lines() };
    if (events.length > 0) for (const listener of listeners) listener(committed);
    return { committed, outcomes: batch.outcomes };
  }

  const reader = (): LogReader => current().reader;
  return {
    shared: false,
    async append(writes) {
      return commit((open) => appendWrites(open, writes, options.now())).outcomes;
    },
    takeOver(placed, position) {
      return commit((open) => {
        if (position !== undefined) keepPosition(open.db, position);
        return takeOver(open, placed);
      }).committed;
    },
    lastRecordedAt: () => current().lastRecordedAt,
    mirrored: () => mirroredLog(current().db),
    mirror: (log) => void setMirror(current().db, log),
    revision: (stream) => revisionOf(current(), stream, NOTHING_PENDING),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    head: () => current().head,
    read: (from, to) => reader().read(from, to),
    bytes: (from, to) => reader().bytes(from, to),
    lines: (from, to) => reader().lines(from, to),
    seriesAt: (series) => reader().seriesAt(series),
    seriesCount: () => reader().seriesCount(),
    totals: () => current().sums,
    find: (id, before) => find(current(), id, before),
    linksTo: (entry) => reader().linksTo(entry),
    readStream: (stream, from, limit) => reader().readStream(stream, from, limit),
    entriesOfType: (type, after, limit) => reader().entriesOfType(type, after, limit),
    entryAtInstant: (instantMs) => reader().entryAtInstant(instantMs),
    close() {
      if (session) {
        if (session.head > 0) session.keys.keep(filterPath, session.head);
        session.db.pragma("wal_checkpoint(TRUNCATE)");
        session.db.close();
        session = undefined;
      }
      unlock();
    },
  };
}

function startSession(db: Db, filterPath: string): Session {
  const head = db.prepare("SELECT coalesce(max(entry), 0) FROM entry").pluck().get() as number;
  const keys = openKeyIndex(db, head, filterPath);
  const { sums, entry: totalsAt } = loadTotals(db);
  const session: Session = {
    db,
    keys,
    reader: createLogReader(db, keys, () => session.head),
    statements: prepare(db),
    streams: new Map(),
    absent: new Set(),
    advanced: new Set(),
    types: new Map(db.prepare("SELECT name, id FROM event_type").raw().all() as [string, number][]),
    series: new Map(),
    sums,
    head,
    lastRecordedAt: (db
      .prepare("SELECT recorded_at FROM entry WHERE entry = ?")
      .pluck()
      .get(head) ?? 0) as number,
    totalsAt,
  };
  for (let id = session.reader.seriesCount() - 1; id >= 0; id--) {
    session.series.set(seriesKey(session.reader.seriesAt(id)), id);
  }
  return session;
}

function prepare(db: Db) {
  return {
    begin: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    entry: db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?)"),
    entryStream: db.prepare("UPDATE entry SET stream = ? WHERE entry = ?"),
    movement: db.prepare("INSERT INTO movement VALUES (?, ?)"),
    link: db.prepare("INSERT INTO link VALUES (?, ?)"),
    type: db.prepare("INSERT INTO event_type (name) VALUES (?)"),
    series: db.prepare("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?)"),
    streamInsert: db.prepare("INSERT INTO stream (name, revision) VALUES (?, ?)"),
    streamUpdate: db.prepare("UPDATE stream SET revision = ? WHERE id = ?"),
    streamSelect: db.prepare("SELECT id, revision FROM stream WHERE name = ?"),
    totals: db.prepare("INSERT OR REPLACE INTO totals VALUES (1, ?, ?)"),
  };
}

type Batch = {
  readonly outcomes: Outcome[];
  readonly events: StoredEvent[];
  readonly bytes: string[];
  readonly lines: LinesBuilder;
  /** Entry of each id of the batch. */
  readonly pending: Map<string, number>;
  entry: number;
  lastRecordedAt: number;
};

function newBatch({ head, lastRecordedAt }: Session): Batch {
  return {
    outcomes: [],
    events: [],
    bytes: [],
    lines: buildLines(),
    pending: new Map(),
    entry: head,
    lastRecordedAt,
  };
}

// Runs inside a transaction. Whatever throws in here leaves the session unusable; the caller drops
// it.
function appendWrites(session: Session, writes: readonly Write[], nowMs: number): Batch {
  const batch = newBatch(session);
  batch.lastRecordedAt = Math.max(nowMs, session.lastRecordedAt);
  const recordedAt = new Date(batch.lastRecordedAt).toISOString();
  for (const write of writes) {
    const { event, stream } = write;
    const known = batch.pending.get(event.id) ?? find(session, event.id);
    if (known !== undefined) {
      batch.outcomes.push({ kind: "duplicate", entry: known });
      continue;
    }
    // The id is new, so a stream that is named after it does not exist.
    const named = isNamedAfter(stream, event.id);
    const actual = named ? "none" : revisionOf(session, stream, batch.pending);
    if (actual !== write.expected) {
      batch.outcomes.push({ kind: "conflict", stream, actual });
      continue;
    }
    const revision = actual === "none" ? 0 : actual + 1;
    const bytes = encodeEvent(event, revision, recordedAt);
    const stored = addEntry(session, batch, { write, revision, recordedAt, bytes });
    batch.outcomes.push({ kind: "appended", event: stored });
  }
  return finished(session, batch);
}

// Runs inside a transaction, like the above. Another log says what is an entry: nothing is judged
// here but that an id makes one entry only.
function takeOver(session: Session, placed: readonly Placed[]): Batch {
  const batch = newBatch(session);
  for (const one of placed) {
    const { write, revision, recordedAt, tooLate } = one;
    const { event, stream } = write;
    if (tooLate) {
      advanceStream(session, stream, revision);
      continue;
    }
    const known = batch.pending.get(event.id) ?? find(session, event.id);
    if (known !== undefined) {
      if (!isNamedAfter(stream, event.id)) advanceStream(session, stream, revision);
      continue;
    }
    // Clocks of several nodes differ a little; instants are looked up along the log all the same.
    batch.lastRecordedAt = Math.max(batch.lastRecordedAt, Date.parse(recordedAt));
    addEntry(session, batch, one);
  }
  return finished(session, batch);
}

function addEntry(session: Session, batch: Batch, placed: Placed): StoredEvent {
  const { statements } = session;
  const { write, revision, recordedAt, bytes } = placed;
  const { event: fresh, stream, links } = write;
  const entry = batch.entry + 1;
  batch.entry = entry;
  const type = typeOf(session, fresh.type);
  const named = isNamedAfter(stream, fresh.id);
  const streamId = named ? null : advanceStream(session, stream, revision);
  statements.entry.run(entry, batch.lastRecordedAt, type, streamId, bytes);
  session.keys.add(hashOfId(fresh.id), entry);
  session.absent.delete(fresh.id);
  if (links.length > 0) for (const target of new Set(links)) statements.link.run(target, entry);
  addMoves(session, write, entry, batch.lines);
  batch.pending.set(fresh.id, entry);
  const event = { entry, ...fresh, revision, recordedAt };
  batch.events.push(event);
  batch.bytes.push(bytes);
  return event;
}

function finished(session: Session, batch: Batch): Batch {
  for (const { id, revision } of session.advanced) {
    session.statements.streamUpdate.run(revision, id);
  }
  session.advanced.clear();
  const lines = batch.lines.lines();
  storeLines(session, lines);
  session.sums.addAll(lines.series, lines.amount, 0, lines.length);
  if (batch.entry - session.totalsAt >= TOTALS_EVERY) storeTotals(session, batch.entry);
  return batch;
}

function find({ reader, absent }: Session, id: string, before?: number): number | undefined {
  if (absent.has(id)) return undefined;
  const entry = reader.find(id, before);
  // Before another entry it was not looked for everywhere.
  if (entry !== undefined || before !== undefined) return entry;
  if (absent.size >= ABSENT_MAX) absent.clear();
  absent.add(id);
  return undefined;
}

/** True for a stream that is named after its first event: the key index knows whether it exists. */
function isNamedAfter(stream: string, eventId: string): boolean {
  return stream.endsWith(eventId);
}

function revisionOf(
  session: Session,
  stream: string,
  pending: ReadonlyMap<string, number>,
): number | "none" {
  const known = streamOf(session, stream);
  if (known) return known.revision;
  return firstEntryOf(session, stream, pending) === undefined ? "none" : 0;
}

/** The entry that a stream is named after, when it has no row of its own yet. */
function firstEntryOf(
  session: Session,
  stream: string,
  pending: ReadonlyMap<string, number>,
): number | undefined {
  const id = stream.slice(-36);
  const first = pending.get(id) ?? find(session, id);
  if (first === undefined) return undefined;
  const [event] = session.reader.read(first, first);
  return event?.stream === stream ? first : undefined;
}

function streamOf(session: Session, name: string): Stream | undefined {
  const cached = session.streams.get(name);
  if (cached) return cached;
  const row = session.statements.streamSelect.get(name) as Stream | undefined;
  if (row) session.streams.set(name, row);
  return row;
}

/** Moves a stream with rows of its own to its new revision; returns its number. */
function advanceStream(session: Session, name: string, revision: number): number {
  const known = streamOf(session, name);
  if (known) {
    known.revision = revision;
    session.advanced.add(known);
    return known.id;
  }
  const { lastInsertRowid } = session.statements.streamInsert.run(name, revision);
  const id = Number(lastInsertRowid);
  // From its second event on a stream has a row, and its first event then belongs to it as well.
  const first = revision === 1 ? firstEntryOf(session, name, NOTHING_PENDING) : undefined;
  if (first !== undefined) session.statements.entryStream.run(id, first);
  session.streams.set(name, { id, revision });
  return id;
}

function typeOf(session: Session, name: string): number {
  const known = session.types.get(name);
  if (known !== undefined) return known;
  const id = Number(session.statements.type.run(name).lastInsertRowid);
  session.types.set(name, id);
  return id;
}

function addMoves(
  session: Session,
  { moves, day }: Write,
  entry: number,
  into: LinesBuilder,
): void {
  for (const move of moves) {
    const key = seriesKey(move);
    let series = session.series.get(key);
    if (series === undefined) {
      series = session.series.size;
      const { measure, fund, bucket, community, project } = move;
      session.statements.series.run(series, measure, fund, bucket, community, project);
      session.series.set(key, series);
    }
    for (const amount of splitAmount(move.amount)) into.add(entry, series, day, amount);
  }
}

/** Stores the lines of a batch, many to a row; the lines of one entry stay together. */
function storeLines({ statements }: Session, lines: Lines): void {
  const { length, entry } = lines;
  for (let start = 0, stop = 0; start < length; start = stop) {
    stop = Math.min(start + LINES_PER_ROW, length);
    while (stop < length && entry[stop] === entry[stop - 1]) stop++;
    statements.movement.run(entry[start], encodeLines(lines, start, stop));
  }
}

function storeTotals(session: Session, entry: number): void {
  session.statements.totals.run(entry, Buffer.from(session.sums.pairs().buffer));
  session.totalsAt = entry;
}
