// CSV as RFC 4180 has it. What the report is stands above the header row as lines that begin with
// `#`; left bare, the file is the header row and the rows alone. Totals are never among the rows.

import type { Sheet } from "./sheet.ts";
import { isNumber } from "./totals.ts";

// Excel reads UTF-8 as UTF-8 only behind a byte order mark.
const BYTE_ORDER_MARK = "\ufeff";

/** The chunks of a CSV file. */
export function* csvOf(sheet: Sheet, { bare }: { bare: boolean }): Generator<string> {
  yield BYTE_ORDER_MARK;
  if (!bare) for (const [label, value] of sheet.about) yield `# ${label},${quoted(value)}\r\n`;
  yield `${sheet.columns.map(({ heading }) => quoted(heading)).join(",")}\r\n`;
  const numeric = sheet.columns.map(({ kind }) => isNumber(kind));
  for (const row of sheet.rows) {
    const cells = sheet.columns.map((column, at) => {
      const text = sheet.cell(row, column);
      return text === "" || numeric[at] ? text : quoted(text);
    });
    yield `${cells.join(",")}\r\n`;
  }
}

// What a spreadsheet would run as a formula (the OWASP list): it gets an apostrophe in front.
const FORMULA = /^\s*[=+\-@\t\r\n\u2212\uff1d\uff0b\uff0d\uff20]/;

/** A text in quotes, disarmed. Numbers are not passed here, so a minus of an amount stays. */
function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
