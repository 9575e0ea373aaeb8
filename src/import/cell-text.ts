// Text of cells: cleaned for keeping, folded for comparing.

import type { Cell } from "./read/table.ts";

// Blanks of any kind, control characters, and the invisible marks that copying leaves behind.
const NOISE = /[\s\p{Cc}\u200b\u2060\ufeff]+/gu;

/** The text of a cell in NFC on one line, without blanks at its ends; empty for an empty cell. */
export function plainText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  return cell.normalize("NFC").replace(NOISE, " ").trim();
}

/** Text for comparing: full-width forms as ASCII, no blanks, lower case. `（ 元 ）` is `(元)`. */
export function foldedText(cell: Cell | undefined): string {
  return plainText(cell).normalize("NFKC").replaceAll(" ", "").toLowerCase();
}
