// A lookup's file: derived, so it may be deleted and is made anew.

import { createHash, hash } from "node:crypto";
import type Database from "better-sqlite3";
import { openBesideKeeper, openDerived } from "../derived-file.ts";

/** Keys are clustered by so many entries. */
export const BUCKET_ENTRIES = 16_384;

export type Key = { readonly hash: number; readonly entry: number };
/** Many keys, as hash and entry in turn. */
export type Keys = Float64Array;

/** What is kept of a key: the first 48 bits of SHA-256, a safe integer. */
export function hashOfKey(key: string): number {
  return Number.parseInt(hash("sha256", key, "hex").slice(0, 12), 16);
}

/** The bucket that an entry's keys are in. */
export function bucketOf(entry: number): number {
  return Math.floor(entry / BUCKET_ENTRIES);
}

export type LookupFile = {
  /** False for a file that another process keeps. */
  readonly writable: boolean;
  /** The last entry that the file was filled from. */
  entry(): number;
  /** Adds keys and says how far the file now reaches, in one transaction. */
  add(keys: readonly Key[], entry: number): void;
  /** The entries of a bucket that may have a key. */
  find(bucket: number, hash: number): number[];
  /** The keys of a bucket's entries up to one, as columns, by entry, then by hash. */
  bucket(bucket: number, upTo: number): { readonly hashes: number[]; readonly entries: number[] };
  /** How far the file reaches, and how many keys it holds. */
  extent(): { readonly entry: number; readonly keys: number };
  /** How far the file reaches, and a digest of all it holds. */
  snapshot(): { readonly entry: number; readonly digest: string };
  close(): void;
};

/** Opens a lookup file, making it when there is none. @throws DamagedFile for one that is damaged. */
export function openLookupFile(path: string): LookupFile {
  // Something is made of any file.
  return openDerived(path, {}, usable) as LookupFile;
}

function usable(db: Database.Database): LookupFile {
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
  return lookupFile(db);
}

/**
 * Opens the file of a lookup that another process may keep; undefined when there is none yet.
 * @throws DamagedFile for one that is damaged.
 */
export function readLookupFile(path: string): LookupFile | undefined {
  return openBesideKeeper(path, (db) => {
    const made = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'progress'").pluck();
    return made.get() === 1 ? lookupFile(db) : undefined;
  });
}

function lookupFile(db: Database.Database): LookupFile {
  const insert = db.prepare("INSERT OR IGNORE INTO key VALUES (?, ?, ?)");
  const progress = db.prepare("INSERT OR REPLACE INTO progress VALUES (1, ?)");
  const reach = db.prepare("SELECT entry FROM progress").pluck();
  const select = db.prepare("SELECT entry FROM key WHERE bucket = ? AND hash = ?").pluck();
  // One text for each column: rows one by one take several times as long.
  const ofBucket = db
    .prepare(
      `SELECT json_group_array(hash), json_group_array(entry) FROM
         (SELECT hash, entry FROM key WHERE bucket = ? AND entry <= ? ORDER BY entry, hash)`,
    )
    .raw();
  const count = db.prepare("SELECT count(*) FROM key").pluck();
  const entry = () => (reach.get() ?? 0) as number;
  return {
    writable: !db.readonly,
    entry,
    add: db.transaction((keys: readonly Key[], upTo: number) => {
      for (const { hash, entry: at } of keys) insert.run(bucketOf(at), hash, at);
      progress.run(upTo);
    }),
    find: (bucket, hash) => select.all(bucket, hash) as number[],
    bucket(number, upTo) {
      const texts = ofBucket.get(number, upTo) as [hashes: string, entries: string];
      const [hashes = [], entries = []] = texts.map((text) => JSON.parse(text) as number[]);
      return { hashes, entries };
    },
    extent: db.transaction(() => ({ entry: entry(), keys: count.get() as number })),
    snapshot: db.transaction(() => {
      const digest = createHash("sha256");
      const rows = db.prepare("SELECT bucket, hash, entry FROM key ORDER BY bucket, hash, entry");
      for (const row of rows.raw().iterate()) digest.update(JSON.stringify(row));
      return { entry: entry(), digest: digest.digest("hex") };
    }),
    close() {
      try {
        if (!db.readonly) db.pragma("wal_checkpoint(TRUNCATE)");
      } finally {
        db.close();
      }
    },
  };
}
