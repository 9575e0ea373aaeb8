// A report for a terminal.

import { publicationLines } from "./publications.ts";
import type { Sheet } from "./sheet.ts";
import { type Cells, tableLines } from "./table-lines.ts";
import { LABELS } from "./texts.ts";
import { grouped } from "./totals.ts";

const PUBLISHED_SHOWN = 20;

/** A report as text: what it is, its rows, and what they add up to. */
export function* tableOf(sheet: Sheet): Generator<string> {
  for (const [label, value] of sheet.about) yield `${label}: ${value}\n`;
  yield "\n";
  const columns = sheet.columns.map(({ heading, kind }) => ({ title: heading, kind }));
  for (const line of tableLines(columns, cellsOf(sheet))) yield `${line}\n`;
  yield "\n";
  for (const [label, value] of sheet.closing()) yield `${label}: ${grouped(value)}\n`;
  yield* publishedOf(sheet);
  const { checkpoint, say } = sheet;
  if (checkpoint) yield `${say(LABELS.checkpoint, checkpoint)}\n`;
}

function* publishedOf({ published, say }: Sheet): Generator<string> {
  const shown = published();
  if (shown === undefined) return void (yield `${say(LABELS.neverPublished)}\n`);
  if (shown.length === 0) return void (yield `${say(LABELS.unpublished)}\n`);
  yield `${say(LABELS.published)}\n`;
  for (const line of publicationLines(shown.slice(0, PUBLISHED_SHOWN), say)) yield `${line}\n`;
  const more = shown.length - PUBLISHED_SHOWN;
  if (more > 0) yield `+ ${more} (--json)\n`;
  yield `${say(LABELS.restUnpublished)}\n`;
}

function* cellsOf(sheet: Sheet): Generator<Cells> {
  for (const row of sheet.rows) yield sheet.columns.map((column) => sheet.cell(row, column));
}
