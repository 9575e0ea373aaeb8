// The whole log as JSON Lines: line n holds the stored bytes of entry n, out and in again.

import { once } from "node:events";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { moveToCluster } from "../app/move.ts";
import { openReaderIn } from "../app/open-store.ts";
import { restore } from "../app/restore.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

const PAGE = 4_096;

/** Streams the log to a file, or to stdout for `-`; a server may be writing meanwhile. */
export async function exportLogVerb(session: Session, file: string): Promise<void> {
  checkLedger(session.data);
  const log = openReaderIn(session.data);
  const out = file === "-" ? process.stdout : createWriteStream(file);
  const progress = session.progress("export");
  try {
    const head = log.head();
    for (let from = 1; from <= head; from += PAGE) {
      const to = Math.min(from + PAGE - 1, head);
      await write(out, `${log.bytes(from, to).join("\n")}\n`);
      progress(to);
    }
    if (out !== process.stdout) {
      out.end();
      await once(out, "finish");
    }
  } finally {
    log.close();
  }
}

async function write(out: Writable, text: string): Promise<void> {
  if (!out.write(text)) await once(out, "drain");
}

/** Restores an exported log into the session's folder, which must be empty. */
export async function importLogVerb(session: Session, file: string): Promise<void> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  try {
    const entries = await restoreInto(session, linesOf(input));
    session.answer({ entries, data: session.data });
    const told = { zh: "已恢复条目，逐字节一致", en: "entries restored, byte for byte" };
    session.line(`${entries} ${session.say(told)}: ${session.data}`);
  } catch (error) {
    const exitCode = (error as Error).name === "LogDiffers" ? EXIT.corrupt : EXIT.usage;
    throw failure(exitCode, (error as Error).message);
  }
}

/** Into the folder, or, when that mirrors a cluster, through a folder of its own to the cluster. */
async function restoreInto(
  { data, store, progress }: Session,
  lines: AsyncIterable<string>,
): Promise<number> {
  const onProgress = progress("import");
  if (store === undefined) return restore(data, lines, onProgress);
  const dir = join(mkdtempSync(join(tmpdir(), "almoner-import-")), "ledger");
  try {
    await restore(dir, lines, onProgress);
    return (await moveToCluster({ dir, address: store, onProgress })).entries;
  } finally {
    rmSync(dirname(dir), { recursive: true, force: true });
  }
}

// Not node:readline, which also splits at U+2028: a line here ends at a line feed and nowhere else.
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
