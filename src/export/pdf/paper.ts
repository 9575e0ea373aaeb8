// The sheets of paper that a report is printed on: each says what the report is and as of where.

import type { Sheet } from "../sheet.ts";
import { LABELS } from "../texts.ts";
import { grouped, type Line } from "../totals.ts";
import { SIZE } from "./columns.ts";
import { createPdf, type PageSize, type Pdf } from "./document.ts";
import { createPdfFont, type PdfFont } from "./font.ts";
import { createPen, type Pen } from "./pen.ts";
import { wrapped } from "./wrap.ts";

export const MARGIN = 36;
export const LEADING = 10;
export const PADDING = 4;
/** The lowest line above the foot of a page. */
export const BOTTOM = MARGIN + 18;

const LABEL_WIDTH = 150;

/** A page being drawn, and the line that is free next. */
export type Page = { readonly pen: Pen; y: number };

export type Paper = {
  readonly sheet: Sheet;
  readonly font: PdfFont;
  readonly pdf: Pdf;
  /** Where the first line under the head of a page stands, and how much there is beside it. */
  readonly top: number;
  readonly inner: number;
  /** A new page with its head; the note stands beside the title. */
  open(note?: string): Page;
  /** Closes a page with its foot. */
  finish(page: Page): void;
  /** How many lines these take. */
  linesOf(lines: readonly Line[]): number;
  /** Writes labels and what they say, on as many pages as it needs; gives back the last. */
  write(page: Page, lines: readonly Line[]): Page;
  /** Writes what stands below the rows, and ends the file. */
  close(page: Page): void;
};

/** Paper of this size for a report. */
export function createPaper(sheet: Sheet, { width, height }: PageSize): Paper {
  const font = createPdfFont();
  const language = sheet.language === "zh" ? "zh-CN" : "en";
  const pdf = createPdf({ title: sheet.title, language, createdAt: sheet.recordedAt }, font);
  const right = width - MARGIN;
  const inner = right - MARGIN;
  const top = height - MARGIN - 24;
  let pages = 0;

  function open(note = ""): Page {
    const pen = createPen(font);
    const head = height - MARGIN - 6;
    const notes = [sheet.demo, note].filter(Boolean).join(" · ");
    pen.text(MARGIN, head, sheet.title, 13);
    pen.right(right, head, notes, { size: SIZE, room: inner - font.widthOf(sheet.title, 14) });
    return { pen, y: top };
  }

  function finish({ pen }: Page): void {
    pages += 1;
    const wanted = [LABELS.asOf, LABELS.filters].map((label) => sheet.say(label));
    const notes = sheet.about.filter(([label]) => wanted.includes(label));
    const foot = MARGIN - 6;
    pen.right(right, foot, sheet.say(LABELS.page, { page: pages }), { size: SIZE, room: 80 });
    pen.text(MARGIN, foot, notes.map((line) => line.join(" ")).join(" · "), SIZE);
    pdf.page({ width, height }, pen.operators());
  }

  function valuesOf([, value]: Line): string[] {
    return wrapped(value, inner - LABEL_WIDTH, (character) => font.widthOf(character, SIZE));
  }

  function write(page: Page, lines: readonly Line[]): Page {
    let at = page;
    for (const line of lines) {
      const values = valuesOf(line);
      if (at.y - values.length * LEADING < BOTTOM) {
        finish(at);
        at = open();
      }
      at.pen.text(MARGIN, at.y, line[0], SIZE);
      for (const value of values) {
        at.pen.text(MARGIN + LABEL_WIDTH, at.y, value, SIZE);
        at.y -= LEADING;
      }
    }
    return at;
  }

  return {
    sheet,
    font,
    pdf,
    top,
    inner,
    open,
    finish,
    linesOf: (lines) => lines.flatMap(valuesOf).length,
    write,
    close(page) {
      page.y -= PADDING;
      const closing = sheet.closing().map(([label, value]): Line => [label, grouped(value)]);
      let last = write(page, closing);
      const missing = font.missing();
      if (missing.length > 0) {
        const codes = missing.map((text) => `U+${text.codePointAt(0)?.toString(16).toUpperCase()}`);
        last = write(last, [[sheet.say(LABELS.missing), codes.join(" ")]]);
      }
      finish(last);
      pdf.end();
    },
  };
}
