// What the log has signed and published, in `log/signed.db`, apart from the tiles: whatever becomes
// of those, nothing is signed that contradicts what stands here.

import type { Hash } from "../../proof/bytes.ts";
import { closeDurable, type Db, openDurableFile, openFileForReading } from "./durable-file.ts";

/** "ALMS" */
const APPLICATION_ID = 0x414c4d53;

// `signed` is written before a signature exists. `known` are larger or other trees that somebody
// else was shown under our key: a log that does not continue them has forked.
const DDL = `
CREATE TABLE signed (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  root BLOB NOT NULL
) STRICT;
CREATE TABLE published (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE TABLE known (
  source TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB
) STRICT;
CREATE TABLE witness (
  key TEXT PRIMARY KEY,
  size INTEGER NOT NULL
) STRICT`;

/** The size and root of a tree. */
export type TreeHead = { readonly size: number; readonly root: Hash };

/** A checkpoint that everybody may see, with its signed text. */
export type Published = TreeHead & { readonly note: string };

/** A tree that somebody was shown; the root is null when only its size is known. */
export type KnownHead = {
  readonly source: string;
  readonly size: number;
  readonly root: Hash | null;
};

export type SignedReader = {
  signed(): TreeHead | undefined;
  published(): Published | undefined;
  known(): KnownHead[];
  /** The size a witness cosigned last, as far as we heard; 0 for one that never did. */
  witnessed(key: string): number;
  close(): void;
};

export type SignedFile = SignedReader & {
  keepSigned(head: TreeHead): void;
  keepPublished(published: Published): void;
  keepKnown(head: KnownHead): void;
  forgetKnown(source: string): void;
  keepWitnessed(key: string, size: number): void;
};

/** Opens the file for writing, making it when there is none. */
export function openSignedFile(path: string): SignedFile {
  const db = openDurableFile(path, { ddl: DDL, applicationId: APPLICATION_ID });
  const signed = db.prepare("INSERT OR REPLACE INTO signed VALUES (1, ?, ?)");
  const published = db.prepare("INSERT OR REPLACE INTO published VALUES (1, ?, ?, ?)");
  const known = db.prepare("INSERT OR REPLACE INTO known VALUES (?, ?, ?)");
  const forget = db.prepare("DELETE FROM known WHERE source = ?");
  const witnessed = db.prepare("INSERT OR REPLACE INTO witness VALUES (?, ?)");
  return {
    ...readerOf(db),
    keepSigned: ({ size, root }) => void signed.run(size, root),
    keepPublished: ({ size, root, note }) => void published.run(size, root, note),
    keepKnown: ({ source, size, root }) => void known.run(source, size, root),
    forgetKnown: (source) => void forget.run(source),
    keepWitnessed: (key, size) => void witnessed.run(key, size),
    close: () => closeDurable(db),
  };
}

/** Opens the file for reading beside a writer; undefined when the log was never signed. */
export function openSignedReader(path: string): SignedReader | undefined {
  const db = openFileForReading(path, APPLICATION_ID);
  return db && readerOf(db);
}

function readerOf(db: Db): SignedReader {
  const signed = db.prepare("SELECT size, root FROM signed");
  const published = db.prepare("SELECT size, root, note FROM published");
  const known = db.prepare("SELECT source, size, root FROM known ORDER BY source");
  const witnessed = db.prepare("SELECT size FROM witness WHERE key = ?").pluck();
  return {
    signed: () => signed.get() as TreeHead | undefined,
    published: () => published.get() as Published | undefined,
    known: () => known.all() as KnownHead[],
    witnessed: (key) => (witnessed.get(key) as number | undefined) ?? 0,
    close: () => void db.close(),
  };
}
