// A map laid over another: reads fall through, writes stay on top until they are merged or
// dropped. A batch of decisions works on layers, so a batch that fails leaves no trace.

export type Layer<K, V> = {
  get(key: K): V | undefined;
  /** The value that was written to this very layer, which may be changed in place. */
  own(key: K): V | undefined;
  set(key: K, value: V): void;
  /** Every value, the upper layer hiding the lower one. */
  values(): IterableIterator<V>;
  /** Keys with values, the upper layer hiding the lower one. */
  entries(): IterableIterator<[K, V]>;
  /** Moves what was written here into the map below. */
  merge(): void;
};

/** The lowest layer: a plain map that has nothing to merge into. */
export function baseLayer<K, V>(map: Map<K, V> = new Map()): Layer<K, V> {
  return {
    get: (key) => map.get(key),
    own: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    values: () => map.values(),
    entries: () => map.entries(),
    merge: () => {},
  };
}

/** A layer over `below`. */
export function layerOver<K, V>(below: Layer<K, V>): Layer<K, V> {
  const own = new Map<K, V>();
  function* entries(): IterableIterator<[K, V]> {
    for (const [key, value] of below.entries()) yield [key, own.get(key) ?? value];
    for (const [key, value] of own) if (below.get(key) === undefined) yield [key, value];
  }
  return {
    get: (key) => own.get(key) ?? below.get(key),
    own: (key) => own.get(key),
    set: (key, value) => void own.set(key, value),
    entries,
    *values() {
      for (const [, value] of entries()) yield value;
    },
    merge() {
      for (const [key, value] of own) below.set(key, value);
      own.clear();
    },
  };
}
