// The rows of one sheet of an .xlsx or .xls workbook. The whole workbook is in memory here, which is
// why this runs in a thread with a memory limit. Values are the ones kept in the file: nothing is
// computed, formatted or turned into a local date.

import { type CellObject, read, type WorkBook, type WorkSheet } from "@e965/xlsx";
import { refuseFile } from "../texts.ts";
import type { ReadLimits } from "./limits.ts";
import type { Cell, RawRow, ReadJob } from "./table.ts";

/** A workbook with the sheet that the mapping chose. */
export type OpenSheet = {
  readonly name: string;
  readonly otherSheets: readonly string[];
  readonly date1904: boolean;
  readonly rows: () => Generator<RawRow>;
};

/**
 * Parses a workbook and picks the sheet named in the mapping, or the first that holds cells.
 * @throws Refusal FILE_DAMAGED, FILE_ENCRYPTED, SHEETS_TOO_MANY, SHEET_UNKNOWN, ROWS_TOO_MANY.
 */
export function openSheet(bytes: Uint8Array, job: ReadJob): OpenSheet {
  const { limits, mapping } = job;
  const book = parseWorkbook(bytes, limits);
  const names = book.SheetNames;
  if (names.length > limits.sheets) {
    refuseFile("SHEETS_TOO_MANY", { count: names.length, limit: limits.sheets });
  }
  const filled = names.filter((name) => gridOf(book, name).length > 0);
  const name = mapping.sheet ?? filled[0] ?? names[0] ?? "";
  if (!names.includes(name)) {
    refuseFile("SHEET_UNKNOWN", { sheet: name, sheets: names.join("、") });
  }
  const grid = gridOf(book, name);
  if (grid.length > limits.rows) refuseFile("ROWS_TOO_MANY", { limit: limits.rows });
  return {
    name,
    otherSheets: filled.filter((other) => other !== name),
    date1904: book.Workbook?.WBProps?.date1904 === true,
    rows: () => gridRows(grid, limits),
  };
}

function parseWorkbook(bytes: Uint8Array, limits: ReadLimits): WorkBook {
  try {
    return read(bytes, {
      type: "array",
      dense: true,
      cellDates: false,
      cellFormula: true,
      cellHTML: false,
      cellText: false,
      // One more than allowed, so that a longer sheet is refused instead of cut short.
      sheetRows: limits.rows + 1,
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (/password|encrypt/i.test(detail)) refuseFile("FILE_ENCRYPTED");
    return refuseFile("FILE_DAMAGED", { detail: detail.slice(0, 200) });
  }
}

type Grid = readonly (readonly (CellObject | undefined)[] | undefined)[];

/** The parser leaves out a sheet that it cannot read; that must not look like an empty one. */
function gridOf(book: WorkBook, name: string): Grid {
  const sheet: WorkSheet | undefined = book.Sheets[name];
  if (sheet === undefined) return refuseFile("FILE_DAMAGED", { detail: `sheet ${name}` });
  return (sheet["!data"] as Grid | undefined) ?? [];
}

function* gridRows(grid: Grid, limits: ReadLimits): Generator<RawRow> {
  for (const [index, cells] of grid.entries()) {
    if (cells !== undefined && cells.length > 0) yield sheetRow(index + 1, cells, limits);
  }
}

function sheetRow(
  row: number,
  objects: readonly (CellObject | undefined)[],
  limits: ReadLimits,
): RawRow {
  if (objects.length > limits.columns) return { row, cells: [], fault: "TOO_MANY_COLUMNS" };
  const cells: Cell[] = [];
  const computed: number[] = [];
  // By index, as the parser leaves holes in its arrays that `map` and `forEach` jump over.
  for (let column = 0; column < objects.length; column++) {
    const object = objects[column];
    const cell = cellOf(object);
    if (typeof cell === "string" && cell.length > limits.cellChars) {
      return { row, cells: [], fault: "CELL_TOO_LONG" };
    }
    cells.push(cell);
    if (object?.f !== undefined) computed.push(column);
  }
  return computed.length > 0 ? { row, cells, computed } : { row, cells };
}

function cellOf(object: CellObject | undefined): Cell {
  if (object === undefined || object.v === undefined) return null;
  switch (object.t) {
    case "n":
      return Number(object.v);
    case "e":
      return `#${object.v}`;
    case "z":
      return null;
    default:
      return String(object.v);
  }
}
