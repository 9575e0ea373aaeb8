// Frozen events: every type and version ever stored has one example, byte for byte. What stands in
// old ledgers must parse, mean the same and hash the same for ever. `sha256sum -c SHA256SUMS` in
// the folder checks the list without this program.

import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeEvent, encodeEvent } from "../../src/domain/event.ts";
import { FACTS, factOfType } from "../../src/domain/facts.ts";
import { exampleBytes } from "./examples.ts";

const FOLDER = new URL("../fixtures/events/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");

const sums = new Map(
  read("SHA256SUMS")
    .trimEnd()
    .split("\n")
    .map((row) => row.split("  ") as [string, string])
    .map(([sum, name]) => [name, sum]),
);

test("every fact has a frozen example of its version", () => {
  for (const { type, version } of FACTS)
    expect(sums.has(`${type}.v${version}.json`), type).toBe(true);
});

test("the examples that fixtures are made from tell of every fact", () => {
  expect([...exampleBytes().keys()].sort()).toEqual(FACTS.map(({ type }) => type).sort());
});

test("the list names exactly the files there are", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  expect([...sums.keys()].sort()).toEqual(files.sort());
});

describe.each([...sums])("%s", (name, sum) => {
  const bytes = read(name);
  const event = decodeEvent(1, bytes);
  const fact = factOfType(event.type);

  test("has the bytes it always had", () => {
    expect(hash("sha256", bytes)).toBe(sum);
    expect(name).toBe(`${event.type}.v${event.version}.json`);
  });
  test("parses to equal data and encodes to the same bytes", () => {
    const data = fact?.dataSchema.parse(structuredClone(event.data)) ?? {};
    expect(data).toEqual(event.data);
    expect(encodeEvent({ ...event, data }, event.revision, event.recordedAt)).toBe(bytes);
  });
});
