// A report on paper, written page by page as its rows are read. Columns that do not fit beside each
// other go on further pages, with the columns that name a row; every page says what it is.

import type { Row } from "../../../projections/reports/report.ts";
import type { Sheet } from "../sheet.ts";
import { LABELS } from "../texts.ts";
import { grouped, isNumber, type Line } from "../totals.ts";
import { type Band, bandsOf, type Column, cellsOf, columnsOf, GAP, SIZE } from "./columns.ts";
import { createPdf, type Pdf } from "./document.ts";
import { createPdfFont, type PdfFont } from "./font.ts";
import { createPen, type Pen } from "./pen.ts";
import { wrapped } from "./wrap.ts";

/** A4, lying. */
const PAGE = { width: 842, height: 595 };
const MARGIN = 36;
const RIGHT = PAGE.width - MARGIN;
const INNER = RIGHT - MARGIN;
/** Where the rows begin under the head of a page, and the lowest line above its foot. */
const TOP = PAGE.height - MARGIN - 24;
const BOTTOM = MARGIN + 18;
const LEADING = 10;
const PADDING = 4;
const LABEL_WIDTH = 150;

/** Rows whose texts decide the widths of the columns. */
const ROWS_MEASURED = 200;

type Paper = {
  readonly sheet: Sheet;
  readonly pdf: Pdf;
  readonly font: PdfFont;
  readonly columns: readonly Column[];
  readonly bands: readonly Band[];
  pages: number;
};

/** A page being drawn, and the line that is free next. */
type Page = { readonly pen: Pen; y: number };

type Cells = readonly (readonly string[])[];

/** The bytes of a PDF file. */
export function* pdfOf(sheet: Sheet): Generator<Uint8Array> {
  const font = createPdfFont();
  const rows = sheet.rows[Symbol.iterator]();
  const first = take(rows, ROWS_MEASURED);
  const paper = paperOf(sheet, font, first);
  const { pdf, columns } = paper;
  let opening: readonly Line[] = sheet.about;
  let chunk: Cells[] = [];
  let room = roomUnder(paper, opening);
  for (const row of chained(first, rows)) {
    const cells = cellsOf(sheet, row, columns, font);
    if (heightOf(cells) > room && chunk.length > 0) {
      const page = drawBands(paper, chunk, opening);
      finish(paper, page);
      yield* pdf.take();
      chunk = [];
      opening = [];
      room = roomUnder(paper, opening);
    }
    chunk.push(cells);
    room -= heightOf(cells);
  }
  drawClosing(paper, drawBands(paper, chunk, opening));
  pdf.end();
  yield* pdf.take();
}

function paperOf(sheet: Sheet, font: PdfFont, first: readonly Row[]): Paper {
  const language = sheet.language === "zh" ? "zh-CN" : "en";
  const pdf = createPdf({ title: sheet.title, language, createdAt: sheet.recordedAt }, font);
  const columns = columnsOf(sheet, first, font);
  return { sheet, pdf, font, columns, bands: bandsOf(sheet, columns, INNER), pages: 0 };
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
function roomUnder({ columns, font }: Paper, opening: readonly Line[]): number {
  const lines = opening.flatMap((line) => valueLines(line, font)).length;
  const gap = opening.length > 0 ? PADDING : 0;
  return TOP - BOTTOM - lines * LEADING - gap - heightOf(columns.map(({ heading }) => heading));
}

function heightOf(cells: Cells): number {
  return cells.reduce((most, lines) => Math.max(most, lines.length), 1) * LEADING + PADDING;
}

/** Draws rows in every band, a page each; gives back the last page, still open. */
function drawBands(paper: Paper, rows: readonly Cells[], opening: readonly Line[]): Page {
  let page: Page | undefined;
  for (const [at, band] of paper.bands.entries()) {
    if (page) finish(paper, page);
    page = openPage(paper, at);
    if (at === 0 && opening.length > 0) {
      drawLines(paper, page, opening);
      page.y -= PADDING;
    }
    const places = placesOf(paper, band);
    const heading = paper.columns.map((column) => column.heading);
    const height = heightOf(heading);
    page.pen.shade(MARGIN, page.y - height + LEADING - 1, INNER, height);
    for (const cells of [heading, ...rows]) drawRow(paper, page, { cells, places });
  }
  return page ?? openPage(paper, 0);
}

type Place = { readonly at: number; readonly x: number };

/** Where each column of a band begins. */
function placesOf({ columns }: Paper, band: Band): Place[] {
  let x = MARGIN;
  return band.map((at) => {
    const place = { at, x };
    x += (columns[at]?.width ?? 0) + GAP;
    return place;
  });
}

type DrawnRow = { readonly cells: Cells; readonly places: readonly Place[] };

function drawRow({ columns }: Paper, page: Page, { cells, places }: DrawnRow): void {
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
  pen.line([MARGIN, page.y + LEADING - 1], [RIGHT, page.y + LEADING - 1]);
}

/** A new page with its head: the title, the demo label, the point and the columns shown. */
function openPage({ sheet, font, bands }: Paper, band: number): Page {
  const pen = createPen(font);
  const head = PAGE.height - MARGIN;
  pen.text(MARGIN, head - 6, sheet.title, 13);
  const part = bands.length > 1 ? sheet.say(LABELS.part, { at: band + 1, of: bands.length }) : "";
  const notes = [sheet.demo, part].filter(Boolean).join(" · ");
  pen.right(RIGHT, head - 6, notes, { size: SIZE, room: INNER - font.widthOf(sheet.title, 14) });
  return { pen, y: TOP };
}

/** Closes a page with its foot. */
function finish(paper: Paper, { pen }: Page): void {
  const { sheet, pdf } = paper;
  paper.pages += 1;
  const wanted = [LABELS.asOf, LABELS.filters].map((label) => sheet.say(label));
  const notes = sheet.about.filter(([label]) => wanted.includes(label));
  const page = sheet.say(LABELS.page, { page: paper.pages });
  const foot = MARGIN - 6;
  pen.right(RIGHT, foot, page, { size: SIZE, room: 80 });
  pen.text(MARGIN, foot, notes.map((line) => line.join(" ")).join(" · "), SIZE);
  pdf.page(PAGE, pen.operators());
}

function valueLines([, value]: Line, font: PdfFont): string[] {
  return wrapped(value, INNER - LABEL_WIDTH, (character) => font.widthOf(character, SIZE));
}

function drawLines(paper: Paper, page: Page, lines: readonly Line[]): Page {
  let at = page;
  for (const line of lines) {
    const values = valueLines(line, paper.font);
    if (at.y - values.length * LEADING < BOTTOM) {
      finish(paper, at);
      at = openPage(paper, 0);
    }
    at.pen.text(MARGIN, at.y, line[0], SIZE);
    for (const value of values) {
      at.pen.text(MARGIN + LABEL_WIDTH, at.y, value, SIZE);
      at.y -= LEADING;
    }
  }
  return at;
}

/** What stands below the rows, on as many pages as it needs. */
function drawClosing(paper: Paper, page: Page): void {
  const { sheet, font } = paper;
  page.y -= PADDING;
  const closing = sheet.closing().map(([label, value]): Line => [label, grouped(value)]);
  let last = drawLines(paper, page, closing);
  const missing = font.missing();
  if (missing.length > 0) {
    const named = missing.map((text) => `U+${text.codePointAt(0)?.toString(16).toUpperCase()}`);
    last = drawLines(paper, last, [[sheet.say(LABELS.missing), named.join(" ")]]);
  }
  finish(paper, last);
}
