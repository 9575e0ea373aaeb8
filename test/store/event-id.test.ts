import fc from "fast-check";
import { v5 } from "uuid";
import { expect, test } from "vitest";
import { eventIdOfKey, hashOfId, KEY_NAMESPACE } from "../../src/store/event-id.ts";

test("is the UUIDv5 of the key, as the uuid package makes it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (key) => {
      expect(eventIdOfKey(key)).toBe(v5(key, KEY_NAMESPACE));
    }),
  );
});

test("hashes to its first 48 bits, a safe integer", () => {
  expect(hashOfId("00000000-0001-5000-8000-000000000000")).toBe(1);
  expect(hashOfId("ffffffff-ffff-5fff-bfff-ffffffffffff")).toBe(2 ** 48 - 1);
});
