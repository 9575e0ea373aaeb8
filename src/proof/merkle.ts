// The Merkle tree of RFC 6962 §2.1: its hashes, and the two checks that need no tree.
// RFC 9162 §2.1 states the same tree and writes the checks out as algorithms; they are followed
// here step by step. Sizes are plain integers up to 2^53 - 1, so no bit operators on them.
import { equalBytes, HASH_SIZE, type Hash, type Sha256, type Sha256Into } from "./bytes.ts";

/** The longest entry: an entry bundle states the length in 16 bits (c2sp.org/tlog-tiles). */
export const ENTRY_SIZE_MAX = 65_535;

/** The hash functions of the tree. Inputs are copied; results are fresh. */
export interface TreeHasher {
  /** Hash of an entry's stored bytes: SHA-256(0x00 || entry) (RFC 6962 §2.1). */
  leaf(entry: Uint8Array): Hash;
  /** Hash of two neighbours: SHA-256(0x01 || left || right) (RFC 6962 §2.1). */
  node(left: Hash, right: Hash): Hash;
  /** The same of the two hashes in `bytes` from `from` on, written over those from `to` on. */
  pair(bytes: Uint8Array, from: number, to: number): void;
  /** Root of the tree without entries: SHA-256 of nothing (RFC 6962 §2.1). */
  empty(): Hash;
}

/** Makes the tree's hash functions from SHA-256. */
export function treeHasher(
  sha256: Sha256,
  sha256Into: Sha256Into = (data, into, at) => into.set(sha256(data), at),
): TreeHasher {
  const leafInput = new Uint8Array(1 + ENTRY_SIZE_MAX);
  const nodeInput = new Uint8Array(1 + 2 * HASH_SIZE);
  nodeInput[0] = 1;
  return {
    leaf(entry) {
      if (entry.length > ENTRY_SIZE_MAX) {
        throw new RangeError(`an entry of ${entry.length} bytes cannot be a leaf`);
      }
      leafInput.set(entry, 1);
      return sha256(leafInput.subarray(0, 1 + entry.length));
    },
    node(left, right) {
      nodeInput.set(left, 1);
      nodeInput.set(right, 1 + HASH_SIZE);
      return sha256(nodeInput);
    },
    pair(bytes, from, to) {
      // Without a view, of which a proof would make hundreds.
      for (let at = 0; at < 2 * HASH_SIZE; at++) nodeInput[1 + at] = bytes[from + at] as number;
      sha256Into(nodeInput, bytes, to);
    },
    empty: () => sha256(new Uint8Array(0)),
  };
}

/** What an inclusion proof claims: `leaf` is entry `index + 1` of the tree (`size`, `root`). */
export interface InclusionClaim {
  readonly leaf: Hash;
  /** Zero-based leaf index. */
  readonly index: number;
  readonly size: number;
  readonly root: Hash;
  /** Sibling hashes from the leaf up to the root's child. */
  readonly proof: readonly Hash[];
}

/** Checks an inclusion proof ("Merkle audit path"): RFC 9162 §2.1.3.2. */
export function verifyInclusion(hasher: TreeHasher, claim: InclusionClaim): boolean {
  const { leaf, index, size, root, proof } = claim;
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0 || sibling.length !== HASH_SIZE) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = hasher.node(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash = hasher.node(hash, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equalBytes(hash, root);
}

/** What a consistency proof claims: the old tree is a prefix of the new one. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Hash;
  readonly newSize: number;
  readonly newRoot: Hash;
  readonly proof: readonly Hash[];
}

/**
 * Checks a consistency proof: RFC 9162 §2.1.4.2.
 * The empty tree is a prefix of every tree; its proof is empty (c2sp.org/tlog-witness).
 */
export function verifyConsistency(hasher: TreeHasher, claim: ConsistencyClaim): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && equalBytes(oldRoot, hasher.empty());
  if (proof.length === 0 || proof.some((hash) => hash.length !== HASH_SIZE)) return false;

  let fn = oldSize - 1;
  let sn = newSize - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  // fn is 0 exactly when the old size is a power of two: then the old root opens the path.
  const [seed, ...rest] = fn === 0 ? [oldRoot, ...proof] : proof;
  let oldHash = seed as Hash; // the path is not empty: checked above
  let newHash = oldHash;
  for (const step of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldHash = hasher.node(step, oldHash);
      newHash = hasher.node(step, newHash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      newHash = hasher.node(newHash, step);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
