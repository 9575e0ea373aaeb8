// What each source of files is made of: how its rows are told apart, which must never change, and
// where each of its files begins and ends, so that the parts of one statement make one chain.

import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import type { ImportReport } from "./report.ts";

export type Sources = {
  /** What tells rows of the source apart, in alphabetical order; undefined for a new source. */
  identityOf(source: string): string | undefined;
  /** The closing balance of the file before this one; undefined for the first. */
  balanceBefore(source: string, fileHash: string): string | undefined;
  /** Keeps a new source's identity, before its first row is recorded. */
  claim(source: string, identity: string): void;
  /** Keeps where a file ended. */
  keep(report: ImportReport): void;
  close(): void;
};

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS source (
    name TEXT PRIMARY KEY,
    identity TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS part (
    number INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    closing TEXT NOT NULL,
    UNIQUE (source, file)
  ) STRICT;
`;

/** Opens the sources at `path`; one who only reads makes no file and keeps nothing. */
export function openSources(path: string, { readOnly = false } = {}): Sources {
  const db = readOnly && !existsSync(path) ? new Database(":memory:") : open(path, readOnly);
  if (!db.readonly) db.exec(SCHEMA);
  const identity = db.prepare("SELECT identity FROM source WHERE name = ?").pluck();
  // A file that was imported before stands where it stood; a new one comes after the last.
  const before = db
    .prepare(
      `SELECT closing FROM part WHERE source = @source AND number <
         coalesce((SELECT number FROM part WHERE source = @source AND file = @fileHash), 9e15)
       ORDER BY number DESC LIMIT 1`,
    )
    .pluck();
  return {
    identityOf: (source) => identity.get(source) as string | undefined,
    balanceBefore: (source, fileHash) => before.get({ source, fileHash }) as string | undefined,
    claim(source, told) {
      db.prepare("INSERT OR IGNORE INTO source VALUES (?, ?)").run(source, told);
    },
    keep({ source, sha256, balance }) {
      if (sha256 === null || balance.closing === null) return;
      db.prepare(
        `INSERT INTO part (source, file, closing) VALUES (?, ?, ?)
         ON CONFLICT (source, file) DO UPDATE SET closing = excluded.closing`,
      ).run(source, sha256, balance.closing);
    },
    close: () => void db.close(),
  };
}

function open(path: string, readOnly: boolean): Database.Database {
  const db = new Database(path, { readonly: readOnly, timeout: 5_000 });
  if (!readOnly) db.pragma("synchronous = FULL");
  return db;
}
