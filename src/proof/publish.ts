// The files of a published log below its prefix, made from its entries in one streaming pass:
// what a static export writes, and what any web server can then host (c2sp.org/tlog-tiles).
// The checkpoint is not among them: it is signed only after these are safely stored.
import { encodeBundle } from "./bundle.ts";
import type { Hash } from "./bytes.ts";
import type { TreeHasher } from "./merkle.ts";
import { bundlePath, TILE_WIDTH, type TileBytes, tilePath } from "./tile.ts";
import { createTreeBuilder } from "./tree-builder.ts";

/** A file to publish; bundles and full tiles never change again. */
export interface PublishedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The tree whose files were given out. */
export interface PublishedTree {
  readonly size: number;
  readonly root: Hash;
}

/** Gives every entry bundle and tile of the log, and returns its size and root at the end. */
export async function* publishTree(
  hasher: TreeHasher,
  entries: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<PublishedFile, PublishedTree> {
  const builder = createTreeBuilder(hasher);
  let bundle: Uint8Array[] = [];
  for await (const entry of entries) {
    builder.append(hasher.leaf(entry));
    bundle.push(entry);
    if (bundle.length < TILE_WIDTH) continue;
    yield bundleFile(builder.size(), bundle);
    yield* builder.takeFullTiles().map(tileFile);
    bundle = [];
  }
  if (bundle.length > 0) yield bundleFile(builder.size(), bundle);
  yield* builder.edge().map(tileFile);
  return { size: builder.size(), root: builder.root() };
}

function bundleFile(size: number, entries: readonly Uint8Array[]): PublishedFile {
  const index = Math.floor((size - 1) / TILE_WIDTH);
  return { path: bundlePath(index, entries.length), bytes: encodeBundle(entries) };
}

function tileFile({ tile, bytes }: TileBytes): PublishedFile {
  return { path: tilePath(tile), bytes };
}
