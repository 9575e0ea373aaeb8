// Streams the rows of a delimited text. Memory is bounded by one chunk and one record.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { TextDecoder } from "node:util";
import { CsvError, parse } from "csv-parse";
import { refuseFile } from "../texts.ts";
import type { Scan, TextEncoding } from "./scan.ts";
import type { RawRow, ReadJob } from "./table.ts";

type ParsedRecord = { readonly record: string[]; readonly info: { readonly lines: number } };

/**
 * The rows of a CSV file, each with the line on which it starts.
 * @throws Refusal FILE_ENCODING, FILE_CHANGED, FILE_DAMAGED, QUOTE_OPEN.
 */
export async function* csvRows(job: ReadJob, scan: Scan): AsyncGenerator<RawRow> {
  const { csv } = job.mapping;
  const encoding = csv.encoding === "auto" ? scan.encoding : csv.encoding;
  const parser = parse({
    delimiter: csv.delimiter,
    quote: csv.quote === "none" ? null : csv.quote,
    info: true,
    relax_column_count: true,
    // A stray quote inside a field is common in statements and harms nothing.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: job.limits.recordChars,
  });
  // An error reaches the loop below through the parser, which the pipeline destroys with it.
  pipeline(decodedText(job.path, encoding, scan.sha256), parser, () => {});
  let row = 0;
  try {
    for await (const item of parser) {
      const { record, info } = item as ParsedRecord;
      row = info.lines - lineBreaksWithin(record);
      yield csvRow(row, record, job);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const openQuote = error.code === "CSV_QUOTE_NOT_CLOSED" || error.code === "CSV_MAX_RECORD_SIZE";
    if (openQuote) refuseFile("QUOTE_OPEN", { row: row + 1 });
    refuseFile("FILE_DAMAGED", { detail: error.code });
  }
}

function csvRow(row: number, record: readonly string[], { limits }: ReadJob): RawRow {
  if (record.length > limits.columns) return { row, cells: [], fault: "TOO_MANY_COLUMNS" };
  for (const cell of record) {
    if (cell.length > limits.cellChars) return { row, cells: [], fault: "CELL_TOO_LONG" };
  }
  return { row, cells: record };
}

function lineBreaksWithin(record: readonly string[]): number {
  let count = 0;
  for (const cell of record) {
    for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count++;
  }
  return count;
}

async function* decodedText(path: string, encoding: TextEncoding, sha256: string) {
  const digest = createHash("sha256");
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (...piece: Parameters<TextDecoder["decode"]>) => {
    try {
      return decoder.decode(...piece);
    } catch {
      return refuseFile("FILE_ENCODING", { encoding });
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 17 })) {
    digest.update(chunk as Buffer);
    yield decode(chunk as Buffer, { stream: true });
  }
  yield decode();
  if (digest.digest("hex") !== sha256) refuseFile("FILE_CHANGED");
}
