// Closing a SQLite file so that it can be read whatever happens to the disk. Whoever closes a file last
// deletes what SQLite keeps beside it, and whoever reads it next has to make that again, which takes
// room; a connection that only reads leaves it where it is.

import Database from "better-sqlite3";

/** Closes the file at a path, and leaves beside it what a reader needs. */
export function closeForReaders(path: string, close: () => void): void {
  const last = openLast(path);
  try {
    close();
  } finally {
    last?.close();
  }
}

/** What cannot be opened now is read once there is room. */
function openLast(path: string): Database.Database | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true });
    db.pragma("user_version");
    return db;
  } catch {
    db?.close();
    return undefined;
  }
}
