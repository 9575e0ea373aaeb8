// What the log shows everybody: its checkpoint, its tiles and entry bundles up to the published size
// and nothing beyond, and proofs in that tree. The same for the process that signs and for readers
// beside it.

import { encodeBundle } from "../../proof/bundle.ts";
import { HASH_SIZE, type Hash, toUtf8 } from "../../proof/bytes.ts";
import { proveConsistency, proveInclusion } from "../../proof/prove.ts";
import { formatReceipt } from "../../proof/receipt.ts";
import type { SubtreeHashes } from "../../proof/subtree-hashes.ts";
import { HANDOVERS } from "../../proof/succession.ts";
import { parseTilePath, TILE_WIDTH, type Tile, tileWidth } from "../../proof/tile.ts";
import { rootFromKnown } from "../../proof/tree-builder.ts";
import { hasher } from "../crypto.ts";
import type { Handovers } from "./handovers.ts";
import type { Published } from "./signed-file.ts";

/** Where the parts of a log are read. */
export type LogSource = {
  /** Stored bytes of entries `from` … `to` as text. */
  entries(from: number, to: number): string[];
  /** The hashes of a tile or of a wider one; empty when there is none. */
  tile(tile: Tile): Uint8Array;
  /** Entries whose hashes are in the tiles. */
  treeSize(): number;
  published(): Published | undefined;
  /** The last checkpoints of retired keys. */
  readonly handovers: Handovers;
  readonly subtrees: SubtreeHashes;
};

/** A log that has a checkpoint. */
export type SignedLog = Omit<LogSource, "published"> & { published(): Published };

/** The bytes at a path below the log's prefix; undefined for what is not published. */
export function publishedFile(source: LogSource, path: string): Uint8Array | undefined {
  const published = source.published();
  if (!published) return undefined;
  if (path === "checkpoint") return toUtf8(published.note);
  if (path.startsWith(HANDOVERS)) return handoverFile(source.handovers, path, published.size);
  const address = parseTilePath(path);
  if (!address) return undefined;
  const { kind, level, index, width } = address;
  // Every width up to the published one is served: it is the tile of some smaller tree, and a reader
  // that holds that tree's checkpoint may ask for it.
  if (width > tileWidth(published.size, level, index)) return undefined;
  // A ledger put back from an older backup lacks what was published: nothing is better than a part.
  if (kind === "hashes") {
    const hashes = source.tile(address).slice(0, width * HASH_SIZE);
    return hashes.length === width * HASH_SIZE ? hashes : undefined;
  }
  const first = index * TILE_WIDTH + 1;
  const entries = source.entries(first, first + width - 1);
  return entries.length === width ? encodeBundle(entries.map(toUtf8)) : undefined;
}

/** The handovers of the published tree, by their paths. */
export function handoverPaths({ handovers }: LogSource, size: number): string[] {
  return handovers.sizes().flatMap((last) => (last <= size ? [`${HANDOVERS}${last}`] : []));
}

function handoverFile(handovers: Handovers, path: string, size: number): Uint8Array | undefined {
  const text = path.slice(HANDOVERS.length);
  const last = /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined;
  const note = last !== undefined && last <= size ? handovers.note(last) : undefined;
  return note === undefined ? undefined : toUtf8(note);
}

/** The root of the first `size` entries; undefined while the tiles do not reach that far. */
export function rootOf(source: LogSource, size: number): Hash | undefined {
  if (size > source.treeSize()) return undefined;
  return rootFromKnown({ hasher, known: source.subtrees }, size, source.tile);
}

/** Proof that an entry is in the tree of `size` entries; both lie within the tiles. */
export function inclusionProof(source: LogSource, entry: number, size: number): Promise<Hash[]> {
  const { tile: readTile, subtrees: known } = source;
  return proveInclusion({ hasher, size, readTile, known }, entry - 1);
}

/** Proof that the tree of `from` entries is the beginning of the one of `to`. */
export function consistencyProof(source: LogSource, from: number, to: number): Promise<Hash[]> {
  const { tile: readTile, subtrees: known } = source;
  return proveConsistency({ hasher, size: to, readTile, known }, from);
}

/** The `.tlog-proof` of an entry under the published checkpoint; undefined when it is not in it. */
export async function receiptOf(source: LogSource, entry: number): Promise<string | undefined> {
  const published = source.published();
  if (!published || entry < 1 || entry > published.size) return undefined;
  const [bytes = ""] = source.entries(entry, entry);
  return formatReceipt({
    index: entry - 1,
    proof: await inclusionProof(source, entry, published.size),
    checkpoint: toUtf8(published.note),
    extra: toUtf8(bytes),
  });
}
