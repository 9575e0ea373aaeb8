// A report as a workbook, written as its rows are read: the rows on as many sheets as they need,
// then a sheet that says what they are, with the totals, apart from the data.

import type { Row } from "../../../projections/reports/report.ts";
import type { Sheet } from "../sheet.ts";
import { LABELS } from "../texts.ts";
import { isDecimal, isNumber, type Line } from "../totals.ts";
import { cellOf, columnName, isInexact, STYLE, textCell, xml } from "./cells.ts";
import { sheetPath, WORKSHEET, type Workbook, workbookParts } from "./parts.ts";
import { type Part, zipOf } from "./zip.ts";

/** Rows that a sheet holds, its header among them. */
const SHEET_ROWS = 1_048_576;

type Options = { readonly sheetRows?: number };

/** The bytes of a workbook. */
export function xlsxOf(
  sheet: Sheet,
  { sheetRows = SHEET_ROWS }: Options = {},
): Generator<Uint8Array> {
  return zipOf(partsOf(sheet, sheetRows));
}

function* partsOf(sheet: Sheet, sheetRows: number): Generator<Part> {
  const sheets: Workbook["sheets"][number][] = [];
  const rows = sheet.rows[Symbol.iterator]();
  const state: State = { rows, next: rows.next(), inexact: 0 };
  const next = (name: string, titled: boolean, chunks: Iterable<string>): Part => {
    sheets.push({ name, titled });
    return { name: sheetPath(sheets.length), chunks };
  };
  do {
    const name = sheetName(sheet.title, sheets.length);
    yield next(name, true, dataSheet(sheet, state, sheetRows));
  } while (!state.next.done);
  yield next(sheet.say(LABELS.meta), false, metaSheet(sheet, state.inexact));
  yield* workbookParts({ title: sheet.title, sheets, createdAt: sheet.recordedAt });
}

type State = {
  readonly rows: Iterator<Row>;
  /** One ahead, so that no empty sheet follows a full one. */
  next: IteratorResult<Row>;
  /** Figures that Excel cannot hold and that are written as text. */
  inexact: number;
};

// Sheet names: at most 31 characters, none of []:*?/\ and no apostrophe at either end.
function sheetName(title: string, before: number): string {
  const suffix = before === 0 ? "" : ` (${before + 1})`;
  return title.replace(/[[\]:*?/\\']/g, " ").slice(0, 31 - suffix.length) + suffix;
}

function* dataSheet(sheet: Sheet, state: State, sheetRows: number): Generator<string> {
  const names = sheet.columns.map((_, at) => columnName(at));
  const lastColumn = names.at(-1) ?? "A";
  const widths = sheet.columns.map(({ kind }) => (isNumber(kind) ? 18 : 22));
  yield openSheet(widths, true);
  const heads = sheet.columns.map(({ heading }, at) =>
    textCell(`${names[at]}1`, heading, STYLE.header),
  );
  yield `<row r="1">${heads.join("")}</row>`;
  let line = 1;
  for (; line < sheetRows && !state.next.done; state.next = state.rows.next()) {
    const row = state.next.value;
    line += 1;
    let cells = "";
    for (const [at, column] of sheet.columns.entries()) {
      const text = sheet.cell(row, column);
      if (isNumber(column.kind) && isInexact(text)) state.inexact += 1;
      cells += cellOf(`${names[at]}${line}`, text, column.kind);
    }
    yield `<row r="${line}">${cells}</row>`;
  }
  yield `</sheetData><autoFilter ref="A1:${lastColumn}${line}"/>${printing(sheet)}</worksheet>`;
}

function* metaSheet(sheet: Sheet, inexact: number): Generator<string> {
  yield openSheet([28, 90], false);
  const flagged: Line[] = inexact > 0 ? [[sheet.say(LABELS.inexact), String(inexact)]] : [];
  for (const [at, [label, value]] of [...sheet.about, ...sheet.closing(), ...flagged].entries()) {
    const line = at + 1;
    const kind = isDecimal(value) ? "money" : "text";
    const cells = textCell(`A${line}`, label, STYLE.header) + cellOf(`B${line}`, value, kind);
    yield `<row r="${line}">${cells}</row>`;
  }
  yield `</sheetData>${printing(sheet)}</worksheet>`;
}

function openSheet(widths: readonly number[], frozen: boolean): string {
  const pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>';
  const columns = widths.map(
    (width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`,
  );
  return (
    `${WORKSHEET}<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>` +
    `<sheetViews><sheetView workbookViewId="0">${frozen ? pane : ""}</sheetView></sheetViews>` +
    `<cols>${columns.join("")}</cols><sheetData>`
  );
}

// What paper shows above and below the rows: the point, the filters, the demo label.
function printing({ title, demo, about, say }: Sheet): string {
  const wanted = [say(LABELS.asOf), say(LABELS.filters)];
  const notes = about.filter(([label]) => wanted.includes(label)).map((line) => line.join(" "));
  const plain = (text: string) => xml(text.replaceAll("&", "&&").slice(0, 120));
  return (
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>' +
    `<headerFooter><oddHeader>&amp;C${plain([demo, title].filter(Boolean).join(" "))}</oddHeader>` +
    `<oddFooter>&amp;L${plain(notes.join(" · "))}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>`
  );
}
