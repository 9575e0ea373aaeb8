// Cells of a worksheet (ECMA-376 Part 1, 18.3.1): texts are texts whatever they begin with, figures
// are numbers when a double holds them exactly, days are days.

import type { ReportColumn } from "../../../projections/reports/report.ts";
import { dayNumber, isDay } from "../../kernel/day.ts";

/** Styles by what they are for; the number is the place in `cellXfs` of the style sheet. */
export const STYLE = {
  header: 1,
  text: 2,
  whole: 3,
  cents: 4,
  mills: 5,
  date: 6,
  inexact: 7,
} as const;

/** A double holds any decimal of so many digits and gives it back. */
const EXACT_DIGITS = 15;

/** Excel's day 0 is 1899-12-30; it holds 1900 for a leap year, so earlier days stay texts. */
const EXCEL_DAY_ZERO = 25_569;
const FIRST_EXCEL_DAY = "1900-03-01";

/** True when Excel would change the digits of this decimal text. */
export function isInexact(text: string): boolean {
  return text.replace(/^-?0*\.?0*|\./g, "").length > EXACT_DIGITS;
}

/** A cell at a reference such as `B7`; empty when there is nothing to say. */
export function cellOf(at: string, text: string, kind: ReportColumn["kind"]): string {
  if (text === "") return "";
  switch (kind) {
    case "text":
      return textCell(at, text, STYLE.text);
    case "date":
      if (!isDay(text) || text < FIRST_EXCEL_DAY) return textCell(at, text, STYLE.text);
      return `<c r="${at}" s="${STYLE.date}"><v>${dayNumber(text) + EXCEL_DAY_ZERO}</v></c>`;
    case "money":
    case "count":
      if (isInexact(text)) return textCell(at, text, STYLE.inexact);
      return `<c r="${at}" s="${numberStyle(text)}"><v>${text}</v></c>`;
    default:
      return kind satisfies never;
  }
}

/** A text cell; what stands in it is never a formula. */
export function textCell(at: string, text: string, style: number): string {
  const body = `<is><t xml:space="preserve">${xml(text)}</t></is>`;
  return `<c r="${at}" t="inlineStr" s="${style}">${body}</c>`;
}

function numberStyle(text: string): number {
  const dot = text.indexOf(".");
  if (dot < 0) return STYLE.whole;
  return text.length - dot - 1 === 2 ? STYLE.cents : STYLE.mills;
}

/** The name of a column: 0 is A, 26 is AA. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

// What XML 1.0 cannot hold. Lone surrogates never reach the log.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to keep out
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text inside XML; `_x0041_` would be read as an escape, so its underscore is escaped. */
export function xml(text: string): string {
  return text
    .replace(UNWRITABLE, "\ufffd")
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
