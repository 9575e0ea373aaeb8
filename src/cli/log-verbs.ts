// The whole log as JSON Lines: line n holds the stored bytes of entry n, out and in again.

import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { moveToCluster } from "../app/move.ts";
import { openReaderIn } from "../app/open-store.ts";
import { LogDiffers, restore } from "../app/restore.ts";
import { errorText } from "../kernel/error-text.ts";
import { type LogReader, StoreUnavailable } from "../store/event-store.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";
import { linesOf } from "./text-lines.ts";
import { refuseExisting, writeTo, writeWhole } from "./whole-file.ts";

const PAGE = 4_096;

export type ExportLogFlags = { readonly force?: boolean };

/** Streams the log to a file, or to stdout for `-`; a server may be writing meanwhile. */
export async function exportLogVerb(
  session: Session,
  file: string,
  { force }: ExportLogFlags,
): Promise<void> {
  checkLedger(session.data);
  if (file !== "-") refuseExisting(file, force);
  const log = openReaderIn(session.data);
  try {
    const pages = pagesOf(log, session.progress("export"));
    const noMore = () => {};
    if (file === "-") await writeTo(process.stdout, pages, noMore);
    else await writeWhole(file, pages, noMore);
  } finally {
    log.close();
  }
}

/** The log as lines, a page at a time. @throws StoreUnavailable naming an entry that is not there. */
function* pagesOf(log: LogReader, progress: (done: number) => void): Generator<string> {
  const head = log.head();
  for (let from = 1; from <= head; from += PAGE) {
    const to = Math.min(from + PAGE - 1, head);
    const lines = log.bytes(from, to);
    if (lines.length !== to - from + 1) throw missingIn(log, from, to);
    yield `${lines.join("\n")}\n`;
    progress(to);
  }
}

function missingIn(log: LogReader, from: number, to: number): StoreUnavailable {
  let entry = from;
  while (entry < to && log.bytes(entry, entry).length === 1) entry += 1;
  const told = `entry ${entry} is missing; restore a copy that has it, and run \`almoner audit\``;
  return new StoreUnavailable("LOG_DAMAGED", told);
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
