// Reads a published log from its first entry to its last and rebuilds the tree from them.
// Every byte of every bundle and tile is read and compared; memory stays bounded by one bundle, the
// right edge of the tree and what the caller asked to remember.

import { decodeBundle } from "./bundle.ts";
import { equalBytes, firstDifference, HASH_SIZE, type Hash } from "./bytes.ts";
import { type OlderPartials, olderPartialPaths } from "./listing.ts";
import type { TreeHasher } from "./merkle.ts";
import { isProofError } from "./proof-error.ts";
import { bundlePath, TILE_WIDTH, type TileBytes, tilePath } from "./tile.ts";
import { createTreeBuilder } from "./tree-builder.ts";
import type { Lie } from "./verdict.ts";

/** Gets a file of the log by its path; undefined when there is none. */
export type Fetch = (path: string) => Promise<Uint8Array | undefined>;

/** Called with each entry in order; numbers start at 1. The bytes are a view: copy to keep. */
export type OnEntry = (entry: number, bytes: Uint8Array) => void;

export interface TreeInput {
  readonly hasher: TreeHasher;
  readonly size: number;
  readonly fetch: Fetch;
  /** Tree sizes whose roots are wanted. */
  readonly rootSizes: ReadonlySet<number>;
  /** Leaf indexes whose hashes are wanted. */
  readonly leafIndexes: ReadonlySet<number>;
  /** Partial tiles of smaller trees that lie beside the tree's own, to be compared as well. */
  readonly olderPartials: OlderPartials;
  readonly onEntry?: OnEntry | undefined;
}

export interface TreeReading {
  /** Root over all entries; undefined when not every entry could be read. */
  readonly root: Hash | undefined;
  readonly roots: ReadonlyMap<number, Hash>;
  readonly leaves: ReadonlyMap<number, Hash>;
  readonly bytes: number;
  readonly tiles: number;
  /** First bundle that is missing or malformed, or differs from an older copy of itself. */
  readonly entryLie: Lie | undefined;
  /** First tile that is missing or differs from what its entries give. */
  readonly tileLie: Lie | undefined;
  /**
   * The entry behind `tileLie`, where that is a leaf: if the root is wrong as well, it is the entry
   * that was changed and not the tile.
   */
  readonly accusedEntry: Lie | undefined;
}

interface Progress {
  bytes: number;
  tiles: number;
  entryLie: Lie | undefined;
  tileLie: Lie | undefined;
  accusedEntry: Lie | undefined;
  /** The bundle read last: where each of its entries begins. */
  bundle: { readonly path: string; readonly offsets: readonly number[] };
}

/** Reads the log; see TreeReading for what comes out. */
export async function readTree(input: TreeInput): Promise<TreeReading> {
  const { hasher, size, rootSizes } = input;
  const builder = createTreeBuilder(hasher);
  const roots = new Map<number, Hash>();
  const leaves = new Map<number, Hash>();
  const progress: Progress = {
    bytes: 0,
    tiles: 0,
    entryLie: undefined,
    tileLie: undefined,
    accusedEntry: undefined,
    bundle: { path: "", offsets: [] },
  };
  if (rootSizes.has(0)) roots.set(0, builder.root());

  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const entries = await readBundle(input, index, progress);
    if (entries === undefined) break;
    for (const entry of entries) {
      const leafIndex = builder.size();
      const leaf = hasher.leaf(entry);
      builder.append(leaf);
      if (input.leafIndexes.has(leafIndex)) leaves.set(leafIndex, leaf);
      if (rootSizes.has(leafIndex + 1)) roots.set(leafIndex + 1, builder.root());
      input.onEntry?.(leafIndex + 1, entry);
    }
    for (const tile of builder.takeFullTiles()) await compareTile(input, tile, progress);
  }
  const complete = builder.size() === size;
  if (complete) for (const tile of builder.edge()) await compareTile(input, tile, progress);
  return {
    root: complete ? builder.root() : undefined,
    roots,
    leaves,
    bytes: progress.bytes,
    tiles: progress.tiles,
    entryLie: progress.entryLie,
    tileLie: progress.tileLie,
    accusedEntry: progress.accusedEntry,
  };
}

