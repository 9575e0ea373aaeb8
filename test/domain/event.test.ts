import { expect, test } from "vitest";
import {
  decodeEvent,
  ENTRY_BYTES_MAX,
  encodeEvent,
  type NewEvent,
} from "../../src/domain/event.ts";

const AT = "2026-06-30T04:00:00.000Z";
const event = (text: string): NewEvent => ({
  type: "LedgerOpened",
  version: 1,
  id: "00000000-0000-5000-8000-000000000000",
  stream: "ledger",
  actor: "admin-1",
  data: { text },
});
const bytes = (text: string) => Buffer.byteLength(encodeEvent(event(text), 0, AT));

test("writes one line with a fixed order of keys, and leaves out what is absent", () => {
  const shuffled = {
    data: { b: 1, a: 2 },
    actor: "x",
    stream: "s",
    id: "i",
    version: 1,
    type: "T",
  };
  expect(encodeEvent(shuffled, 3, AT)).toBe(
    `{"type":"T","version":1,"id":"i","stream":"s","revision":3,"recordedAt":"${AT}","actor":"x","data":{"b":1,"a":2}}`,
  );
});

test("is read back with its place in the log", () => {
  const stored = {
    ...event("善\n账"),
    reason: "更正",
    correlation: "c",
    revision: 2,
    recordedAt: AT,
  };
  const text = encodeEvent(stored, 2, AT);
  expect(text).not.toContain("\n");
  expect(decodeEvent(7, text)).toEqual({ entry: 7, ...stored });
});

test.each(["a", "é", "善", "😀"])("takes 65,535 bytes of UTF-8 and not one more: %s", (unit) => {
  const room = ENTRY_BYTES_MAX - bytes("");
  const size = Buffer.byteLength(unit);
  const full = unit.repeat(Math.floor(room / size)) + "x".repeat(room % size);
  expect(bytes(full)).toBe(ENTRY_BYTES_MAX);
  expect(() => bytes(`${full}x`)).toThrow(
    expect.objectContaining({
      code: "ENTRY_TOO_LARGE",
      params: { bytes: ENTRY_BYTES_MAX + 1, limit: ENTRY_BYTES_MAX },
    }),
  );
});
