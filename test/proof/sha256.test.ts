import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { toHex, toUtf8 } from "../../src/proof/bytes.ts";
import { sha256 } from "../../src/proof/sha256.ts";

test("hashes the example of the standard (FIPS 180-4, one block)", () => {
  expect(toHex(sha256(toUtf8("abc")))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("agrees with OpenSSL around every block boundary", () => {
  for (let length = 0; length <= 300; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
    expect(toHex(sha256(message))).toBe(createHash("sha256").update(message).digest("hex"));
  }
});

test("hashes a view into a larger buffer", () => {
  const buffer = toUtf8("xxabcxx");
  expect(sha256(buffer.subarray(2, 5))).toEqual(sha256(toUtf8("abc")));
});
