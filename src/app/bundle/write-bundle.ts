// Writes a bundle as a folder or as one archive, a file at a time. The archive of the same log is the
// same bytes each time.

import { once } from "node:events";
import { createWriteStream, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Zip, ZipDeflate } from "fflate";
import { UsageError } from "../../kernel/usage-error.ts";
import type { EvidenceFile } from "./evidence.ts";
import { FILES_MAX, OFFSET_MAX, withFileCount } from "./zip64.ts";

/** The earliest time an archive can state. */
const MTIME = new Date(1980, 0, 1);

/** Writes the files to `out`, an archive when it ends in .zip; returns how many there were. */
export async function writeBundle(
  out: string,
  files: Iterable<EvidenceFile>,
  onProgress: (files: number) => void = () => {},
): Promise<number> {
  const taken = existsSync(out) && (out.endsWith(".zip") || readdirSync(out).length > 0);
  if (taken) {
    throw new UsageError({
      zh: `${out} 已经存在；证据包须写到新的地方`,
      en: `${out} exists; a bundle is written to a place of its own`,
    });
  }
  return out.endsWith(".zip")
    ? writeArchive(out, files, onProgress)
    : writeFolder(out, files, onProgress);
}

function writeFolder(
  out: string,
  files: Iterable<EvidenceFile>,
  onProgress: (files: number) => void,
): number {
  let count = 0;
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), bytes);
    count += 1;
    onProgress(count);
  }
  return count;
}

async function writeArchive(
  out: string,
  files: Iterable<EvidenceFile>,
  onProgress: (files: number) => void,
): Promise<number> {
  const target = createWriteStream(out, { flags: "wx" });
  let full = false;
  let count = 0;
  let written = 0;
  const zip = new Zip((error, chunk, final) => {
    if (error) return void target.destroy(error);
    const bytes = final && count > FILES_MAX ? withFileCount(chunk, count, written) : chunk;
    full = !target.write(bytes);
    written += bytes.length;
    if (final) target.end();
  });
  for (const { path, bytes } of files) {
    if (written > OFFSET_MAX - bytes.length) {
      throw new UsageError({
        zh: "超过 4 GiB：请写成文件夹，不写 .zip",
        en: "more than 4 GiB: write a folder instead of a .zip",
      });
    }
    count += 1;
    const member = new ZipDeflate(path, { level: 6 });
    member.mtime = MTIME;
    zip.add(member);
    member.push(bytes, true);
    onProgress(count);
    if (full) await once(target, "drain");
  }
  zip.end();
  await once(target, "close");
  return count;
}