/** The entries of one bundle, or undefined after a lie that leaves no entries to go on with. */
async function readBundle(
  input: TreeInput,
  index: number,
  progress: Progress,
): Promise<Uint8Array[] | undefined> {
  const width = Math.min(TILE_WIDTH, input.size - index * TILE_WIDTH);
  const path = bundlePath(index, width);
  const entry = index * TILE_WIDTH + 1;
  const bundle = await fetchTile(input.fetch, path, bundlePath(index, TILE_WIDTH));
  if (bundle === undefined) {
    progress.entryLie ??= { what: missing, path, entry };
    return undefined;
  }
  try {
    const { entries, end } = decodeBundle(bundle.bytes, width);
    if (!bundle.wider && end !== bundle.bytes.length) {
      progress.entryLie ??= { what: trailing, path, offset: end };
    }
    progress.bytes += end;
    progress.bundle = {
      path,
      offsets: entries.map((view) => view.byteOffset - bundle.bytes.byteOffset),
    };
    await compareOlderBundles(input, index, bundle.bytes, entries, progress);
    return entries;
  } catch (error) {
    if (!isProofError(error)) throw error;
    progress.entryLie ??= { what: error.text, path, entry };
    return undefined;
  }
}

/** A bundle of a smaller tree holds the first entries of the present one, byte for byte. */
async function compareOlderBundles(
  input: TreeInput,
  index: number,
  bundle: Uint8Array,
  entries: readonly Uint8Array[],
  progress: Progress,
): Promise<void> {
  for (const { path, width } of olderPartialPaths(input.olderPartials, "entries", 0, index)) {
    const length = entries.slice(0, width).reduce((sum, entry) => sum + 2 + entry.length, 0);
    const older = await input.fetch(path);
    if (older === undefined) progress.entryLie ??= { what: missing, path };
    else if (!equalBytes(older, bundle.subarray(0, length))) {
      const offset = firstDifference(older, bundle.subarray(0, length));
      progress.entryLie ??= { what: differs, path, offset };
    }
  }
}

/** Compares a computed tile with the published one, and with its older partial copies. */
async function compareTile(input: TreeInput, own: TileBytes, progress: Progress): Promise<void> {
  const { level, index, width } = own.tile;
  const path = tilePath(own.tile);
  const found = await fetchTile(input.fetch, path, tilePath({ level, index, width: TILE_WIDTH }));
  progress.tiles++;
  const lie = tileLie(own, path, found?.bytes, found?.wider ?? false);
  if (lie?.entry !== undefined) progress.accusedEntry ??= accuse(lie.entry, progress.bundle);
  progress.tileLie ??= lie;
  for (const older of olderPartialPaths(input.olderPartials, "hashes", level, index)) {
    if (older.width >= width) continue;
    const prefix = { tile: own.tile, bytes: own.bytes.subarray(0, older.width * HASH_SIZE) };
    progress.tileLie ??= tileLie(prefix, older.path, await input.fetch(older.path), false);
  }
}

/** A level 0 tile is compared right after the bundle with its entries. */
function accuse(entry: number, { path, offsets }: Progress["bundle"]): Lie {
  const offset = offsets[(entry - 1) % TILE_WIDTH];
  return { what: otherEntry, path, entry, ...(offset === undefined ? {} : { offset }) };
}

function tileLie(
  own: TileBytes,
  path: string,
  found: Uint8Array | undefined,
  wider: boolean,
): Lie | undefined {
  if (found === undefined) return { what: missing, path };
  const bytes = wider ? found.subarray(0, own.bytes.length) : found;
  const offset = firstDifference(own.bytes, bytes);
  if (offset === -1) return undefined;
  const position = Math.floor(offset / HASH_SIZE);
  const entry = own.tile.index * TILE_WIDTH + position + 1;
  return { what: differs, path, offset, ...(own.tile.level === 0 ? { entry } : {}) };
}

/** The file itself, or the full one: a log may drop a partial file once the full one exists. */
export async function fetchTile(
  fetch: Fetch,
  path: string,
  fullPath: string,
): Promise<{ readonly bytes: Uint8Array; readonly wider: boolean } | undefined> {
  const bytes = await fetch(path);
  if (bytes !== undefined) return { bytes, wider: false };
  const full = path === fullPath ? undefined : await fetch(fullPath);
  return full === undefined ? undefined : { bytes: full, wider: true };
}

const missing = { zh: "文件缺失", en: "the file is missing" };
const differs = {
  zh: "内容与由分录重算的结果不符",
  en: "the bytes differ from what the entries give",
};
const otherEntry = {
  zh: "分录内容与签署的散列不符",
  en: "the entry's bytes do not hash to the leaf of the signed tree",
};
const trailing = { zh: "末尾有多余的字节", en: "bytes follow the last entry" };
