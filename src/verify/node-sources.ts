// Evidence on this machine or on a web server, for Node: folders, archives, addresses.

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import type { Source } from "./source.ts";
import { openZip } from "./zip.ts";

export type OpenSource = Source & { close(): Promise<void> };

const nothing = async (): Promise<void> => undefined;
/** A path of a log or a bundle; nothing that leads out of its folder. */
const SAFE_PATH = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/;

/** A static export or an unpacked bundle. */
export function openFolder(dir: string): OpenSource {
  const listing = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((item) => !item.isDirectory())
    .map((item) => relative(dir, join(item.parentPath, item.name)).split(sep).join("/"))
    .sort();
  return { listing, fetch: (path) => readIfThere(join(dir, path)), close: nothing };
}

/** The bytes of a file; undefined when there is none. */
async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      return undefined;
    }
    throw error;
  }
}

/** A bundle as one archive, read file by file. */
export async function openArchive(path: string): Promise<OpenSource> {
  const file = await open(path);
  const { size } = await file.stat();
  const readAt = async (offset: number, length: number) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  try {
    return { ...(await openZip(readAt, size)), close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const ANSWER_MAX = 1 << 25;
const TIMEOUT_MS = 30_000;

/**
 * A log on a web server. What was fetched once is kept in a temporary folder, so that a server cannot
 * tell two things of one file, and is not asked twice.
 */
export function openUrl(base: string): OpenSource {
  const spool = mkdtempSync(join(tmpdir(), "almoner-verify-"));
  const prefix = base.endsWith("/") ? base : `${base}/`;
  return {
    async fetch(path) {
      if (!SAFE_PATH.test(path)) throw new RangeError(`no path of a log: ${path}`);
      const kept = join(spool, path);
      if (existsSync(kept)) return readIfThere(kept);
      const bytes = await download(new URL(path, prefix));
      if (!bytes) return undefined;
      await mkdir(dirname(kept), { recursive: true });
      await writeFile(kept, bytes);
      return bytes;
    },
    close: async () => rmSync(spool, { recursive: true, force: true }),
  };
}

async function download(url: URL): Promise<Uint8Array | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new RangeError(`${url} answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > ANSWER_MAX) throw new RangeError(`${url} answered with too much`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Opens what a text names: an address, an archive or a folder. */
export async function openTarget(target: string): Promise<OpenSource> {
  if (/^https?:\/\//.test(target)) return openUrl(target);
  if (target.toLowerCase().endsWith(".zip")) return openArchive(target);
  return openFolder(target);
}
