// The ids that an audit has read, by their 48-bit hash: 12 bytes a place, at most two thirds of the
// places taken. A Map would take five times as much and hold no more than 16 million.

const PLACES_AT_FIRST = 2 ** 16;
const NONE: readonly number[] = [];

export type SeenIds = {
  add(hash: number, entry: number): void;
  /** Entries whose id has this hash; the caller compares the ids themselves. */
  candidates(hash: number): readonly number[];
};

/** An empty table. */
export function createSeenIds(): SeenIds {
  let hashes = new Float64Array(PLACES_AT_FIRST);
  // No entry has the number 0, so it marks a free place.
  let entries = new Uint32Array(PLACES_AT_FIRST);
  let size = 0;

  function put(hash: number, entry: number): void {
    const mask = entries.length - 1;
    let at = hash & mask;
    while (entries[at] !== 0) at = (at + 1) & mask;
    hashes[at] = hash;
    entries[at] = entry;
  }

  function grow(): void {
    const [oldHashes, oldEntries] = [hashes, entries];
    hashes = new Float64Array(oldHashes.length * 2);
    entries = new Uint32Array(oldEntries.length * 2);
    for (const [at, entry] of oldEntries.entries()) {
      if (entry !== 0) put(oldHashes[at] as number, entry);
    }
  }

  return {
    add(hash, entry) {
      size += 1;
      if (size * 3 > entries.length * 2) grow();
      put(hash, entry);
    },
    candidates(hash) {
      const mask = entries.length - 1;
      let found = NONE;
      for (let at = hash & mask; entries[at] !== 0; at = (at + 1) & mask) {
        if (hashes[at] === hash) found = [...found, entries[at] as number];
      }
      return found;
    },
  };
}
