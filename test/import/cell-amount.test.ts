import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountReader, decimalOfDouble } from "../../src/import/cell-amount.ts";
import { type Mapping, mapping } from "../../src/import/mapping.ts";
import { formatAmount } from "../../src/kernel/money.ts";
import { mappingOf } from "./support.ts";

const reader = (numbers: Partial<Mapping["numbers"]> = {}) =>
  amountReader({ ...mappingOf().numbers, ...numbers });

describe("an amount written as text", () => {
  const read = reader();
  it.each([
    ["100", 10_000n],
    ["100.5", 10_050n],
    ["1,234,567.89", 123_456_789n],
    ["1234567.89", 123_456_789n],
    [" ¥ 12.00\t", 1_200n],
    ["12元", 1_200n],
    ["-3.10", -310n],
    ["(3.10)", -310n],
    ["0", 0n],
  ])("reads %j exactly", (text, minor) => {
    expect(read(text, "CNY")).toBe(minor);
  });

  it.each([
    ["1.005", "AMOUNT_PRECISION"],
    ["100.000", "AMOUNT_PRECISION"],
    ["1,00", "AMOUNT_INVALID"],
    ["1,2345", "AMOUNT_INVALID"],
    [",100", "AMOUNT_INVALID"],
    ["１２", "AMOUNT_INVALID"],
    ["٣", "AMOUNT_INVALID"],
    ["1e3", "AMOUNT_INVALID"],
    ["1E+05", "AMOUNT_INVALID"],
    ["0x10", "AMOUNT_INVALID"],
    ["+1", "AMOUNT_INVALID"],
    ["--1", "AMOUNT_INVALID"],
    ["(-1)", "AMOUNT_INVALID"],
    ["007", "AMOUNT_INVALID"],
    [".5", "AMOUNT_INVALID"],
    ["1 000", "AMOUNT_INVALID"],
    ["NaN", "AMOUNT_INVALID"],
    ["#REF!", "AMOUNT_INVALID"],
    ["一百", "AMOUNT_INVALID"],
    ["9999999999999999999", "AMOUNT_TOO_LARGE"],
  ])("refuses %j as %s", (text, fault) => {
    expect(read(text, "CNY")).toBe(fault);
  });

  it("tells an empty cell from a zero", () => {
    expect([read("", "CNY"), read(" \u3000", "CNY"), read(null, "CNY")]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("reads other ways of writing numbers when the mapping says so", () => {
    expect(reader({ thousands: ".", decimal: "," })("1.234.567,89", "EUR")).toBe(123_456_789n);
    expect(reader({ thousands: "'" })("1'234.50", "CHF")).toBe(123_450n);
    expect(reader({ thousands: "none" })("1,234", "CNY")).toBe("AMOUNT_INVALID");
    expect(reader()("500,000", "VND")).toBe(500_000n);
    expect(reader()("0.5", "VND")).toBe("AMOUNT_PRECISION");
  });

  it("moves the decimal mark for 万元 without arithmetic", () => {
    const wan = reader({ unit: 10_000 });
    expect(wan("5200", "CNY")).toBe(5_200_000_000n);
    expect(wan("0.000001", "CNY")).toBe(1n);
    expect(wan("1.2345678", "CNY")).toBe("AMOUNT_PRECISION");
    expect(wan(0.07, "CNY")).toBe(70_000n);
  });

  it("takes time in line with the text, whatever it holds", () => {
    const hostile = ["1,".repeat(50_000), "1".repeat(100_000), `${"1,111".repeat(20_000)}x`];
    const startedMs = performance.now();
    for (const text of hostile) expect(read(text, "CNY")).toBe("AMOUNT_INVALID");
    expect(performance.now() - startedMs).toBeLessThan(250);
  });
});

describe("an amount held as a double", () => {
  it.each([
    [3482232.1100000003, "3482232.11"],
    [53672528.37999997, "53672528.38"],
    [119612525.89999998, "119612525.90"],
    [0.1 + 0.2, "0.30"],
    [0.45, "0.45"],
    [-12.5, "-12.50"],
  ])("takes %d for %s, as the noise of additions is no decimal", (value, text) => {
    expect(decimalOfDouble(value, 2)).toBe(text);
  });

  it.each([
    [1.005, "AMOUNT_PRECISION"],
    [0.001, "AMOUNT_PRECISION"],
    [100.0001, "AMOUNT_PRECISION"],
    [119612525.8951, "AMOUNT_PRECISION"],
    [1_234_567_890_123.456, "AMOUNT_PRECISION"],
    [12_345_678_901_234.56, "AMOUNT_TOO_LARGE"],
    [1e21, "AMOUNT_TOO_LARGE"],
    [Number.NaN, "AMOUNT_INVALID"],
    [Number.POSITIVE_INFINITY, "AMOUNT_INVALID"],
  ])("refuses %d as %s", (value, fault) => {
    expect(decimalOfDouble(value, 2)).toBe(fault);
  });

  it("gives back every amount up to 15 digits that was stored as a double", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (minor) => {
        expect(reader()(Number(formatAmount(minor, "CNY")), "CNY")).toBe(minor);
      }),
    );
  });

  it("never takes a value with a third decimal for one with two", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 ** 14 }),
        fc.integer({ min: 1, max: 9 }),
        (fen, mill) => {
          const text = `${formatAmount(BigInt(fen), "CNY")}${mill}`;
          expect(decimalOfDouble(Number(text), 2)).toBe("AMOUNT_PRECISION");
        },
      ),
    );
  });
});

it("the mapping refuses a thousands mark that is the decimal mark too", () => {
  const numbers = { thousands: ",", decimal: "," };
  expect(mapping.safeParse({ ...mappingOf(), numbers }).success).toBe(false);
});
