// Makes inclusion and consistency proofs from a log's tiles (RFC 6962 §2.1.1 and §2.1.2).
// The recursions are the RFC's own; the tiles give the hash of any perfect subtree. Proofs are only
// as true as the tiles: whoever receives one checks it with merkle.ts against a signed root.
import { HASH_SIZE, type Hash } from "./bytes.ts";
import type { TreeHasher } from "./merkle.ts";
import { malformed } from "./proof-error.ts";
import { type SubtreeHashes, subtreeHashes } from "./subtree-hashes.ts";
import { subtreeInTile, TILE_WIDTH, tilePath, tileWidth } from "./tile.ts";
import type { TileReader } from "./tree-builder.ts";

/** A log's tiles as of one tree size. */
export interface TiledTree {
  readonly hasher: TreeHasher;
  readonly size: number;
  readonly readTile: TileReader;
  /** Where the log's hashes are kept between proofs; left out, each proof works them all out. */
  readonly known?: SubtreeHashes;
}

/** MTH(D[lo:hi]) of the tree's entries; lo is a multiple of the largest power of two below hi - lo. */
type RangeHash = (lo: number, hi: number) => Promise<Hash>;

/**
 * Proof that leaf `index` is in the tree: PATH(index, D[0:size]), RFC 6962 §2.1.1.
 * Throws RangeError when the tree has no such leaf, MALFORMED when a tile is missing or short.
 */
export async function proveInclusion(tree: TiledTree, index: number): Promise<Hash[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= tree.size) {
    throw new RangeError(`leaf ${index} is not in a tree of ${tree.size}`);
  }
  const rangeHash = rangeHasher(tree);
  const proof: Hash[] = [];
  let lo = 0;
  let hi = tree.size;
  while (hi - lo > 1) {
    const middle = lo + splitPoint(hi - lo);
    if (index < middle) {
      proof.push(await rangeHash(middle, hi));
      hi = middle;
    } else {
      proof.push(await rangeHash(lo, middle));
      lo = middle;
    }
  }
  return proof.reverse();
}

/**
 * Proof that the first `oldSize` entries are a prefix of the tree: PROOF(m, D[0:n]),
 * RFC 6962 §2.1.2. Empty for sizes 0 and `tree.size`. Throws RangeError above the tree's size,
 * MALFORMED when a tile is missing or short.
 */
export async function proveConsistency(tree: TiledTree, oldSize: number): Promise<Hash[]> {
  if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > tree.size) {
    throw new RangeError(`a tree of ${oldSize} is no prefix of one of ${tree.size}`);
  }
  if (oldSize === 0 || oldSize === tree.size) return [];
  const rangeHash = rangeHasher(tree);
  const proof: Hash[] = [];
  let lo = 0;
  let hi = tree.size;
  while (hi !== oldSize) {
    const middle = lo + splitPoint(hi - lo);
    if (oldSize <= middle) {
      proof.push(await rangeHash(middle, hi));
      hi = middle;
    } else {
      proof.push(await rangeHash(lo, middle));
      lo = middle;
    }
  }
  // SUBPROOF's flag: a verifier that starts from the old root itself need not be told it.
  if (lo > 0) proof.push(await rangeHash(lo, hi));
  return proof.reverse();
}

function rangeHasher({ hasher, size, readTile, known = subtreeHashes() }: TiledTree): RangeHash {
  // A proof visits the same few tiles again and again.
  const tiles = new Map<string, Uint8Array>();

  async function tileBytes(level: number, index: number): Promise<Uint8Array> {
    const tile = { level, index, width: tileWidth(size, level, index) };
    const path = tilePath(tile);
    const known = tiles.get(path);
    if (known !== undefined) return known;
    const bytes = await readTile(tile);
    if (bytes.length < tile.width * HASH_SIZE) {
      throw malformed(`${path} 缺失或过短`, `${path} is missing or too short`);
    }
    tiles.set(path, bytes);
    return bytes;
  }

  async function perfect(lo: number, count: number): Promise<Hash> {
    const before = known.get(lo, count);
    if (before !== undefined) return before;
    return known.keep(lo, count, await perfectInTile(lo, count));
  }

  async function perfectInTile(lo: number, count: number): Promise<Hash> {
    let level = 0;
    let unit = 1;
    while (unit * TILE_WIDTH <= count) {
      unit *= TILE_WIDTH;
      level++;
    }
    const first = lo / unit;
    const bytes = await tileBytes(level, Math.floor(first / TILE_WIDTH));
    return subtreeInTile(hasher, bytes, first % TILE_WIDTH, count / unit);
  }

  async function rangeHash(lo: number, hi: number): Promise<Hash> {
    const count = hi - lo;
    const split = splitPoint(count);
    if (count === 1 || split * 2 === count) return perfect(lo, count);
    return hasher.node(await perfect(lo, split), await rangeHash(lo + split, hi));
  }
  return rangeHash;
}

/** The largest power of two smaller than `count` (RFC 6962's k); 1 for 1. */
function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}
