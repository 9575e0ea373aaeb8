import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSums, SUM_UNIT, splitAmount } from "../../src/kernel/sums.ts";

const amount = fc.oneof(
  fc.integer({ min: -SUM_UNIT, max: SUM_UNIT }),
  fc.constantFrom(SUM_UNIT, -SUM_UNIT, SUM_UNIT - 1, 1 - SUM_UNIT, 1, -1),
);
const line = fc.record({ index: fc.integer({ min: 0, max: 40 }), amount });

describe("sums", () => {
  test("are exact at any size, against bigint", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
        const sums = createSums(2);
        const exact = new Map<number, bigint>();
        for (const { index, amount } of lines) {
          sums.add(index, amount);
          exact.set(index, (exact.get(index) ?? 0n) + BigInt(amount));
        }
        for (let index = 0; index <= 40; index++) {
          expect(sums.get(index)).toBe(exact.get(index) ?? 0n);
        }
        expect(sums.length).toBe(Math.max(-1, ...exact.keys()) + 1);
      }),
    );
  });

  test("are told as numbers where those are exact, and in parts that add up to them", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), fc.nat(40), (lines, first) => {
        const sums = createSums(2);
        for (const { index, amount } of lines) sums.add(index, amount);
        const added = createSums();
        sums.eachPart(first, 5, (at, part) => {
          expect(part).not.toBe(0);
          added.add(at, part);
        });
        for (let at = 0; at < 5; at++) expect(added.get(at)).toBe(sums.get(first + at));
        expect(added.length).toBeLessThanOrEqual(5);
        for (let index = 0; index <= 40; index++) {
          const exact = sums.exact(index);
          expect(BigInt(exact)).toBe(sums.get(index));
          if (typeof exact === "number") expect(Number.isSafeInteger(exact)).toBe(true);
        }
      }),
    );
  });

  test("are made again from their parts", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), (lines) => {
        const sums = createSums();
        for (const { index, amount } of lines) sums.add(index, amount);
        const again = createSums(1);
        const pairs = sums.pairs();
        expect(pairs.every(Number.isSafeInteger)).toBe(true);
        again.addPairs(pairs);
        expect(again.pairs()).toEqual(pairs);
        for (let index = 0; index <= 40; index++) expect(again.get(index)).toBe(sums.get(index));
      }),
    );
  });

  test("are taken whole, of a few indexes or of all", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), fc.boolean(), (lines, areFew) => {
        const [sums, same] = [createSums(), createSums()];
        // Among a million zeros, a hundred are few.
        if (areFew) for (const each of [sums, same]) each.add(1_000_000, 0);
        for (const { index, amount } of lines) sums.add(index, amount);
        for (const { index, amount } of lines) same.add(index, amount);
        const taken = sums.take(Int32Array.from(lines, ({ index }) => index));
        expect(Buffer.from(taken.buffer).equals(Buffer.from(same.pairs().buffer))).toBe(true);
        expect(sums.pairs()).toHaveLength(0);
      }),
    );
  });

  test("take many lines at once like one by one", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), fc.nat(20), (lines, start) => {
        const [one, all] = [createSums(1), createSums(1)];
        const stop = Math.max(start, lines.length - 1);
        for (const { index, amount } of lines.slice(start, stop)) one.add(index, amount);
        const index = Int32Array.from(lines, (line) => line.index);
        const amount = Float64Array.from(lines, (line) => line.amount);
        all.addAll(index, amount, start, Math.min(stop, lines.length));
        expect(all.pairs()).toEqual(one.pairs());
      }),
    );
  });

  test("survive a million of the largest lines", () => {
    const sums = createSums();
    for (let line = 0; line < 1_000_000; line++) sums.add(3, SUM_UNIT - 1);
    expect(sums.get(3)).toBe(BigInt(SUM_UNIT - 1) * 1_000_000n);
  });

  test("are zero once cleared", () => {
    const sums = createSums();
    sums.add(1, SUM_UNIT);
    sums.clear();
    expect([sums.length, sums.get(1)]).toEqual([0, 0n]);
    sums.add(1, 5);
    expect(sums.get(1)).toBe(5n);
  });
});

test("splitAmount splits into safe parts that add up, one part below 2^52", () => {
  const size = 2n ** 58n;
  fc.assert(
    fc.property(fc.bigInt({ min: -size, max: size }), (whole) => {
      const parts = splitAmount(whole);
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(whole);
      expect(parts.every((part) => Math.abs(part) <= SUM_UNIT)).toBe(true);
    }),
  );
  expect(splitAmount(0n)).toEqual([0]);
  expect(splitAmount(9007199254740993n)).toEqual([SUM_UNIT, SUM_UNIT, 1]);
});
