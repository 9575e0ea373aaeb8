import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  equalBytes,
  firstDifference,
  fromBase64,
  fromUtf8,
  hashFromBase64,
  parseDecimal,
  toBase64,
  toUtf8,
} from "../../src/proof/bytes.ts";

describe("base64", () => {
  test("reads back what it writes, as Node writes it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  test.each(["QQ=", "QQ", "QR==", "Q Q==", "QQ==\n", "QQ==\r", "_w==", "QQ===", "====", "é"])(
    "refuses %j",
    (text) => {
      expect(() => fromBase64(text)).toThrow(/base64/);
    },
  );

  test("refuses a hash of another length", () => {
    expect(() => hashFromBase64(toBase64(new Uint8Array(31)))).toThrow(/32 bytes/);
  });
});

describe("decimal numbers", () => {
  test.each([0, 1, 70_000, Number.MAX_SAFE_INTEGER])("reads %d", (value) => {
    expect(parseDecimal(String(value))).toBe(value);
  });

  test.each([
    "",
    "00",
    "01",
    "+1",
    "-1",
    "1.0",
    "1e3",
    "0x1",
    " 1",
    "1\n",
    "٣",
    "9007199254740992",
    "18446744073709551616",
  ])("refuses %j", (text) => {
    expect(() => parseDecimal(text)).toThrow(/decimal/);
  });
});

describe("UTF-8", () => {
  test("keeps a byte order mark, which is part of what was signed", () => {
    expect(toUtf8(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)))).toHaveLength(4);
  });

  test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]]])("refuses %j", (bytes) => {
    expect(() => fromUtf8(Uint8Array.from(bytes))).toThrow(/UTF-8/);
  });

  test("refuses to write a lone surrogate", () => {
    expect(() => toUtf8("\ud800")).toThrow(/surrogate/);
  });
});

test("finds the first byte in which two strings differ", () => {
  expect(firstDifference(toUtf8("abc"), toUtf8("abc"))).toBe(-1);
  expect(firstDifference(toUtf8("abc"), toUtf8("abd"))).toBe(2);
  expect(firstDifference(toUtf8("abc"), toUtf8("ab"))).toBe(2);
  expect(equalBytes(toUtf8("ab"), toUtf8("abc"))).toBe(false);
});
