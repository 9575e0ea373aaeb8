// The whole log as JSON Lines: line n holds the stored bytes of entry n, out and in again.

import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { moveToCluster } from "../app/move.ts";
import { LogDiffers, restore } from "../app/restore.ts";
import { errorText } from "../kernel/error-text.ts";
import { EXIT, failure } from "./failure.ts";
import type { Session } from "./session.ts";
import { linesOf } from "./text-lines.ts";
import { upkeepOf } from "./upkeep.ts";
import { refuseExisting, writeTo, writeWhole } from "./whole-file.ts";

export type ExportLogFlags = { readonly force?: boolean };

/** Streams the log to a file, or to stdout for `-`; a server may be writing meanwhile. */
export async function exportLogVerb(
  session: Session,
  file: string,
  { force }: ExportLogFlags,
): Promise<void> {
  if (file !== "-") refuseExisting(file, force);
  const { chunks, close } = await upkeepOf(session).exportLog();
  const progress = session.progress("export");
  const onChunk = (_chunk: unknown, bytes: number) => progress(bytes);
  try {
    if (file === "-") await writeTo(process.stdout, chunks, onChunk);
    else await writeWhole(file, chunks, onChunk);
  } finally {
    close();
  }
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
    const exitCode = error instanceof LogDiffers ? EXIT.corrupt : EXIT.usage;
    throw failure(exitCode, errorText(error));
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
