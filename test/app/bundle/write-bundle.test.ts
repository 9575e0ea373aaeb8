// Bundles as folders and archives, those of more files than 16 bits count included; the archive is read
// back by the verifier, and by Python as somebody else's reader.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeBundle } from "../../../src/app/bundle/write-bundle.ts";
import { withFileCount } from "../../../src/app/bundle/zip64.ts";
import { UsageError } from "../../../src/kernel/usage-error.ts";
import { openArchive } from "../../../src/verify/node-sources.ts";

const folder = mkdtempSync(join(tmpdir(), "almoner-bundle-"));
afterAll(() => rmSync(folder, { recursive: true }));

function* filesOf(count: number) {
  for (let n = 0; n < count; n++) yield { path: `tile/${n}`, bytes: Uint8Array.of(n & 255, 7) };
}

test("an archive of more files than 16 bits count holds each of them", async () => {
  const path = join(folder, "many.zip");
  const count = 65_540;
  expect(await writeBundle(path, filesOf(count))).toBe(count);
  const archive = await openArchive(path);
  expect(archive.listing).toHaveLength(count);
  for (const n of [0, 65_533, count - 1]) {
    expect(await archive.fetch(`tile/${n}`)).toEqual(Uint8Array.of(n & 255, 7));
  }
  await archive.close();
  const script = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(len(z.namelist()), list(z.read("tile/65533")))`;
  const { stdout } = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
  expect(stdout.trim()).toBe(`${count} [253, 7]`);
}, 120_000);

test("an archive that hides how many files it has is refused", async () => {
  const path = join(folder, "hiding.zip");
  const end = new Uint8Array(22);
  new DataView(end.buffer).setUint32(0, 0x06054b50, true);
  writeFileSync(path, end);
  expect((await openArchive(path)).listing).toEqual([]);
  new DataView(end.buffer).setUint16(10, 0xffff, true);
  writeFileSync(path, end);
  await expect(openArchive(path)).rejects.toThrow("how many files");
  writeFileSync(path, withFileCount(end, 2 ** 40, 0));
  await expect(openArchive(path)).rejects.toThrow("how many files");
  writeFileSync(path, withFileCount(end, 1, 0));
  await expect(openArchive(path)).rejects.toThrow("damaged");
});

test("a bundle is written to a place of its own", async () => {
  const path = join(folder, "once.zip");
  await writeBundle(path, filesOf(1));
  await expect(writeBundle(path, filesOf(1))).rejects.toThrow(UsageError);
});
