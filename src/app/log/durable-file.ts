// A small SQLite file beside the ledger whose commits are durable, like the ledger's own: what the
// log's signature rests on must survive a loss of power in the order in which it was written.

import { existsSync } from "node:fs";
import Database from "better-sqlite3";

export type Db = Database.Database;

type Options = {
  /** Makes an empty file into ours. */
  readonly ddl: string;
  /** Written into the file's header, so that another database is not taken for this one. */
  readonly applicationId: number;
};

/** Opens the file for writing, making it when there is none. */
export function openDurableFile(path: string, options: Options): Db {
  const db = new Database(path, { timeout: 5_000 });
  try {
    makeDurable(db, options);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Makes every commit to an open file durable, and an empty one into ours. */
export function makeDurable(db: Db, { ddl, applicationId }: Options): void {
  const empty = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  db.pragma("journal_mode = wal");
  db.pragma("synchronous = FULL");
  if (empty) db.exec(`BEGIN; PRAGMA application_id = ${applicationId}; ${ddl}; COMMIT`);
  checkId(db, applicationId);
}

/** Brings all that was written into the file itself, and closes it. */
export function closeDurable(db: Db): void {
  try {
    db.pragma("wal_checkpoint(TRUNCATE)");
  } catch {
    // It stands beside the file, and counts from there.
  }
  db.close();
}

/** Opens the file for reading while another process may write to it; undefined when it is absent. */
export function openFileForReading(path: string, applicationId: number): Db | undefined {
  if (!existsSync(path)) return undefined;
  const db = new Database(path, { readonly: true, timeout: 5_000 });
  try {
    checkId(db, applicationId);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** @throws Error for another program's database. */
export function checkId(db: Db, applicationId: number): void {
  if (db.pragma("application_id", { simple: true }) === applicationId) return;
  throw new Error(`${db.name} is another program's database`);
}
