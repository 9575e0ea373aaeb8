// A first look over the entries of a log, before its tree is proved: to find out what the proven pass
// will have to watch. What it finds is believed in nothing.

import { decodeBundle } from "./bundle.ts";
import { toUtf8 } from "./bytes.ts";
import type { NumberedEntry } from "./numbered-entries.ts";
import { isProofError } from "./proof-error.ts";
import { type Fetch, fetchTile } from "./read-tree.ts";
import { bundlePath, TILE_WIDTH } from "./tile.ts";

/** How entries of a type begin: the bytes of an entry have one order of keys. */
export function markOf(type: string): string {
  return `{"type":"${type}",`;
}

/** The entries of these types; it ends where a bundle cannot be read, for the proven pass to say. */
export async function* firstLook(
  fetch: Fetch,
  size: number,
  types: readonly string[],
): AsyncGenerator<NumberedEntry> {
  const marks = types.map((type) => toUtf8(markOf(type)));
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const path = bundlePath(index, width);
    const bundle = await fetchTile(fetch, path, bundlePath(index, TILE_WIDTH));
    const entries = bundle && entriesOf(bundle.bytes, width);
    if (!entries) return;
    for (const [at, bytes] of entries.entries()) {
      const isWanted = marks.some((mark) => mark.every((byte, i) => bytes[i] === byte));
      if (isWanted) yield { entry: index * TILE_WIDTH + at + 1, bytes };
    }
  }
}

function entriesOf(bundle: Uint8Array, width: number): Uint8Array[] | undefined {
  try {
    return decodeBundle(bundle, width).entries;
  } catch (error) {
    if (!isProofError(error)) throw error;
    return undefined;
  }
}
