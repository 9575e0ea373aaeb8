// What a log remembers between proofs and roots, so that they need not hash the same tiles again.
import type { Hash } from "./bytes.ts";
import { TILE_WIDTH } from "./tile.ts";

/**
 * Hashes of perfect subtrees of 256 leaves and more, which never change as a log grows. They are two
 * thirds of a proof's work in a tree of a million.
 */
export interface SubtreeHashes {
  /** The hash of the subtree of `count` leaves from `lo` on, if it is kept. */
  get(lo: number, count: number): Hash | undefined;
  /** Keeps the hash of a subtree that is large enough, and gives it back. */
  keep(lo: number, count: number, hash: Hash): Hash;
}

/** Enough for every such subtree of 8 million leaves: about 8 MiB. */
const KNOWN_MAX = 65_536;

/** Nothing known yet. */
export function subtreeHashes(): SubtreeHashes {
  const known = new Map<string, Hash>();
  return {
    get: (lo, count) => (count < TILE_WIDTH ? undefined : known.get(`${lo}+${count}`)),
    keep(lo, count, hash) {
      if (count < TILE_WIDTH) return hash;
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(`${lo}+${count}`, hash);
      return hash;
    },
  };
}
