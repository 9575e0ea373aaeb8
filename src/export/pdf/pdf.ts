// A report on paper, written page by page as its rows are read. Columns that do not fit beside each
// other go on further pages, with the columns that name a row.

import type { Row } from "../../../projections/reports/report.ts";
import type { Sheet } from "../sheet.ts";
import { LABELS } from "../texts.ts";
import { isNumber, type Line } from "../totals.ts";
import { type Band, bandsOf, type Column, cellsOf, columnsOf, GAP, SIZE } from "./columns.ts";
import { BOTTOM, createPaper, LEADING, MARGIN, PADDING, type Page, type Paper } from "./paper.ts";

/** A4, lying. */
const SIZE_OF_PAGE = { width: 842, height: 595 };

/** Rows whose texts decide the widths of the columns. */
const ROWS_MEASURED = 200;

type Table = {
  readonly paper: Paper;
  readonly columns: readonly Column[];
  readonly bands: readonly Band[];
};

type Cells = readonly (readonly string[])[];

/** The bytes of a PDF file. */
export function* pdfOf(sheet: Sheet): Generator<Uint8Array> {
  const paper = createPaper(sheet, SIZE_OF_PAGE);
  const rows = sheet.rows[Symbol.iterator]();
  const first = take(rows, ROWS_MEASURED);
  const columns = columnsOf(sheet, first, paper.font);
  const table = { paper, columns, bands: bandsOf(sheet, columns, paper.inner) };
  let opening: readonly Line[] = sheet.about;
  let chunk: Cells[] = [];
  let room = roomUnder(table, opening);
  for (const row of chained(first, rows)) {
    const cells = cellsOf(sheet, row, columns, paper.font);
    if (heightOf(cells) > room && chunk.length > 0) {
      paper.finish(drawBands(table, chunk, opening));
      yield* paper.pdf.take();
      chunk = [];
      opening = [];
      room = roomUnder(table, opening);
    }
    chunk.push(cells);
    room -= heightOf(cells);
  }
  paper.close(drawBands(table, chunk, opening));
  yield* paper.pdf.take();
}

function take(rows: Iterator<Row>, most: number): Row[] {
  const taken: Row[] = [];
  while (taken.length < most) {
    const { done, value } = rows.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function* chained(first: readonly Row[], rest: Iterator<Row>): Generator<Row> {
  yield* first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

/** Height for rows on a page that opens with these lines. */
function roomUnder({ paper, columns }: Table, opening: readonly Line[]): number {
  const above = opening.length > 0 ? paper.linesOf(opening) * LEADING + PADDING : 0;
  return paper.top - BOTTOM - above - heightOf(columns.map(({ heading }) => heading));
}

function heightOf(cells: Cells): number {
  return cells.reduce((most, lines) => Math.max(most, lines.length), 1) * LEADING + PADDING;
}

/** Draws rows in every band, a page each; gives back the last page, still open. */
function drawBands(table: Table, rows: readonly Cells[], opening: readonly Line[]): Page {
  const { paper, columns, bands } = table;
  const heading = columns.map((column) => column.heading);
  const height = heightOf(heading);
  let page: Page | undefined;
  for (const [at, band] of bands.entries()) {
    if (page) paper.finish(page);
    const part = { at: at + 1, of: bands.length };
    page = paper.open(bands.length > 1 ? paper.sheet.say(LABELS.part, part) : "");
    if (at === 0 && opening.length > 0) {
      paper.write(page, opening);
      page.y -= PADDING;
    }
    page.pen.shade(MARGIN, page.y - height + LEADING - 1, paper.inner, height);
    const places = placesOf(columns, band);
    for (const cells of [heading, ...rows]) drawRow(table, page, { cells, places });
  }
  return page ?? paper.open();
}

type Place = { readonly at: number; readonly x: number };

/** Where each column of a band begins. */
function placesOf(columns: readonly Column[], band: Band): Place[] {
  let x = MARGIN;
  return band.map((at) => {
    const place = { at, x };
    x += (columns[at]?.width ?? 0) + GAP;
    return place;
  });
}

type DrawnRow = { readonly cells: Cells; readonly places: readonly Place[] };

function drawRow({ paper, columns }: Table, page: Page, { cells, places }: DrawnRow): void {
  const { pen, y } = page;
  for (const { at, x } of places) {
    const { column, width } = columns[at] as Column;
    for (const [line, text] of (cells[at] ?? []).entries()) {
      const down = y - line * LEADING;
      if (isNumber(column.kind)) pen.right(x + width, down, text, { size: SIZE, room: width });
      else pen.text(x, down, text, SIZE);
    }
  }
  page.y -= heightOf(cells);
  const under = page.y + LEADING - 1;
  pen.line([MARGIN, under], [MARGIN + paper.inner, under]);
}
