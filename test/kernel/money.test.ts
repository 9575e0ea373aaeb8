import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CURRENCIES,
  type Currency,
  canonicalAmount,
  formatAmount,
  formatInTenThousands,
  groupThousands,
  inTenThousands,
  minorOf,
  parseAmount,
  share,
} from "../../src/kernel/money.ts";

const currency = fc.constantFrom(...(Object.keys(CURRENCIES) as Currency[]));
const minor = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });

describe("parseAmount", () => {
  test.each([
    ["0", "CNY", 0n],
    ["0.00", "CNY", 0n],
    ["0.01", "CNY", 1n],
    ["100", "CNY", 10000n],
    ["100.0", "CNY", 10000n],
    ["100.00", "CNY", 10000n],
    ["52000000.00", "CNY", 5200000000n],
    ["90071992547409.93", "CNY", 9007199254740993n],
    ["9007199254740993", "VND", 9007199254740993n],
    ["9007199254740991", "JPY", 9007199254740991n],
    ["9223372036854775.808", "KWD", 9223372036854775808n],
    ["1.005", "KWD", 1005n],
    ["1.5", "KWD", 1500n],
    ["999999999999999999.99", "CNY", 99999999999999999999n],
  ] as const)("reads %s %s", (text, unit, expected) => {
    expect(parseAmount(text, unit)).toBe(expected);
  });

  test.each(
    "-1|-0|-0.01|1e400|1e-7|1e3|NaN|Infinity|１２|٣|1,000|1 000| 1|1 |+1|0x1|00|007|.5|5.|5.1234|5\n||1.2.3|null|10000000000000000000".split(
      "|",
    ),
  )("refuses %j", (text) => {
    expect(() => parseAmount(text, "CNY")).toThrow(RangeError);
    expect(() => parseAmount(text, "KWD")).toThrow(RangeError);
  });

  test.each([
    ["1.005", "CNY"],
    ["0.001", "CNY"],
    ["100.000", "CNY"],
    ["1.0", "VND"],
    ["1.5", "JPY"],
    ["0.1", "KRW"],
  ] as const)("refuses %s %s: more decimals than the currency has, never rounded", (text, unit) => {
    expect(() => parseAmount(text, unit)).toThrow(/decimals/);
  });
});

describe("formatAmount", () => {
  test("writes a number as it writes the bigint, up to the last safe integer", () => {
    const around = fc
      .record({ whole: fc.integer({ min: 0, max: 2 ** 43 }), off: fc.integer({ min: -2, max: 2 }) })
      .map(({ whole, off }) => whole * 1_000 + off);
    const number = fc.oneof(around, fc.maxSafeInteger(), fc.constantFrom(2 ** 48, 2 ** 48 + 1));
    fc.assert(
      fc.property(number, currency, (amount, unit) => {
        for (const signed of [amount, -amount]) {
          const text = formatAmount(signed, unit);
          expect(minorOf(text, unit)).toBe(BigInt(signed));
          expect(text).toBe(formatAmount(BigInt(signed), unit));
        }
      }),
    );
  });

  test.each([
    [0n, "CNY", "0.00"],
    [1n, "CNY", "0.01"],
    [-1n, "CNY", "-0.01"],
    [5200000000n, "CNY", "52000000.00"],
    [0n, "VND", "0"],
    [-12n, "JPY", "-12"],
    [7n, "KWD", "0.007"],
  ] as const)("writes %d minor units of %s as %s", (amount, unit, text) => {
    expect(formatAmount(amount, unit)).toBe(text);
  });

  test("is read back as it was, in every currency and at any size", () => {
    fc.assert(
      fc.property(minor, currency, (amount, unit) => {
        expect(parseAmount(formatAmount(amount, unit), unit)).toBe(amount);
      }),
    );
  });
});

test.each([
  ["0.05", "0.05"],
  ["999", "999"],
  ["1000", "1,000"],
  ["-1234567.89", "-1,234,567.89"],
  ["-123456", "-123,456"],
  ["52000000.00", "52,000,000.00"],
  ["1.234", "1.234"],
])("groupThousands shows %s as %s", (amount, shown) => {
  expect(groupThousands(amount)).toBe(shown);
});

describe("share", () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
    .filter((list) => list.some((weight) => weight > 0n));

  test("gives the units left over to the largest remainders, first come first", () => {
    expect(share(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(share(100n, [1n, 2n, 3n])).toEqual([17n, 33n, 50n]);
    expect(share(0n, [1n, 2n])).toEqual([0n, 0n]);
    expect(share(5n, [0n, 1n])).toEqual([0n, 5n]);
  });

  test("adds up to the whole, each part within one unit of its due", () => {
    fc.assert(
      fc.property(minor, weights, (amount, list) => {
        const parts = share(amount, list);
        const total = list.reduce((sum, weight) => sum + weight, 0n);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
        parts.forEach((part, index) => {
          const due = amount * (list[index] ?? 0n);
          expect(part * total > due - total && part * total < due + total).toBe(true);
        });
      }),
    );
  });

  test.each([
    [1n, []],
    [1n, [0n, 0n]],
    [1n, [2n, -1n]],
    [-1n, [1n, 1n]],
  ])("refuses to share %s over %o", (amount, list) => {
    expect(() => share(amount, list)).toThrow(RangeError);
  });
});

describe("canonicalAmount", () => {
  test.each([
    ["100", "CNY", "100.00"],
    ["100.0", "CNY", "100.00"],
    ["100.00", "CNY", "100.00"],
    ["7", "JPY", "7"],
    ["0.5", "KWD", "0.500"],
    ["999999999999999999.9", "CNY", "999999999999999999.90"],
  ] as const)("spells %s %s as %s", (text, unit, spelling) => {
    expect(canonicalAmount(text, unit)).toBe(spelling);
  });

  test("is what the amount is written as, at any size", () => {
    fc.assert(
      fc.property(minor, currency, (amount, unit) => {
        const text = formatAmount(amount, unit);
        expect(canonicalAmount(text, unit)).toBe(text);
        expect(parseAmount(text, unit)).toBe(amount);
      }),
    );
  });
});

describe("minorOf", () => {
  test("reads whatever formatAmount writes, of either sign", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), currency, (value, of) => {
        expect(minorOf(formatAmount(value, of), of)).toBe(value);
      }),
    );
  });

  test.each(["1", "1.5", "1.234", "1,000.00", "+1.00", "1e3", "", "--1.00"])(
    "refuses %j",
    (text) => {
      expect(() => minorOf(text, "CNY")).toThrow(RangeError);
    },
  );
});

describe("ten thousands", () => {
  test.each([
    ["52000000.00", "CNY", "5200.00"],
    ["49.99", "CNY", "0.00"],
    ["50.00", "CNY", "0.01"],
    ["-50.00", "CNY", "-0.01"],
    ["-49.99", "CNY", "0.00"],
    ["1234567", "JPY", "123.46"],
    ["50.000", "KWD", "0.01"],
  ] as const)("of %s %s are %s, rounded half away from zero", (text, of, shown) => {
    expect(formatInTenThousands(inTenThousands(minorOf(text, of), of))).toBe(shown);
  });
});
