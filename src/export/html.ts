// A report as one HTML page without script: readable on any screen, and on paper with its headings
// on every page.

import { groupThousands } from "../kernel/money.ts";
import type { Sheet } from "./sheet.ts";
import { grouped, isNumber, type Line } from "./totals.ts";

const STYLE =
  "body{font:14px/1.5 system-ui,'Noto Sans SC',sans-serif;margin:1.5rem}" +
  "table{border-collapse:collapse;font-variant-numeric:tabular-nums}" +
  "th,td{border-bottom:1px solid #bbb;padding:.2rem .6rem;text-align:left;vertical-align:top}" +
  "thead th{background:#e7ecf3}td.n,th.n{text-align:right;white-space:nowrap}" +
  "dl{display:grid;grid-template-columns:max-content auto;gap:.1rem 1rem}dt{color:#555}dd{margin:0}" +
  "@media print{@page{size:A4 landscape;margin:12mm}body{font-size:9px;margin:0}" +
  "thead{display:table-header-group}tr{break-inside:avoid}}";

/** The chunks of an HTML page. */
export function* htmlOf(sheet: Sheet): Generator<string> {
  const title = escaped(sheet.title);
  const language = sheet.language === "zh" ? "zh-CN" : "en";
  yield `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8">` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${title}</title><style>${STYLE}</style></head>\n<body><h1>${title}</h1>\n`;
  yield `${listOf(sheet.about)}<table><thead><tr>`;
  const marks = sheet.columns.map(({ kind }) => (isNumber(kind) ? ' class="n"' : ""));
  for (const [at, { heading }] of sheet.columns.entries()) {
    yield `<th scope="col"${marks[at]}>${escaped(heading)}</th>`;
  }
  yield "</tr></thead><tbody>\n";
  for (const row of sheet.rows) {
    let cells = "";
    for (const [at, column] of sheet.columns.entries()) {
      const text = sheet.cell(row, column);
      const shown = isNumber(column.kind) ? groupThousands(text) : escaped(text);
      cells += `<td${marks[at]}>${shown}</td>`;
    }
    yield `<tr>${cells}</tr>\n`;
  }
  const closing = sheet.closing().map(([label, value]): Line => [label, grouped(value)]);
  yield `</tbody></table>\n${listOf(closing)}</body></html>\n`;
}

function listOf(lines: readonly Line[]): string {
  const items = lines.map(
    ([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`,
  );
  return `<dl>${items.join("")}</dl>\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
