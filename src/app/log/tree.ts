// The log's tree in step with the log: leaf by leaf in memory, tile by tile on disk. Memory holds
// the right edge and the tiles that are not on disk yet, never more than a bound of them.

import { equalBytes, HASH_SIZE, type Hash } from "../../proof/bytes.ts";
import { hashInTile, TILE_WIDTH, type Tile, type TileBytes, tilePath } from "../../proof/tile.ts";
import { resumeTreeBuilder, rootAt } from "../../proof/tree-builder.ts";
import { hasher, leafOfText } from "../crypto.ts";
import type { TileFile } from "./tile-file.ts";

/** Full tiles held in memory before they are written: 2 MiB. */
const PENDING_TILES_MAX = 256;

export type LogTree = {
  size(): number;
  /** Adds the next entries by their stored bytes. */
  append(entries: readonly string[]): void;
  /** Root of the first `size` entries; `size` is at most the tree's. */
  rootAt(size: number): Hash;
  /** A tile of the tree, or a wider one; empty bytes when the tree has none. */
  read(tile: Tile): Uint8Array;
  /** Makes everything so far durable. */
  keep(): void;
};

/** Goes on with the tree that a file holds, from at most `size` of its entries. */
export function openTree(file: TileFile, size: number): LogTree {
  const builder = resumeTreeBuilder(hasher, size, (tile) => file.read(tile) ?? missing(tile));
  const pending = new Map<string, TileBytes>();
  // A tree that starts below what the file holds writes its tiles over those.
  let keptSize = size === file.size() ? size : -1;

  function keep(): void {
    if (builder.size() === keptSize) return;
    file.keep(builder.size(), [...pending.values(), ...builder.edge()]);
    pending.clear();
    keptSize = builder.size();
  }

  function read(tile: Tile): Uint8Array {
    const full = pending.get(tilePath({ ...tile, width: TILE_WIDTH }));
    if (full) return full.bytes;
    return builder.edgeTile(tile) ?? file.read(tile) ?? new Uint8Array(0);
  }

  return {
    size: builder.size,
    append(entries) {
      for (const entry of entries) {
        builder.append(leafOfText(entry));
        if (builder.size() % TILE_WIDTH > 0) continue;
        for (const full of builder.takeFullTiles()) pending.set(tilePath(full.tile), full);
        if (pending.size >= PENDING_TILES_MAX) keep();
      }
    },
    rootAt: (at) => (at === builder.size() ? builder.root() : rootAt(hasher, at, read)),
    read,
    keep,
  };
}

function missing(tile: Tile): never {
  throw new Error(`${tilePath(tile)} is missing from the log's tiles`);
}

/**
 * Whether the last tile of leaves holds the hashes of the entries that the ledger has there now.
 * It tells in a moment a ledger file that was put back or exchanged under its tiles.
 */
export function lastTileHolds(
  file: TileFile,
  size: number,
  entriesOf: (from: number, to: number) => string[],
): boolean {
  if (size === 0) return true;
  const index = Math.floor((size - 1) / TILE_WIDTH);
  const bytes = file.read({ level: 0, index, width: size - index * TILE_WIDTH });
  const entries = entriesOf(index * TILE_WIDTH + 1, size);
  return entries.every((entry, at) => {
    const kept = bytes && hashInTile(bytes, at);
    return kept?.length === HASH_SIZE && equalBytes(kept, leafOfText(entry));
  });
}
