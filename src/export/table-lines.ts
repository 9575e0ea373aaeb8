// Tables for a terminal: Chinese characters take two cells, numbers stand right and are grouped.

import stringWidth from "string-width";
import type { ReportColumn } from "../../projections/reports/report.ts";
import { groupThousands } from "../kernel/money.ts";
import { isNumber } from "./totals.ts";

export type TableColumn = {
  readonly title: string;
  readonly kind: ReportColumn["kind"];
};

/** Rows whose widths decide the columns; a wider cell that comes later pushes its line out. */
const ROWS_MEASURED = 1_000;

// A name could hold what a terminal obeys.
const CONTROL = /\p{Cc}/gu;

export type Cells = readonly (string | null)[];

/** Lays out rows under their titles, line by line; a null cell stays empty. */
export function* tableLines(
  columns: readonly TableColumn[],
  rows: Iterable<Cells>,
): Generator<string> {
  let measured: string[][] = [columns.map(({ title }) => title)];
  let widths: number[] | undefined;
  for (const row of rows) {
    const cells = columns.map(({ kind }, at) => {
      const cell = (row[at] ?? "").replace(CONTROL, "\ufffd");
      return isNumber(kind) ? groupThousands(cell) : cell;
    });
    if (widths) {
      yield lineOf(columns, cells, widths);
    } else if (measured.push(cells) > ROWS_MEASURED) {
      widths = widthsOf(columns, measured);
      for (const each of measured) yield lineOf(columns, each, widths);
      measured = [];
    }
  }
  const last = widths ?? widthsOf(columns, measured);
  for (const each of measured) yield lineOf(columns, each, last);
}

function widthsOf(columns: readonly TableColumn[], rows: readonly string[][]): number[] {
  return columns.map((_, at) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[at] ?? "")), 0),
  );
}

function lineOf(
  columns: readonly TableColumn[],
  cells: readonly string[],
  widths: readonly number[],
): string {
  const padded = cells.map((cell, at) => {
    const blanks = " ".repeat(Math.max(0, (widths[at] ?? 0) - stringWidth(cell)));
    return isNumber(columns[at]?.kind ?? "text") ? blanks + cell : cell + blanks;
  });
  return padded.join("  ").trimEnd();
}
