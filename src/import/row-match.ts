// Recognises rows by plain text: rows to skip, notes that restrict, the file's own total, and a
// header that is printed again on each page.

import { foldedText } from "./cell-text.ts";
import { type Mapping, type Match, ROLES } from "./mapping.ts";
import type { RawRow } from "./read/table.ts";
import type { CellOf } from "./row-money.ts";

/** Makes the test of one match; texts are compared folded. */
export function matcher(match: Match, cellOf: CellOf): (raw: RawRow) => boolean {
  const equals = new Set(match.equals?.map(foldedText));
  const starts = match.startsWith?.map(foldedText) ?? [];
  const contained = match.contains?.map(foldedText) ?? [];
  return (raw) => {
    const text = foldedText(cellOf(raw, match.column));
    return (
      equals.has(text) ||
      starts.some((start) => text.startsWith(start)) ||
      contained.some((part) => text.includes(part))
    );
  };
}

/** Makes the test of a control row: one of its cells equals a label. */
export function controlFinder(mapping: Mapping): (raw: RawRow) => boolean {
  const labels = new Set(mapping.control?.labels.map(foldedText));
  return ({ cells }) => labels.size > 0 && cells.some((cell) => labels.has(foldedText(cell)));
}

/** Makes the test of a repeated header: every mapped column holds one of its titles. */
export function repeatedHeader(mapping: Mapping, cellOf: CellOf): (raw: RawRow) => boolean {
  const wanted = ROLES.flatMap((role) => {
    const titles = mapping.columns[role];
    return titles ? [{ role, titles: new Set(titles.map(foldedText)) }] : [];
  });
  return (raw) => wanted.every(({ role, titles }) => titles.has(foldedText(cellOf(raw, role))));
}
