// Which columns stand beside each other on paper, and how wide each is.

import type { Row } from "../../../projections/reports/report.ts";
import { reportOf } from "../../app/ledger.ts";
import { groupThousands } from "../../kernel/money.ts";
import type { Sheet, SheetColumn } from "../sheet.ts";
import { isNumber } from "../totals.ts";
import type { PdfFont } from "./font.ts";
import { wrapped } from "./wrap.ts";

export const SIZE = 7.5;
/** Between a column and the next. */
export const GAP = 8;

const TEXT_WIDTH_MAX = 145;
const HEADING_WIDTH_MAX = 64;
const WIDTH_MIN = 28;
/** The highest cell, in lines; what is longer ends with a mark. */
const LINES_MAX = 30;

export type Column = {
  readonly column: SheetColumn;
  readonly width: number;
  readonly heading: readonly string[];
};

/** Columns that stand beside each other, by their place among all. */
export type Band = readonly number[];

/** The columns with their widths, as the headings and some rows ask for. */
export function columnsOf(sheet: Sheet, rows: readonly Row[], font: PdfFont): Column[] {
  return sheet.columns.map((column) => {
    // The long heading of a figure goes over two lines rather than take the room of three figures.
    const most = isNumber(column.kind) ? HEADING_WIDTH_MAX : TEXT_WIDTH_MAX;
    const heading = Math.min(font.widthOf(column.heading, SIZE), most);
    const wanted = rows.reduce(
      (widest, row) => Math.max(widest, font.widthOf(shownIn(sheet, row, column), SIZE)),
      heading,
    );
    const width = Math.min(Math.max(wanted + 1, WIDTH_MIN), TEXT_WIDTH_MAX);
    return { column, width, heading: linesOf(column.heading, width, font) };
  });
}

/** The lines of each cell of a row. */
export function cellsOf(
  sheet: Sheet,
  row: Row,
  columns: readonly Column[],
  font: PdfFont,
): string[][] {
  return columns.map(({ column, width }) => {
    const text = shownIn(sheet, row, column);
    return isNumber(column.kind) ? [text] : linesOf(text, width, font);
  });
}

/** Parts the columns so that each part fits; the columns that name a row stand in every part. */
export function bandsOf(sheet: Sheet, columns: readonly Column[], room: number): Band[] {
  const widthOf = (band: Band) =>
    band.reduce((sum, at) => sum + (columns[at]?.width ?? 0) + GAP, -GAP);
  const all = columns.map((_, at) => at);
  if (widthOf(all) <= room) return [all];
  const naming = new Set([...reportOf(sheet.name).key, "name"]);
  const names = all.filter((at) => naming.has(columns[at]?.column.name ?? ""));
  const bands: number[][] = [];
  let band: number[] = [...names];
  for (const at of all) {
    if (names.includes(at)) continue;
    if (widthOf([...band, at]) > room && band.length > names.length) {
      bands.push(band);
      band = [...names];
    }
    band.push(at);
  }
  return [...bands, band];
}

function shownIn(sheet: Sheet, row: Row, column: SheetColumn): string {
  const text = sheet.cell(row, column);
  return isNumber(column.kind) ? groupThousands(text) : text;
}

function linesOf(text: string, width: number, font: PdfFont): string[] {
  const lines = wrapped(text, width, (character) => font.widthOf(character, SIZE));
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX - 1), "……"];
}
