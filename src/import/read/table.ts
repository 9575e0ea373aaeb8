// What the reading thread and the importer say to each other.

import type { Mapping } from "../mapping.ts";
import type { ReadLimits } from "./limits.ts";

/** Kinds of file that can be read. */
export type TableFormat = "csv" | "xlsx" | "xls";

/** A cell: text, the double a spreadsheet holds, or nothing. */
export type Cell = string | number | null;

/** One row as it stands in the file. */
export type RawRow = {
  /** Line of a CSV file or row of a sheet, from 1. */
  readonly row: number;
  readonly cells: readonly Cell[];
  /** Columns (from 0) whose value a formula computed; the value is the one kept in the file. */
  readonly computed?: readonly number[];
  /** Why the cells of this row were not handed on. */
  readonly fault?: "CELL_TOO_LONG" | "TOO_MANY_COLUMNS";
};

/** What is known of a file before its first row. */
export type TableInfo = {
  readonly sha256: string;
  readonly bytes: number;
  readonly format: TableFormat;
  /** Dates of this workbook count from 1904 instead of 1900. */
  readonly date1904: boolean;
  /** The sheet that is read, and other sheets that hold cells and are not. */
  readonly sheet?: string;
  readonly otherSheets: readonly string[];
};

/** What the thread is told to read. */
export type ReadJob = {
  readonly path: string;
  readonly limits: ReadLimits;
  readonly mapping: Pick<Mapping, "format" | "csv" | "sheet">;
};

export type FromReader =
  | { readonly kind: "opened"; readonly info: TableInfo }
  | { readonly kind: "rows"; readonly rows: readonly RawRow[] }
  | { readonly kind: "end" }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly params: Readonly<Record<string, string | number>>;
    };
