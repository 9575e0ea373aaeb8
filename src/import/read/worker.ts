// The thread that reads an untrusted file. It has no environment and little memory, sends rows in
// bounded batches only when asked, and may be killed at any moment.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { isRefusal } from "../../kernel/refusal.ts";
import { refuseFile } from "../texts.ts";
import { csvRows } from "./csv-rows.ts";
import { type Scan, scanFile } from "./scan.ts";
import type { FromReader, RawRow, ReadJob, TableFormat, TableInfo } from "./table.ts";
import { unpackWorkbook } from "./unpack.ts";

const BATCH_ROWS = 1_000;
/** Rows of a thousand wide cells would be gigabytes in a batch, for the thread that takes it. */
const BATCH_CHARS = 1_000_000;

type OpenTable = {
  readonly info: TableInfo;
  readonly rows: Iterable<RawRow> | AsyncIterable<RawRow>;
};

function checkFormat(job: ReadJob, scan: Scan): TableFormat {
  const found = ({ text: "csv", zip: "xlsx", cfb: "xls" } as const)[scan.container];
  const wanted = job.mapping.format;
  if (wanted !== "auto" && wanted !== found) refuseFile("FILE_FORMAT", { wanted, found });
  return found;
}

async function openTable(job: ReadJob): Promise<OpenTable> {
  const scan = await scanFile(job.path, job.limits);
  const format = checkFormat(job, scan);
  const { sha256, bytes } = scan;
  if (format === "csv") {
    const info = { sha256, bytes, format, date1904: false, otherSheets: [] };
    return { info, rows: csvRows(job, scan) };
  }
  const file = await readFile(job.path);
  if (createHash("sha256").update(file).digest("hex") !== sha256) refuseFile("FILE_CHANGED");
  // Loaded only here: the parser is large, and a CSV file does not need it.
  const { openSheet } = await import("./sheet-rows.ts");
  if (format === "xls") await import("./code-pages.ts");
  const sheet = openSheet(format === "xlsx" ? unpackWorkbook(file, job.limits) : file, job);
  const { date1904, otherSheets } = sheet;
  const info = { sha256, bytes, format, date1904, otherSheets, sheet: sheet.name };
  return { info, rows: sheet.rows() };
}

/** Waits until the importer asks for one more batch. Requests that came early are kept. */
function demand(port: MessagePort): () => Promise<void> {
  let asked = 0;
  let wake = () => {};
  port.on("message", () => {
    asked++;
    wake();
  });
  return async () => {
    while (asked === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    asked--;
  };
}

async function serve(port: MessagePort, job: ReadJob): Promise<void> {
  const send = (message: FromReader) => port.postMessage(message);
  const asked = demand(port);
  const { info, rows } = await openTable(job);
  send({ kind: "opened", info });
  let batch: RawRow[] = [];
  let chars = 0;
  let count = 0;
  for await (const row of rows) {
    if (++count > job.limits.rows) refuseFile("ROWS_TOO_MANY", { limit: job.limits.rows });
    batch.push(row);
    chars += charsOf(row);
    if (batch.length < BATCH_ROWS && chars < BATCH_CHARS) continue;
    await asked();
    send({ kind: "rows", rows: batch });
    batch = [];
    chars = 0;
  }
  await asked();
  send({ kind: "rows", rows: batch });
  await asked();
  send({ kind: "end" });
}

function charsOf({ cells }: RawRow): number {
  return cells.reduce<number>((sum, cell) => sum + (typeof cell === "string" ? cell.length : 1), 0);
}

function problemOf(error: unknown): FromReader {
  if (isRefusal(error)) return { kind: "refused", code: error.code, params: error.params };
  const code = (error as NodeJS.ErrnoException).code;
  const opening = ["ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR"].includes(code ?? "");
  if (opening) return { kind: "refused", code: "FILE_UNREADABLE", params: { detail: code ?? "" } };
  throw error;
}

if (parentPort) {
  const port = parentPort;
  try {
    await serve(port, workerData as ReadJob);
  } catch (error) {
    port.postMessage(problemOf(error));
  }
  port.close();
}
