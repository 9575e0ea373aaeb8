// Where a tree's hashes and entries lie: the tile geometry and paths of c2sp.org/tlog-tiles.
// A path has one spelling; everything else is not a path. No bytes are read here.
import { HASH_SIZE, type Hash } from "./bytes.ts";
import type { TreeHasher } from "./merkle.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Levels a tree of at most 2^53 entries can have, and a little more (spec: 0 to 63). */
const LEVEL_MAX = 63;

/**
 * One tile: hashes `index * 256` to `index * 256 + width - 1` of level `level`, each the root of
 * 256^level entries. `width` is 1 to 256; below 256 the tile is partial.
 */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A tile with its hashes: `width * 32` bytes. */
export interface TileBytes {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/** Hashes a tree of `size` entries has at a tile level: each covers 256^level whole entries. */
export function hashesAtLevel(size: number, level: number): number {
  let count = size;
  for (let i = 0; i < level && count > 0; i++) count = Math.floor(count / TILE_WIDTH);
  return count;
}

/** Width of a tile in a tree of `size` entries: 0 (absent) to 256. */
export function tileWidth(size: number, level: number, index: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, hashesAtLevel(size, level) - index * TILE_WIDTH));
}

/** All tiles of a tree, level by level: the full ones, then the partial one at the right edge. */
export function tilesOf(size: number): Generator<Tile> {
  return newTiles(0, size);
}

/**
 * The tiles to publish when a tree grows from `oldSize` to `newSize`: each tile that became full,
 * and the partial tile at the right edge of each level where it changed.
 */
export function* newTiles(oldSize: number, newSize: number): Generator<Tile> {
  for (let level = 0; level <= LEVEL_MAX; level++) {
    const count = hashesAtLevel(newSize, level);
    const oldCount = hashesAtLevel(oldSize, level);
    if (count === oldCount) return;
    for (let index = Math.floor(oldCount / TILE_WIDTH); index * TILE_WIDTH < count; index++) {
      yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
    }
  }
}

/** The entry bundles to publish when a tree grows: they lie exactly as the level 0 tiles do. */
export function* newBundles(oldSize: number, newSize: number): Generator<Tile> {
  for (const tile of newTiles(oldSize, newSize)) {
    if (tile.level > 0) return;
    yield tile;
  }
}

/** Path of a tile below the log's prefix: `tile/0/x001/234.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${indexPath(index)}${widthSuffix(width)}`;
}

/** Path of an entry bundle below the log's prefix: `tile/entries/x001/234.p/17`. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${widthSuffix(width)}`;
}

/** What a path names: hashes or entries. */
export interface TileAddress extends Tile {
  readonly kind: "hashes" | "entries";
}

const PATH =
  /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Reads a path; undefined for everything that is not the one spelling of a tile or bundle. */
export function parseTilePath(path: string): TileAddress | undefined {
  const match = PATH.exec(path);
  if (match === null) return undefined;
  const [, place, digits, partial] = match;
  const index = Number(digits?.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const level = place === "entries" ? 0 : Number(place);
  const kind = place === "entries" ? "entries" : "hashes";
  const canonical =
    kind === "entries" ? bundlePath(index, width) : tilePath({ level, index, width });
  if (level > LEVEL_MAX || width > TILE_WIDTH || canonical !== path) return undefined;
  return { kind, level, index, width };
}

/** Three digits per folder, all but the last marked x, so no file is ever also a folder. */
function indexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return groups.join("/");
}

function widthSuffix(width: number): string {
  return width === TILE_WIDTH ? "" : `.p/${width}`;
}

/** The hash at a position of a tile, as a view into the tile's bytes. */
export function hashInTile(bytes: Uint8Array, position: number): Hash {
  return bytes.subarray(position * HASH_SIZE, (position + 1) * HASH_SIZE);
}

/** Root of the `count` hashes (a power of two) from `start` on: one perfect subtree of a tile. */
export function subtreeInTile(
  hasher: TreeHasher,
  bytes: Uint8Array,
  start: number,
  count: number,
): Hash {
  // One copy, in which each row of the subtree is written over the one below it.
  const row = new Uint8Array(bytes.subarray(start * HASH_SIZE, (start + count) * HASH_SIZE));
  for (let width = count; width > 1; width /= 2) {
    for (let at = 0; at < width; at += 2) {
      hasher.pair(row, at * HASH_SIZE, (at / 2) * HASH_SIZE);
    }
  }
  return row.slice(0, HASH_SIZE);
}
