import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { handoversIn, keepHandover } from "../../../src/app/log/handovers.ts";
import { publishedFile } from "../../../src/app/log/published-log.ts";
import { entryList, openLog, tempFolder } from "./support.ts";

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

test("a folder without handovers has none", () => {
  expect(handoversIn(tempFolder()).sizes()).toEqual([]);
});

test("a handover is the checkpoint of its size, whenever it is made, and shown once published", () => {
  const dir = tempFolder();
  const entries = entryList(20);
  const log = openLog(dir, entries);
  log.sign();
  const at20 = text(publishedFile(log, "checkpoint"));
  expect(log.checkpointAt(21)).toBeUndefined();
  entries.add(30);
  log.sign();
  expect(log.checkpointAt(20)).toBe(at20);
  keepHandover(dir, 20, at20 ?? "");
  keepHandover(dir, 99, "of a tree that was never published");
  expect(handoversIn(dir).sizes()).toEqual([20, 99]);
  expect(text(publishedFile(log, "handovers/20"))).toBe(at20);
  expect(publishedFile(log, "handovers/99")).toBeUndefined();
});

test("what else lies in the folder is not shown", () => {
  const dir = tempFolder();
  const log = openLog(dir, entryList(20));
  log.sign();
  mkdirSync(join(dir, "log/handovers"));
  writeFileSync(join(dir, "log/handovers/20.partial"), "half");
  expect(log.handovers.sizes()).toEqual([]);
  for (const path of ["20.partial", "020", "../signed.db", "", "20/"]) {
    expect(publishedFile(log, `handovers/${path}`), path).toBeUndefined();
  }
});
