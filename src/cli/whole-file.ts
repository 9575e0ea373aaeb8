// Writes a file that somebody asked for: under another name until it is whole, so that half a file
// never looks like one, and never over a file that is there already unless told so.

import { once } from "node:events";
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import type { Writable } from "node:stream";
import { EXIT, failure } from "./failure.ts";

export type Chunk = string | Uint8Array;
export type Chunks = Iterable<Chunk> | AsyncIterable<Chunk>;

/** What is called with each chunk, and the bytes so far. */
type OnChunk = (chunk: Chunk, bytes: number) => void;

/** Refuses a file that is there already, before any work is done for it. */
export function refuseExisting(file: string, force = false): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (!there || (force && there.isFile())) return;
  throw failure(EXIT.usage, {
    zh: `${file} 已存在：请换一个文件名，或用 --force 覆盖`,
    en: `${file} exists: give another name, or --force to replace it`,
  });
}

/** Writes chunks to a file, which appears once it is whole; returns its bytes. */
export async function writeWhole(file: string, chunks: Chunks, onChunk: OnChunk): Promise<number> {
  const part = `${file}.part`;
  const out = createWriteStream(part);
  try {
    await once(out, "open");
    const bytes = await writeTo(out, chunks, onChunk);
    out.end();
    await once(out, "finish");
    renameSync(part, file);
    return bytes;
  } catch (error) {
    out.destroy();
    rmSync(part, { force: true });
    throw error;
  }
}

/** Writes chunks to a stream that stays open, no faster than it takes them; returns their bytes. */
export async function writeTo(out: Writable, chunks: Chunks, onChunk: OnChunk): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.byteLength;
    onChunk(chunk, bytes);
    if (!out.write(chunk)) await once(out, "drain");
  }
  return bytes;
}
