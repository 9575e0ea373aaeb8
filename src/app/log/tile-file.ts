// The hash tiles of the log in one SQLite file, `log/tiles.db`. Derived from the entries: a lost file
// is made again. One transaction moves the tree from one size to the next, so that the file never
// holds half a step.

import type { Tile, TileBytes } from "../../proof/tile.ts";
import { openBesideKeeper, openDerived } from "../derived-file.ts";
import { checkId, closeDurable, type Db, makeDurable } from "./durable-file.ts";

/** "ALMT" */
const APPLICATION_ID = 0x414c4d54;
const LEVELS = 64;
const TIMEOUT_MS = 5_000;

const DDL = `
CREATE TABLE tile (
  id INTEGER PRIMARY KEY, -- index × ${LEVELS} + level
  hashes BLOB NOT NULL
) STRICT;
CREATE TABLE tree (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL
) STRICT;
INSERT INTO tree VALUES (1, 0)`;

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
  // Something is made of any file.
  return openDerived(path, { timeout: TIMEOUT_MS }, tileFile) as TileFile;
}

function tileFile(db: Db): TileFile {
  makeDurable(db, { ddl: DDL, applicationId: APPLICATION_ID });
  const put = db.prepare("INSERT OR REPLACE INTO tile VALUES (?, ?)");
  const grow = db.prepare("UPDATE tree SET size = ?");
  const keep = db.transaction((size: number, tiles: readonly TileBytes[]) => {
    for (const { tile, bytes } of tiles) put.run(idOf(tile), bytes);
    grow.run(size);
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
    checkId(db, APPLICATION_ID);
    return readerOf(db);
  });
}

function readerOf(db: Db): TileFileReader {
  const size = db.prepare("SELECT size FROM tree").pluck();
  const hashes = db.prepare("SELECT hashes FROM tile WHERE id = ?").pluck();
  return {
    size: () => size.get() as number,
    read: (tile) => hashes.get(idOf(tile)) as Uint8Array | undefined,
    close: () => void db.close(),
  };
}

function idOf({ level, index }: Tile): number {
  return index * LEVELS + level;
}
