// Exact running sums in typed arrays. A double holds integers exactly up to 2^53; before a sum can
// leave that range its upper part is carried into a second array, counted in units of 2^52. So the
// hot path is one addition and one comparison, and the result is exact at any size.

/** What one line or one sum may hold before it is split or carried: 2^52 minor units. */
export const SUM_UNIT = 2 ** 52;
const UNIT = BigInt(SUM_UNIT);

/** Putting an index in order takes as long as looking through so many sums. */
const SORT_SHARE = 16;

/** An exact amount: a number is always a safe integer. */
export type Exact = number | bigint;

export type Sums = {
  /** Adds a safe integer of at most `SUM_UNIT` in size to the sum at `index`. */
  add(index: number, amount: number): void;
  /** Adds `amount[at]` to the sum at `index[at]`, for `start` to before `stop`. */
  addAll(index: Int32Array, amount: Float64Array, start: number, stop: number): void;
  /** The exact sum at `index`; zero for an index never written. */
  get(index: number): bigint;
  /** The same as a number where that is exact: thousands of bigints are garbage to collect. */
  exact(index: number): Exact;
  /**
   * Calls back with what adds up to the sums of `count` indexes from `first` on: the index less
   * `first`, and a safe integer of at most `SUM_UNIT` in size. A sum of zero has no part.
   */
  eachPart(first: number, count: number, see: (at: number, part: number) => void): void;
  /** How many indexes exist: one more than the largest ever written. */
  readonly length: number;
  /**
   * What is not zero, as index and amount in turn, in the order of the indexes. The amounts of an
   * index add up to its sum and are the same however the sum came about.
   */
  pairs(): Float64Array<ArrayBuffer>;
  /** Adds what `pairs` gave. */
  addPairs(pairs: Float64Array): void;
  clear(): void;
  /** `pairs` and then `clear`, of sums that were written at these indexes only, in any order. */
  take(indexes: Int32Array): Float64Array<ArrayBuffer>;
};

/** Empty sums; `capacity` is a hint. */
export function createSums(capacity = 1024): Sums {
  let low = new Float64Array(capacity);
  let high: Float64Array<ArrayBuffer> | undefined;
  let length = 0;

  function grow(index: number): void {
    const size = Math.max(index + 1, low.length * 2);
    low = resized(low, size);
    if (high) high = resized(high, size);
  }

  function add(index: number, amount: number): void {
    if (index >= length) {
      if (index >= low.length) grow(index);
      length = index + 1;
    }
    const sum = (low[index] as number) + amount;
    if (sum < SUM_UNIT && sum > -SUM_UNIT) {
      low[index] = sum;
      return;
    }
    high ??= new Float64Array(low.length);
    const carry = sum > 0 ? 1 : -1;
    high[index] = (high[index] as number) + carry;
    low[index] = sum - carry * SUM_UNIT;
  }

  function get(index: number): bigint {
    const carried = index < length ? (high?.[index] ?? 0) : 0;
    const part = index < length ? (low[index] as number) : 0;
    if (carried !== 0) return BigInt(carried) * UNIT + BigInt(part);
    return part === 0 ? 0n : BigInt(part);
  }

  function pairs(): Float64Array<ArrayBuffer> {
    if (!high) return pairsOf(low, length);
    const parts: number[] = [];
    for (let index = 0; index < length; index++) {
      addParts(parts, index, low[index] as number, high[index] as number);
    }
    return Float64Array.from(parts);
  }

  function clear(): void {
    low.fill(0, 0, length);
    high = undefined;
    length = 0;
  }

  return {
    add,
    addAll(index, amount, start, stop) {
      for (let at = start; at < stop; at++) add(index[at] as number, amount[at] as number);
    },
    get,
    exact(index) {
      if (index >= length) return 0;
      return high !== undefined && high[index] !== 0 ? get(index) : (low[index] as number);
    },
    eachPart(first, count, see) {
      const stop = Math.min(first + count, length);
      for (let index = first; index < stop; index++) {
        const part = low[index] as number;
        // Of opposite signs, the parts cannot cancel: the lower one is smaller than a unit.
        if (part !== 0) see(index - first, part);
        const carried = high === undefined ? 0 : (high[index] as number);
        for (let unit = 0; unit < Math.abs(carried); unit++) {
          see(index - first, Math.sign(carried) * SUM_UNIT);
        }
      }
    },
    get length() {
      return length;
    },
    pairs,
    addPairs(pairs) {
      for (let at = 0; at < pairs.length; at += 2) {
        add(pairs[at] as number, pairs[at + 1] as number);
      }
    },
    clear,
    take(indexes) {
      if (!high && indexes.length * SORT_SHARE < length)
        return takenAt(low, indexes.slice().sort());
      const all = pairs();
      clear();
      return all;
    },
  };
}

function takenAt(low: Float64Array, sorted: Int32Array): Float64Array<ArrayBuffer> {
  const pairs = new Float64Array(2 * sorted.length);
  let size = 0;
  for (const index of sorted) {
    const sum = low[index] as number;
    if (sum === 0) continue;
    pairs[size++] = index;
    pairs[size++] = sum;
    low[index] = 0;
  }
  return pairs.slice(0, size);
}

function pairsOf(low: Float64Array, length: number): Float64Array<ArrayBuffer> {
  let size = 0;
  for (let index = 0; index < length; index++) if (low[index] !== 0) size += 2;
  const pairs = new Float64Array(size);
  for (let index = 0, at = 0; index < length; index++) {
    const sum = low[index] as number;
    if (sum === 0) continue;
    pairs[at++] = index;
    pairs[at++] = sum;
  }
  return pairs;
}

// One sum has two pairs of opposite signs; the pair of one sign is unique.
function addParts(parts: number[], index: number, low: number, high: number): void {
  let [rest, carried] = [low, high];
  if (carried > 0 && rest < 0) {
    carried -= 1;
    rest += SUM_UNIT;
  } else if (carried < 0 && rest > 0) {
    carried += 1;
    rest -= SUM_UNIT;
  }
  if (rest !== 0) parts.push(index, rest);
  for (; carried > 0; carried--) parts.push(index, SUM_UNIT);
  for (; carried < 0; carried++) parts.push(index, -SUM_UNIT);
}

function resized(array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  larger.set(array);
  return larger;
}

/** Splits an exact amount into safe parts of at most `SUM_UNIT` that add up to it. */
export function splitAmount(amount: bigint): number[] {
  if (amount < UNIT && amount > -UNIT) return [Number(amount)];
  const parts: number[] = [];
  let left = amount;
  for (; left >= UNIT; left -= UNIT) parts.push(SUM_UNIT);
  for (; left <= -UNIT; left += UNIT) parts.push(-SUM_UNIT);
  if (left !== 0n) parts.push(Number(left));
  return parts;
}
