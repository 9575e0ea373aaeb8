import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBundle, encodeBundle } from "../../src/proof/bundle.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";

test("writes each entry behind its length in two big-endian bytes", () => {
  expect([...encodeBundle([toUtf8("ab"), new Uint8Array(0)])]).toEqual([0, 2, 97, 98, 0, 0]);
  expect([...encodeBundle([new Uint8Array(258)]).subarray(0, 2)]).toEqual([1, 2]);
});

test("reads back what it writes", () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 256 });
  fc.assert(
    fc.property(entries, (list) => {
      const bundle = encodeBundle(list);
      const decoded = decodeBundle(bundle, list.length);
      expect(decoded.entries.map((entry) => [...entry])).toEqual(list.map((entry) => [...entry]));
      expect(decoded.end).toBe(bundle.length);
    }),
    { numRuns: 30 },
  );
});

test("holds an entry of 65,535 bytes and no longer one", () => {
  const largest = new Uint8Array(65_535).fill(7);
  expect(decodeBundle(encodeBundle([largest]), 1).entries[0]).toEqual(largest);
  expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError);
});

test("refuses a bundle cut at any byte", () => {
  const bundle = encodeBundle([toUtf8("first"), toUtf8("second")]);
  for (let length = 0; length < bundle.length; length++) {
    expect(() => decodeBundle(bundle.subarray(0, length), 2)).toThrow(/whole entries/);
  }
});

test("says where the entries end, so that a caller sees what follows", () => {
  expect(decodeBundle(Uint8Array.of(0, 1, 65, 66), 1).end).toBe(3);
});
