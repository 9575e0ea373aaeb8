// The embedded engine: one writer, one transaction and one fsync per batch, acknowledged after the
// commit. After any failed commit the file is opened anew, because what happened is unknown until
// then; the batch fails and its writers ask again with the same keys.

import { join } from "node:path";
import { closeForReaders } from "../close-for-readers.ts";
import { isDiskFull } from "../damage.ts";
import {
  type Committed,
  type EventStore,
  type LogReader,
  StoreUnavailable,
} from "../event-store.ts";
import { appendWrites, type Batch, type Placed, takeOver } from "./batch.ts";
import { FILTER_FILE } from "./key-index.ts";
import { checkMirror, keepPosition, type Mirrored, mirroredLog, setMirror } from "./mirror-row.ts";
import { type Db, openDurable, openForWriting } from "./open.ts";
import { find, type Session, startSession } from "./session.ts";
import { revisionOf } from "./streams.ts";

/** Bounds the memory of known streams; a busy ledger's funds fit many times over. */
const STREAMS_CACHED = 50_000;

export type SqliteStoreOptions = {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The shared log that the folder must mirror; left out, it must be a ledger of its own. */
  readonly mirrorOf?: string;
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
    if (isDiskFull(error)) {
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
    revision: (stream) => revisionOf(current(), stream),
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
        const { db, head, keys } = session;
        if (head > 0) keys.keep(filterPath, head);
        db.pragma("wal_checkpoint(TRUNCATE)");
        closeForReaders(db.name, () => void db.close());
        session = undefined;
      }
      unlock();
    },
  };
}
