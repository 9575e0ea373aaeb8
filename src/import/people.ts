// Names from files, kept apart from the log: a name becomes a random reference here, and only the
// reference goes on. Deleting a row forgets the name; deleting the file forgets them all, and with
// the secret the way to tell that a file was imported before. It is to be backed up like the log.

import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { plainText } from "./cell-text.ts";

/** What the importer needs to know about people. */
export type People = {
  /** Keys the identities of rows, so that names cannot be guessed from them. */
  readonly secret: Uint8Array;
  /** An opaque reference for each name: random, and the same whenever the name comes again. */
  readonly refOf: (names: readonly string[]) => Promise<string[]>;
};

/** The local table of names. */
export type PeopleFile = People & { readonly close: () => void };

const SECRET_BYTES = 32;
const REF_BYTES = 16;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS person (
    name TEXT PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS secret (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    bytes BLOB NOT NULL
  ) STRICT;
`;

/** Opens the table of names at `path`, readable by its owner only, and makes it where it is new. */
export function openPeople(path: string): PeopleFile {
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(SCHEMA);
  db.prepare("INSERT OR IGNORE INTO secret (id, bytes) VALUES (1, ?)").run(
    randomBytes(SECRET_BYTES),
  );
  const find = db.prepare<[string], { ref: string }>("SELECT ref FROM person WHERE name = ?");
  const add = db.prepare("INSERT INTO person (name, ref) VALUES (?, ?)");
  const refOf = db.transaction((names: readonly string[]) => {
    // Drawn together, for each draw takes some seven microseconds.
    const drawn = randomBytes(REF_BYTES * names.length);
    return names.map((written, at) => {
      const name = plainText(written);
      const known = find.get(name);
      if (known) return known.ref;
      const ref = drawn.toString("hex", at * REF_BYTES, (at + 1) * REF_BYTES);
      add.run(name, ref);
      return ref;
    });
  });
  return {
    secret: secretOf(db),
    refOf: async (names) => refOf.immediate(names),
    close: () => void db.close(),
  };
}

/** The people of a dry run: the same identities where `path` exists, and nothing is written. */
export function peekPeople(path: string): PeopleFile {
  const secret = existsSync(path) ? readSecret(path) : randomBytes(SECRET_BYTES);
  const refOf = async (): Promise<never> => {
    throw new Error("a dry run gives no one a reference");
  };
  return { secret, refOf, close: () => {} };
}

function readSecret(path: string): Uint8Array {
  const db = new Database(path, { readonly: true });
  try {
    return secretOf(db);
  } finally {
    db.close();
  }
}

function secretOf(db: Database.Database): Uint8Array {
  const row = db.prepare<[], { bytes: Buffer }>("SELECT bytes FROM secret WHERE id = 1").get();
  if (row?.bytes.length !== SECRET_BYTES) throw new Error("the table of names has no secret");
  return row.bytes;
}
