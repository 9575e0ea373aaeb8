// JSON: the same members as any answer about a report, exact amounts as decimal text, one row a
// line. What a reader must know before the rows stands before them, what is known last stands last.

import { publishedAmong } from "../app/figures.ts";
import { type ReportResult, reportOf } from "../app/ledger.ts";
import { watched } from "./sheet.ts";
import { createTotals } from "./totals.ts";

/** What only who answers knows of a document. */
export type JsonPlace = {
  /** The page after this one, when there is one. */
  readonly nextCursor: string | null;
  /** Where its figures can be checked; a file on a disk has no such places. */
  readonly links?: object | undefined;
};

/** The chunks of a JSON document. */
export function* jsonOf(result: ReportResult, { nextCursor, links }: JsonPlace): Generator<string> {
  const { rows, published: all, ...head } = result;
  const report = reportOf(result.report);
  const totals = createTotals(report.columns);
  const published = publishedAmong(report, all);
  const opening = JSON.stringify({ ...head, columns: report.columns, links });
  yield `${opening.slice(0, -1)},"data":[`;
  let first = true;
  for (const row of watched(rows, [totals.add, published.see])) {
    yield `${first ? "" : ","}\n${JSON.stringify(row)}`;
    first = false;
  }
  const closing = {
    rowCount: totals.rowCount(),
    controlTotals: totals.control(),
    // Where rows overlap, the sum of a column only shows that no row is missing.
    controlTotalsAreFigures: report.adds?.(head.filters) ?? false,
    published: published.shown(),
    nextCursor,
  };
  yield `\n],${JSON.stringify(closing).slice(1)}\n`;
}
