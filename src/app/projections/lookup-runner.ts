// Keeps one lookup in step with the log. Keys are stored as hashes, clustered by time like the key
// index of the log, so that adding them stays cheap; whoever finds an entry compares the text.

import { hash } from "node:crypto";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Lookup } from "../../../projections/lookup.ts";
import type { StoredEvent } from "../../domain/event.ts";
import type { LogReader } from "../../store/event-store.ts";

const BUCKET_ENTRIES = 16_384;
const PAGE = 8_192;

/** Entries folded before the file is written: what a crash folds again. */
const KEEP_EVERY = 4_096;

export type LookupRunner = {
  readonly lookup: Lookup;
  status(): {
    readonly name: string;
    readonly version: number;
    readonly entry: number;
    readonly lagEntries: number;
  };
  follow(events: readonly StoredEvent[]): void;
  /** Events after entry `after` that have this key, in order, at most `limit`. */
  find(key: string, after: number, limit: number): StoredEvent[];
  close(): void;
};

type Pending = { readonly hash: number; readonly entry: number };

/** Opens a lookup over a log and brings it up to the head. */
export function openLookup(dir: string, lookup: Lookup, log: LogReader): LookupRunner {
  const db = new Database(join(dir, `${lookup.name}.v${lookup.version}.db`));
  db.pragma("journal_mode = WAL");
  // Derived data: a lost commit is folded again from the log.
  db.pragma("synchronous = NORMAL");
  db.exec(`
    CREATE TABLE IF NOT EXISTS key (
      bucket INTEGER NOT NULL, hash INTEGER NOT NULL, entry INTEGER NOT NULL,
      PRIMARY KEY (bucket, hash, entry)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS progress (id INTEGER PRIMARY KEY CHECK (id = 1), entry INTEGER NOT NULL) STRICT;
  `);
  const insert = db.prepare("INSERT OR IGNORE INTO key VALUES (?, ?, ?)");
  const readProgress = db.prepare("SELECT entry FROM progress").pluck();
  const progress = db.prepare("INSERT OR REPLACE INTO progress VALUES (1, ?)");
  const select = db
    .prepare("SELECT entry FROM key WHERE bucket = ? AND hash = ? ORDER BY entry DESC")
    .pluck();
  // A file that knows more than the log was filled from another one: it is made anew.
  if (((readProgress.get() ?? 0) as number) > log.head())
    db.exec("DELETE FROM key; DELETE FROM progress");
  let kept = (readProgress.get() ?? 0) as number;
  let entry = kept;
  let pending: Pending[] = [];

  const keep = db.transaction(() => {
    for (const { hash: key, entry: at } of pending)
      insert.run(Math.floor(at / BUCKET_ENTRIES), key, at);
    progress.run(entry);
    kept = entry;
    pending = [];
  });

  function follow(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (event.entry <= entry) continue;
      for (const key of lookup.keys(event)) pending.push({ hash: hashOf(key), entry: event.entry });
      entry = event.entry;
    }
    if (entry - kept >= KEEP_EVERY) keep();
  }

  function candidates(key: number): number[] {
    const found = pending
      .filter(({ hash }) => hash === key)
      .map(({ entry: at }) => at)
      .reverse();
    for (let bucket = Math.floor(kept / BUCKET_ENTRIES); bucket >= 0; bucket--) {
      for (const at of select.all(bucket, key)) found.push(at as number);
    }
    return found;
  }

  for (let from = entry + 1; from <= log.head(); from = entry + 1) {
    follow(log.read(from, Math.min(from + PAGE - 1, log.head())));
  }
  return {
    lookup,
    status: () => ({
      name: lookup.name,
      version: lookup.version,
      entry,
      lagEntries: log.head() - entry,
    }),
    follow,
    find(key, after, limit) {
      return candidates(hashOf(key))
        .filter((at) => at > after)
        .sort((a, b) => a - b)
        .flatMap((at) => log.read(at, at))
        .filter((event) => lookup.keys(event).includes(key))
        .slice(0, limit);
    },
    close() {
      keep();
      db.close();
    },
  };
}

/** The first 48 bits of SHA-256, a safe integer. */
function hashOf(key: string): number {
  return Number.parseInt(hash("sha256", key, "hex").slice(0, 12), 16);
}
