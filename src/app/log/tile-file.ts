// The hash tiles of the log in one SQLite file, `log/tiles.db`. Derived from the entries: a lost file
// is made again. One transaction moves the tree from one size to the next, so that the file never
// holds half a step.

import type { Tile, TileBytes } from "../../proof/tile.ts";
import {
  checkMark,
  markOf,
  openBesideKeeper,
  openDerived,
  removeDerived,
} from "../derived-file.ts";
import { checkId, closeDurable, type Db, makeDurable } from "./durable-file.ts";

/** "ALMT" */
const APPLICATION_ID = 0x414c4d54;
const LEVELS = 64;
const TIMEOUT_MS = 5_000;

/** Of the derived file: one of another version is made anew. */
const FILE_VERSION = 1;

const DDL = `
CREATE TABLE tile (
  id INTEGER PRIMARY KEY, -- index × ${LEVELS} + level
  hashes BLOB NOT NULL,
  mark INTEGER NOT NULL
) STRICT;
CREATE TABLE tree (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  mark INTEGER NOT NULL
) STRICT;
INSERT INTO tree VALUES (1, 0, ${markOf("tree 0")});
PRAGMA user_version = ${FILE_VERSION}`;

export type TileFileReader = {
  /** Entries that the kept tiles cover. */
  size(): number;
  /** The hashes kept of a tile: its own width or more. */
  read(tile: Tile): Uint8Array | undefined;
  close(): void;
};

export type TileFile = TileFileReader & {
  /** Keeps tiles and the size they bring the tree to, durably and all at once. */
  keep(size: number, tiles: readonly TileBytes[]): void;
};

/**
 * Opens the tiles for writing, making an empty file when there is none.
 * @throws DamagedFile here and later, when the file is damaged.
 */
export function openTileFile(path: string): TileFile {
  const kept = openDerived(path, { timeout: TIMEOUT_MS }, tileFile);
  if (kept) return kept;
  removeDerived(path);
  // Something is made of an empty file.
  return openDerived(path, { timeout: TIMEOUT_MS }, tileFile) as TileFile;
}

function tileFile(db: Db): TileFile | undefined {
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (!isEmpty && !isOurVersion(db)) return undefined;
  makeDurable(db, { ddl: DDL, applicationId: APPLICATION_ID });
  const put = db.prepare("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)");
  const grow = db.prepare("UPDATE tree SET size = ?, mark = ?");
  const keep = db.transaction((size: number, tiles: readonly TileBytes[]) => {
    for (const { tile, bytes } of tiles) put.run(idOf(tile), bytes, markOf(placeOf(tile), bytes));
    grow.run(size, markOf(`tree ${size}`));
  });
  return {
    ...readerOf(db),
    keep: (size, tiles) => keep.immediate(size, tiles),
    close: () => closeDurable(db),
  };
}

/**
 * Opens the tiles for reading beside a writer; undefined when there are none.
 * @throws DamagedFile here and later, when the file is damaged.
 */
export function openTileFileReader(path: string): TileFileReader | undefined {
  return openBesideKeeper(path, (db) => {
    if (!isOurVersion(db)) return undefined;
    checkId(db, APPLICATION_ID);
    return readerOf(db);
  });
}

function isOurVersion(db: Db): boolean {
  return db.pragma("user_version", { simple: true }) === FILE_VERSION;
}

function readerOf(db: Db): TileFileReader {
  const tree = db.prepare("SELECT size, mark FROM tree");
  const kept = db.prepare("SELECT hashes, mark FROM tile WHERE id = ?");
  return {
    size() {
      const { size, mark } = tree.get() as { size: number; mark: number };
      checkMark(mark, `tree ${size}`);
      return size;
    },
    read(tile) {
      const found = kept.get(idOf(tile)) as { hashes: Uint8Array; mark: number } | undefined;
      if (found) checkMark(found.mark, placeOf(tile), found.hashes);
      return found?.hashes;
    },
    close: () => void db.close(),
  };
}

function placeOf({ level, index }: Tile): string {
  return `tile ${level} ${index}`;
}

function idOf({ level, index }: Tile): number {
  return index * LEVELS + level;
}
