// "Never seen this id" without touching the disk. A bit-sliced Bloom filter: position p holds one
// word whose bit s tells whether slice s of the log set p, so six look-ups answer for 32 slices
// (4.2 million entries) at once and name the slices worth asking. Ids come from a hash, so they
// are spread evenly already. False positives cost a look-up; false negatives cannot happen.

const POSITIONS = 2 ** 22;
const PROBES = 6;

/** Entries per slice: with 32 positions a key, one slice in forty thousand is named in vain. */
export const SLICE_ENTRIES = 2 ** 17;
const SLICES_PER_GROUP = 32;
/** What a group takes in memory and in the kept file. */
export const GROUP_BYTES = POSITIONS * Uint32Array.BYTES_PER_ELEMENT;

export type KeyFilter = {
  add(hash: number, entry: number): void;
  /** Slices (entry ÷ `SLICE_ENTRIES`) that may hold the hash, newest first. */
  slicesOf(hash: number): number[];
  /** The groups' words, for keeping; `createKeyFilter` takes them back. */
  readonly groups: readonly Uint32Array[];
};

/** A filter, empty or with the groups that were kept. */
export function createKeyFilter(kept: Uint32Array[] = []): KeyFilter {
  const groups = kept;
  return {
    groups,
    add(hash, entry) {
      const slice = Math.floor(entry / SLICE_ENTRIES);
      const group = Math.floor(slice / SLICES_PER_GROUP);
      while (groups.length <= group) groups.push(new Uint32Array(POSITIONS));
      const words = groups[group] as Uint32Array;
      const bit = 1 << (slice % SLICES_PER_GROUP);
      let position = hash % POSITIONS;
      const step = stepOf(hash);
      for (let probe = 0; probe < PROBES; probe++) {
        words[position] = (words[position] as number) | bit;
        position = (position + step) % POSITIONS;
      }
    },
    slicesOf(hash) {
      const found: number[] = [];
      for (let group = groups.length - 1; group >= 0; group--) {
        let mask = maskOf(groups[group] as Uint32Array, hash);
        for (; mask !== 0; ) {
          const bit = 31 - Math.clz32(mask);
          found.push(group * SLICES_PER_GROUP + bit);
          mask = (mask & ~(1 << bit)) >>> 0;
        }
      }
      return found;
    },
  };
}

function maskOf(words: Uint32Array, hash: number): number {
  let position = hash % POSITIONS;
  const step = stepOf(hash);
  let mask = 0xffffffff;
  for (let probe = 0; probe < PROBES && mask !== 0; probe++) {
    mask = (mask & (words[position] as number)) >>> 0;
    position = (position + step) % POSITIONS;
  }
  return mask;
}

// Odd, so that the probes of a key never fall on one another.
function stepOf(hash: number): number {
  return (Math.floor(hash / POSITIONS) % POSITIONS) | 1;
}
