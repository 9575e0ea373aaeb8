import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicKey, sha256, verifyEd25519 } from "../../../src/app/crypto.ts";
import { exportTiles } from "../../../src/app/log/export-tiles.ts";
import type { SignedLog } from "../../../src/app/log/published-log.ts";
import type { Published } from "../../../src/app/log/signed-file.ts";
import { KEY_TYPE } from "../../../src/proof/key.ts";
import { policyOfKey } from "../../../src/proof/policy.ts";
import { verifyLog } from "../../../src/proof/verify.ts";
import { type Entries, entryList, KEY, openLog, tempFolder } from "./support.ts";

function signedLog(entries: Entries, dir = tempFolder()): SignedLog {
  const log = openLog(dir, entries);
  log.sign();
  return { ...log, published: () => log.published() as Published };
}

function listing(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((item) => item.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

async function verify(folder: string) {
  const policy = policyOfKey(publicKey(KEY, KEY_TYPE.log));
  const files = listing(folder);
  const fetch = async (path: string) =>
    files.includes(path) ? new Uint8Array(readFileSync(join(folder, path))) : undefined;
  return verifyLog({ fetch, listing: files }, { policy, sha256, verifyEd25519 });
}

describe("a static export", () => {
  test.each([1, 256, 257, 600])("of %d entries is true by itself", async (size) => {
    const to = tempFolder();
    exportTiles(signedLog(entryList(size)), to);
    expect(await verify(to)).toMatchObject({ pass: true, size });
  });

  test("is brought up to date by what is new", async () => {
    const to = tempFolder();
    const entries = entryList(600);
    const dir = tempFolder();
    const log = signedLog(entries, dir);
    expect(exportTiles(log, to)).toMatchObject({ from: 0, size: 600 });
    expect(exportTiles(log, to)).toEqual({ from: 600, size: 600, files: 1 });
    entries.add(10);
    const later = openLog(dir, entries);
    later.sign();
    const files = exportTiles({ ...later, published: () => later.published() as Published }, to);
    expect(files).toEqual({ from: 600, size: 610, files: 3 });
    expect(await verify(to)).toMatchObject({ pass: true, size: 610 });
  });

  test("that was cut short is finished by running it again", async () => {
    const to = tempFolder();
    const log = signedLog(entryList(600));
    exportTiles(log, to);
    rmSync(join(to, "checkpoint"));
    rmSync(join(to, "tile/entries/001"));
    exportTiles(log, to);
    expect(await verify(to)).toMatchObject({ pass: true });
  });

  test("never goes into the folder of another log", () => {
    const to = tempFolder();
    exportTiles(signedLog(entryList(20)), to);
    const other = entryList(0);
    other.texts.push("{}");
    other.add(30);
    expect(() => exportTiles(signedLog(other), to)).toThrow(/another log/);
  });
});
