// Grows a Merkle tree leaf by leaf in bounded memory, giving out each tile once it is full.
// Only the partial tiles of the right edge are kept (at most 8 KB a level): they are also all that
// is needed to resume after a restart and to compute the root.
import { HASH_SIZE, type Hash } from "./bytes.ts";
import type { TreeHasher } from "./merkle.ts";
import { type SubtreeHashes, subtreeHashes } from "./subtree-hashes.ts";
import { hashesAtLevel, subtreeInTile, TILE_WIDTH, type Tile, type TileBytes } from "./tile.ts";

/** Gives at least the first `tile.width` hashes of a tile; more may follow them. */
export type TileReader = (tile: Tile) => Uint8Array | Promise<Uint8Array>;

/** The same for tiles that are at hand: a log's own root must not wait for anything. */
export type TileSource = (tile: Tile) => Uint8Array;

/** A growing tree. */
export interface TreeBuilder {
  /** Entries appended so far. */
  size(): number;
  /** Adds the next leaf hash. */
  append(leaf: Hash): void;
  /** Root of the tree as it is now (RFC 6962 §2.1). */
  root(): Hash;
  /** The tiles that became full since the last call, in the order in which they did. */
  takeFullTiles(): TileBytes[];
  /** Copies of the partial tiles of the current size, lowest level first. */
  edge(): TileBytes[];
  /** A copy of the partial tile at this place, if the right edge has one there. */
  edgeTile(place: Pick<Tile, "level" | "index">): Uint8Array | undefined;
}

interface Row {
  /** Hashes this level has in the whole tree. */
  count: number;
  /** The tile being filled: `count % 256` hashes of it are set. */
  bytes: Uint8Array;
}

/** Starts an empty tree. */
export function createTreeBuilder(hasher: TreeHasher): TreeBuilder {
  return builderFrom(hasher, []);
}

/** Goes on with a tree of `size` entries from its partial tiles. */
export function resumeTreeBuilder(
  hasher: TreeHasher,
  size: number,
  readTile: TileSource,
): TreeBuilder {
  return builderFrom(hasher, readEdge(size, readTile));
}

/** Root of the first `size` entries of a tree, from the partial tiles of that size. */
export function rootAt(hasher: TreeHasher, size: number, readTile: TileSource): Hash {
  return edgeRoot(hasher, readEdge(size, readTile));
}

/** The same with hashes that are kept between roots. */
export function rootFromKnown(
  { hasher, known }: { readonly hasher: TreeHasher; readonly known: SubtreeHashes },
  size: number,
  readTile: TileSource,
): Hash {
  return edgeRoot(hasher, readEdge(size, readTile), known);
}

function builderFrom(hasher: TreeHasher, rows: Row[]): TreeBuilder {
  let full: TileBytes[] = [];

  function push(level: number, hash: Hash): void {
    const row = rows[level] ?? emptyRow();
    rows[level] = row;
    row.bytes.set(hash, (row.count % TILE_WIDTH) * HASH_SIZE);
    row.count++;
    if (row.count % TILE_WIDTH > 0) return;
    const bytes = row.bytes;
    row.bytes = emptyRow().bytes;
    full.push({ tile: { level, index: row.count / TILE_WIDTH - 1, width: TILE_WIDTH }, bytes });
    push(level + 1, subtreeInTile(hasher, bytes, 0, TILE_WIDTH));
  }

  return {
    size: () => rows[0]?.count ?? 0,
    append(leaf) {
      if (leaf.length !== HASH_SIZE) throw new RangeError("a leaf hash is 32 bytes");
      push(0, leaf);
    },
    root: () => edgeRoot(hasher, rows),
    takeFullTiles() {
      const taken = full;
      full = [];
      return taken;
    },
    edge: () => rows.flatMap(partialTile),
    edgeTile({ level, index }) {
      const row = rows[level];
      const [partial] = row ? partialTile(row, level) : [];
      return partial?.tile.index === index ? partial.bytes : undefined;
    },
  };
}

function emptyRow(): Row {
  return { count: 0, bytes: new Uint8Array(TILE_WIDTH * HASH_SIZE) };
}

function partialTile(row: Row, level: number): TileBytes[] {
  const width = row.count % TILE_WIDTH;
  if (width === 0) return [];
  const index = Math.floor(row.count / TILE_WIDTH);
  return [{ tile: { level, index, width }, bytes: row.bytes.slice(0, width * HASH_SIZE) }];
}

function readEdge(size: number, readTile: TileSource): Row[] {
  const rows: Row[] = [];
  for (let level = 0; ; level++) {
    const count = hashesAtLevel(size, level);
    if (count === 0) return rows;
    const row = { ...emptyRow(), count };
    const width = count % TILE_WIDTH;
    if (width > 0) {
      const tile = { level, index: Math.floor(count / TILE_WIDTH), width };
      row.bytes.set(readTile(tile).subarray(0, width * HASH_SIZE));
    }
    rows.push(row);
  }
}

/**
 * The whole tree is the perfect subtrees that the binary digits of its size stand for, joined
 * from the right. Each partial tile of the edge holds up to eight of them.
 */
function edgeRoot(
  hasher: TreeHasher,
  rows: readonly Row[],
  known: SubtreeHashes = subtreeHashes(),
): Hash {
  let root: Hash | undefined;
  let unit = 1;
  for (const row of rows) {
    let end = row.count % TILE_WIDTH;
    const first = row.count - end;
    while (end > 0) {
      const count = end & -end;
      end -= count;
      const [lo, leaves] = [(first + end) * unit, count * unit];
      const subtree =
        known.get(lo, leaves) ??
        known.keep(lo, leaves, subtreeInTile(hasher, row.bytes, end, count));
      root = root === undefined ? subtree : hasher.node(subtree, root);
    }
    unit *= TILE_WIDTH;
  }
  return root ?? hasher.empty();
}
