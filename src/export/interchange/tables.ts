// Plain tables as CSV or as sheets of a workbook, for formats that say how their columns are called.

import type { ReportColumn } from "../../../projections/reports/report.ts";
import { csvCell } from "../csv.ts";
import { cellOf, columnName, STYLE, textCell } from "../xlsx/cells.ts";
import { sheetPath, WORKSHEET, workbookParts } from "../xlsx/parts.ts";
import { type Part, zipOf } from "../xlsx/zip.ts";

export type TableColumn = { readonly title: string; readonly kind: ReportColumn["kind"] };
export type Cells = readonly (string | undefined)[];

export type Table = {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** Read once. */
  readonly rows: Iterable<Cells>;
};

/** RFC 4180, the header row first and nothing above it. */
export function* csvOfTable({ columns, rows }: Table): Generator<string> {
  yield `${columns.map(({ title }) => csvCell(title, "text")).join(",")}\r\n`;
  for (const row of rows) {
    const cells = columns.map(({ kind }, at) => csvCell(row[at] ?? "", kind));
    yield `${cells.join(",")}\r\n`;
  }
}

type Book = { readonly title: string; readonly createdAt: string | null };

/** A workbook with a sheet for each table, written one after the other. */
export function xlsxOfTables(tables: readonly Table[], { title, createdAt }: Book) {
  const parts = function* (): Generator<Part> {
    for (const [at, table] of tables.entries()) {
      yield { name: sheetPath(at + 1), chunks: sheetOf(table) };
    }
    const sheets = tables.map(({ name }) => ({ name, titled: true }));
    yield* workbookParts({ title, sheets, createdAt });
  };
  return zipOf(parts());
}

function* sheetOf({ columns, rows }: Table): Generator<string> {
  yield `${WORKSHEET}<sheetData>`;
  const names = columns.map((_, at) => columnName(at));
  const heads = columns.map(({ title }, at) => textCell(`${names[at]}1`, title, STYLE.header));
  yield `<row r="1">${heads.join("")}</row>`;
  let line = 1;
  for (const row of rows) {
    line += 1;
    const cells = columns.map(({ kind }, at) => cellOf(`${names[at]}${line}`, row[at] ?? "", kind));
    yield `<row r="${line}">${cells.join("")}</row>`;
  }
  yield "</sheetData></worksheet>";
}
