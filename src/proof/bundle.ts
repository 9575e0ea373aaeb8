// Entry bundles of c2sp.org/tlog-tiles: up to 256 entries, each behind its length in 16 bits.
// The entries are the stored bytes of the events; nothing here may re-serialise them.

import { ENTRY_SIZE_MAX } from "./merkle.ts";
import { malformed } from "./proof-error.ts";
import { TILE_WIDTH } from "./tile.ts";

/** Writes entries as one bundle: repeated u16be length and bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const length = entries.reduce((sum, entry) => sum + 2 + entry.length, 0);
  const bundle = new Uint8Array(length);
  let offset = 0;
  for (const entry of entries) {
    if (entry.length > ENTRY_SIZE_MAX) {
      throw new RangeError(`an entry of ${entry.length} bytes does not fit a bundle`);
    }
    bundle[offset] = entry.length >>> 8;
    bundle[offset + 1] = entry.length & 0xff;
    bundle.set(entry, offset + 2);
    offset += 2 + entry.length;
  }
  return bundle;
}

/**
 * Reads the first `width` entries of a bundle as views into its bytes, and the offset behind them.
 * Refuses a bundle that ends too early; whether bytes may follow is the caller's rule.
 */
export function decodeBundle(
  bundle: Uint8Array,
  width: number,
): { readonly entries: Uint8Array[]; readonly end: number } {
  if (width < 1 || width > TILE_WIDTH) throw new RangeError(`no bundle has ${width} entries`);
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (let i = 0; i < width; i++) {
    const high = bundle[offset];
    const low = bundle[offset + 1];
    if (high === undefined || low === undefined) throw tooShort(i, width);
    const end = offset + 2 + high * 256 + low;
    if (end > bundle.length) throw tooShort(i, width);
    entries.push(bundle.subarray(offset + 2, end));
    offset = end;
  }
  return { entries, end: offset };
}

function tooShort(found: number, width: number): Error {
  return malformed(
    `分录包只有 ${found} 条完整分录，应有 ${width} 条`,
    `the entry bundle ends after ${found} whole entries of ${width}`,
  );
}
