// Tables for a terminal: Chinese characters take two cells, numbers stand right and are grouped.

import stringWidth from "string-width";
import type { ReportColumn } from "../../projections/reports/report.ts";
import { groupThousands } from "../kernel/money.ts";

export type TableColumn = {
  readonly title: string;
  readonly kind: ReportColumn["kind"];
};

/** Lays out rows under their titles; a null cell stays empty. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | null)[])[],
): string[] {
  const cells = rows.map((row) =>
    columns.map(({ kind }, index) => {
      const cell = row[index] ?? "";
      return isNumber(kind) ? groupThousands(cell) : cell;
    }),
  );
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    [titles, ...cells].reduce((most, row) => Math.max(most, stringWidth(row[index] ?? "")), 0),
  );
  return [titles, ...cells].map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.kind ?? "text"))
      .join("  ")
      .trimEnd(),
  );
}

function pad(cell: string, width: number, kind: TableColumn["kind"]): string {
  const blanks = " ".repeat(width - stringWidth(cell));
  return isNumber(kind) ? blanks + cell : cell + blanks;
}

function isNumber(kind: TableColumn["kind"]): boolean {
  return kind === "money" || kind === "count";
}
