// The ids that an audit has read, whole, so that an id is found without reading an entry again: 128
// bits each, and a table of places that is at most two thirds full. A Map of texts would take ten
// times as much and hold no more than 16 million.

/** Numbers that an id takes. */
export const ID_WORDS = 4;

// A UUID in lower case, but not the nil one.
const UUID = /^(?![0-]+$)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DASH = 0x2d;
const NINE = 0x39;

/**
 * Writes an id as four words of 32 bits; no id is all zeros.
 * @throws RangeError unless it is a UUID in lower case.
 */
export function writeId(id: string, into: Uint32Array | number[], at: number): void {
  if (!UUID.test(id)) throw new RangeError(`id ${id} is no UUID`);
  let [word, digits] = [0, 0];
  for (let place = 0; place < id.length; place++) {
    const code = id.charCodeAt(place);
    if (code === DASH) continue;
    word = (word << 4) | (code <= NINE ? code - 0x30 : code - 0x57);
    digits += 1;
    if (digits % 8 === 0) into[at + digits / 8 - 1] = word >>> 0;
  }
}

/** The id that was written. */
export function readId(words: Uint32Array, at: number): string {
  const hex = [...words.subarray(at, at + ID_WORDS)].map((word) =>
    word.toString(16).padStart(8, "0"),
  );
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** True where no id was written. */
export function isNoId(words: Uint32Array, at: number): boolean {
  for (let word = at; word < at + ID_WORDS; word++) if (words[word] !== 0) return false;
  return true;
}

export type SeenIds = {
  add(entry: number, words: Uint32Array, at: number): void;
  /** The entry that was added with this id. */
  find(words: Uint32Array, at: number): number | undefined;
};

/** An empty table with room for the entries of a log. */
export function createSeenIds(head: number): SeenIds {
  const ids = new Uint32Array((head + 1) * ID_WORDS);
  // No entry has the number 0, so it marks a free place.
  const entries = new Uint32Array(2 ** Math.ceil(Math.log2(1.5 * head + 2)));
  const mask = entries.length - 1;

  /** The place of an id, or the free one where it would be. */
  function placeOf(words: Uint32Array, at: number): number {
    let place = (words[at + ID_WORDS - 1] as number) & mask;
    while (entries[place] !== 0 && !isThere(entries[place] as number, words, at)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  function isThere(entry: number, words: Uint32Array, at: number): boolean {
    const own = entry * ID_WORDS;
    for (let word = 0; word < ID_WORDS; word++) {
      if (ids[own + word] !== words[at + word]) return false;
    }
    return true;
  }

  return {
    add(entry, words, at) {
      entries[placeOf(words, at)] = entry;
      for (let word = 0; word < ID_WORDS; word++) {
        ids[entry * ID_WORDS + word] = words[at + word] as number;
      }
    },
    find: (words, at) => entries[placeOf(words, at)] || undefined,
  };
}
