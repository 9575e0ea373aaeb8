// What the demo asks the ledger to record, and the small tools that every part of it shares.
// Nothing here reads a clock or real randomness: the same scenario gives the same bytes.

import { hash } from "node:crypto";
import { formatAmount } from "../../src/kernel/money.ts";

/** A command as the recorder takes it. The id it creates is `eventIdOfKey(key)`. */
export type DemoRequest = {
  readonly command: string;
  readonly key: string;
  readonly input: Record<string, unknown>;
  readonly reason?: string;
  readonly actor: string;
};

export const FIRST_DAY = "2022-06-01";
export const LAST_DAY = "2026-10-31";
export const LABEL = "（演示）";

/** Fen in a yuan, and in the hundred yuan that decisions are made in. */
export const YUAN = 100n;
export const HUNDRED_YUAN = 10_000n;

/** The money fields of a request. */
export function cny(fen: bigint): { readonly amount: string; readonly currency: "CNY" } {
  return { amount: formatAmount(fen, "CNY"), currency: "CNY" };
}

/** SHA-256 that stands for a document; there is none, only this text. */
export function documentHash(text: string): string {
  return hash("sha256", `synthetic document: ${text}`, "hex");
}

export type Random = {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True once in `n` times. */
  once(n: number): boolean;
  pick<T>(items: readonly T[]): T;
};

/** Repeatable numbers: Mulberry32, a 32-bit generator by Tommy Ettinger. */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    int,
    once: (n) => next() * n < 1,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("nothing to pick from");
      return items[int(0, items.length - 1)] as T;
    },
  };
}
