// A report as the bytes of a file, in chunks: what reads them sets the pace, and however many rows
// there are, only one chunk stands in memory.

import type { ReportResult } from "../app/ledger.ts";
import { type Chunks, FORMATS, type FormatName } from "./formats.ts";
import type { JsonPlace } from "./json.ts";
import type { Look } from "./sheet.ts";

const CHUNK_BYTES = 1 << 16;

type Options = Look & Partial<JsonPlace> & { readonly bare?: boolean };

/** Writes a report in a format. The same report at the same point is the same bytes. */
export async function* writeReport(
  result: ReportResult,
  format: FormatName,
  { bare = false, nextCursor = null, ...look }: Options,
): AsyncGenerator<Uint8Array> {
  const write = await FORMATS[format].load();
  for (const bytes of gathered(write(result, { ...look, bare, nextCursor }))) {
    yield bytes;
    // A server answers others between two chunks.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The name of a file that holds a report. */
export function fileNameOf({ demo, report, asOf }: ReportResult, format: FormatName): string {
  const point = asOf.businessDate === null ? asOf.entry : `${asOf.entry}-${asOf.businessDate}`;
  return `${demo ? "demo-" : ""}${report}-${point}.${FORMATS[format].extension}`;
}

function* gathered(chunks: Chunks): Generator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for (const chunk of chunks) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    parts.push(bytes);
    size += bytes.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}
