// A small signed log in memory, for tests: deterministic keys, entries and files.
import {
  logSigner,
  publicKey,
  sha256,
  verifyEd25519,
  witnessSigner,
} from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatCheckpoint } from "../../src/proof/checkpoint.ts";
import { KEY_TYPE, type PrivateKey } from "../../src/proof/key.ts";
import { treeHasher } from "../../src/proof/merkle.ts";
import { formatNote, signNote } from "../../src/proof/note.ts";
import type { TrustPolicy } from "../../src/proof/policy.ts";
import { proveInclusion } from "../../src/proof/prove.ts";
import { publishTree } from "../../src/proof/publish.ts";
import { formatReceipt } from "../../src/proof/receipt.ts";
import { type Tile, tilePath, tileWidth } from "../../src/proof/tile.ts";
import { rootAt, type TileSource } from "../../src/proof/tree-builder.ts";
import type { Trust } from "../../src/proof/trust.ts";

export const hasher = treeHasher(sha256);

const key = (name: string, fill: number): PrivateKey => ({
  name,
  seed: new Uint8Array(32).fill(fill),
});

export const ORIGIN = "log.example/charity";
export const LOG_KEY = key(ORIGIN, 1);
export const WITNESS_KEYS = [key("witness.example/a", 2), key("witness.example/b", 3)] as const;
export const COSIGNED_AT = 1_700_000_000;

/** Trusts the test log, and asks for both witnesses. */
export const POLICY: TrustPolicy = {
  logs: [{ key: publicKey(LOG_KEY, KEY_TYPE.log) }],
  witnesses: WITNESS_KEYS.map((witness, i) => ({
    name: `w${i}`,
    key: publicKey(witness, KEY_TYPE.cosignature),
  })),
  groups: [{ name: "all", threshold: 2, members: ["w0", "w1"] }],
  quorum: "all",
};

export const TRUST: Trust = { policy: POLICY, sha256, verifyEd25519 };

/** Entry `number` (from 1), as an event's stored bytes might look. */
export function entryBytes(number: number): Uint8Array {
  return toUtf8(JSON.stringify({ entry: number, memo: "善款".repeat(number % 5) }));
}

/** A checkpoint of the test log, signed by it and by both witnesses. */
export async function signedCheckpoint(size: number, root: Uint8Array): Promise<Uint8Array> {
  const signers = [
    logSigner(LOG_KEY),
    ...WITNESS_KEYS.map((witness) => witnessSigner(witness)(COSIGNED_AT)),
  ];
  return toUtf8(
    formatNote(await signNote(formatCheckpoint({ origin: ORIGIN, size, root }), signers)),
  );
}

export interface TestLog {
  readonly size: number;
  readonly root: Uint8Array;
  /** Path to bytes: the static export. */
  readonly files: Map<string, Uint8Array>;
  readonly readTile: TileSource;
  checkpointAt(size: number): Promise<Uint8Array>;
  receipt(entry: number, size?: number): Promise<Uint8Array>;
}

/** Builds and signs a log of `size` entries. */
export async function makeLog(size: number, entry = entryBytes): Promise<TestLog> {
  const files = new Map<string, Uint8Array>();
  const entries = Array.from({ length: size }, (_, i) => entry(i + 1));
  const published = publishTree(hasher, entries);
  let next = await published.next();
  for (; !next.done; next = await published.next()) files.set(next.value.path, next.value.bytes);
  const { root } = next.value;

  // Smaller trees are read through the tiles of this one, as a log serves them.
  const readTile = (tile: Tile): Uint8Array => {
    const width = tileWidth(size, tile.level, tile.index);
    return files.get(tilePath({ ...tile, width })) ?? new Uint8Array(0);
  };
  const checkpointAt = async (n: number) => signedCheckpoint(n, rootAt(hasher, n, readTile));
  files.set("checkpoint", await checkpointAt(size));
  return {
    size,
    root,
    files,
    readTile,
    checkpointAt,
    async receipt(number, treeSize = size) {
      const tree = { hasher, size: treeSize, readTile };
      return toUtf8(
        formatReceipt({
          index: number - 1,
          proof: await proveInclusion(tree, number - 1),
          checkpoint: await checkpointAt(treeSize),
          extra: entry(number),
        }),
      );
    },
  };
}

/** What a log's evidence looks like to the verifier. */
export function evidenceOf(files: ReadonlyMap<string, Uint8Array>) {
  return { fetch: async (path: string) => files.get(path), listing: [...files.keys()] };
}

/** A copy with one bit of one byte flipped. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[Math.floor(bit / 8)] = (copy[Math.floor(bit / 8)] ?? 0) ^ (1 << (bit % 8));
  return copy;
}
