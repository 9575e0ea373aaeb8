// What a file may cost before reading stops. Every number is a cap against hostile or broken files;
// honest ones stay far below it.

import { z } from "zod";

const MIB = 1024 * 1024;
const cap = (value: number, about: string) => z.int().min(1).default(value).describe(about);

/** Caps on one file. Sizes in bytes or UTF-16 units, time in milliseconds. */
export const readLimits = z.strictObject({
  fileBytes: cap(4096 * MIB, "size of a CSV file, which is streamed"),
  sheetFileBytes: cap(64 * MIB, "size of an .xlsx or .xls file, which is held in memory"),
  expandedBytes: cap(256 * MIB, "size of all parts of an .xlsx file together, once inflated"),
  zipEntries: cap(2_000, "parts in an .xlsx file"),
  zipRatio: cap(200, "inflated size over packed size of an .xlsx file"),
  sheets: cap(64, "sheets in a workbook"),
  rows: cap(10_000_000, "rows in a table"),
  columns: cap(1_024, "cells in a row; a longer row is an exception"),
  cellChars: cap(4_096, "text in a cell; a row with a longer one is an exception"),
  recordChars: cap(4 * MIB, "text in a CSV record; a longer one is taken for an unclosed quote"),
  timeMs: cap(300_000, "time spent waiting for the reading thread, in all"),
  heapMb: cap(1_024, "memory of the reading thread"),
});
export type ReadLimits = z.infer<typeof readLimits>;
