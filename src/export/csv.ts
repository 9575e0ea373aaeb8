// CSV as RFC 4180 has it. What the report is stands above the header row as lines that begin with
// `#`; left bare, the file is the header row and the rows alone. Totals are never among the rows.

import type { ReportColumn } from "../../projections/reports/report.ts";
import type { Sheet } from "./sheet.ts";
import { isNumber } from "./totals.ts";

// Excel reads UTF-8 as UTF-8 only behind a byte order mark.
const BYTE_ORDER_MARK = "\ufeff";

/** The chunks of a CSV file. */
export function* csvOf(sheet: Sheet, { bare }: { bare: boolean }): Generator<string> {
  yield BYTE_ORDER_MARK;
  if (!bare) for (const [label, value] of sheet.about) yield `# ${label},${quoted(value)}\r\n`;
  yield `${sheet.columns.map(({ heading }) => quoted(heading)).join(",")}\r\n`;
  for (const row of sheet.rows) {
    const cells = sheet.columns.map((column) => csvCell(sheet.cell(row, column), column.kind));
    yield `${cells.join(",")}\r\n`;
  }
}

// What a spreadsheet would run as a formula (the OWASP list): it gets an apostrophe in front.
const FORMULA = /^\s*[=+\-@\t\r\n\u2212\uff1d\uff0b\uff0d\uff20]/;

/** A cell as a field of a record; a number stands bare, so the minus of an amount stays. */
export function csvCell(text: string, kind: ReportColumn["kind"]): string {
  return text === "" || isNumber(kind) ? text : quoted(text);
}

/** A text in quotes, disarmed. */
function quoted(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
