// A report as people read it: titles in one language, money in one unit, what stands above the rows
// and what stands below them. Every format writes this, so no two formats can say different things.

import { filterNames, type ReportColumn, type Row } from "../../projections/reports/report.ts";
import { isPublishable, type Publication, publishedAmong } from "../app/figures.ts";
import { type ReportResult, reportOf } from "../app/ledger.ts";
import type { Language } from "../kernel/text.ts";
import { DEMO_LABEL, LABELS, type Say, sayIn } from "./texts.ts";
import { createTotals, currencyOf, type Line, type Totals } from "./totals.ts";
import { amountIn, UNITS, type Unit } from "./unit.ts";

/** How a report is to look. */
export type Look = { readonly language: Language; readonly unit: Unit };

export type SheetColumn = ReportColumn & { readonly heading: string };

export type Sheet = {
  readonly name: string;
  readonly title: string;
  readonly language: Language;
  readonly unit: Unit;
  readonly demo: string | undefined;
  /** When the last entry in it was recorded: the only date a file may carry. */
  readonly recordedAt: string | null;
  readonly columns: readonly SheetColumn[];
  /** What it is, as of where, filtered by what: stands above the rows. */
  readonly about: readonly Line[];
  /** The rows, read once; the totals are whole when it ends. */
  readonly rows: Iterable<Row>;
  readonly totals: Totals;
  readonly say: Say;
  /** What a cell shows; empty when there is nothing. */
  cell(row: Row, column: ReportColumn): string;
  /** Row count, totals and notes: stands below the rows, once they are read. */
  closing(): Line[];
  /** The latest checkpoint when the report was made; it changes, so no file has it. */
  readonly checkpoint: ReportResult["log"]["checkpoint"];
  /** What was published of the rows that were read; undefined where figures cannot be. */
  published(): Publication[] | undefined;
};

/** Lays out a result. The money of every row is in the currency that the row names. */
export function sheetOf(result: ReportResult, { language, unit }: Look): Sheet {
  const report = reportOf(result.report);
  const adds = report.adds?.(result.filters) ?? false;
  const say = sayIn(language);
  const totals = createTotals(report.columns);
  const published = publishedAmong(report, result.published);
  const heading = ({ title, kind }: ReportColumn) =>
    kind === "money" && unit !== "1"
      ? say(LABELS.inUnit, { title: say(title), unit: say(UNITS[unit]) })
      : say(title);
  return {
    name: report.name,
    title: say(result.title),
    language,
    unit,
    demo: result.demo ? say(DEMO_LABEL) : undefined,
    recordedAt: result.asOf.recordedAt,
    columns: report.columns
      .filter((column) => (column.language ?? language) === language)
      .map((column) => ({ ...column, heading: heading(column) })),
    about: aboutOf(result, say, unit),
    rows: watched(result.rows, [totals.add, published.see]),
    totals,
    say,
    cell(row, { name, kind, words }) {
      const value = row[name] ?? "";
      const called = words?.(value);
      if (called) return say(called);
      return kind === "money" && value !== "" ? amountIn(unit, value, currencyOf(row)) : value;
    },
    closing: () => totals.lines({ adds, unit, say }),
    checkpoint: result.log.checkpoint,
    published: () => (isPublishable(report) ? published.shown() : undefined),
  };
}

/** Rows on their way to a file, seen by all who keep count of them. */
export function* watched(
  rows: Iterable<Row>,
  watchers: readonly ((row: Row) => void)[],
): Iterable<Row> {
  for (const row of rows) {
    for (const watch of watchers) watch(row);
    yield row;
  }
}

function aboutOf(result: ReportResult, say: Say, unit: Unit): Line[] {
  const { entry, recordedAt, businessDate } = result.asOf;
  const asOf = [
    say(LABELS.entry, { entry }),
    recordedAt && say(LABELS.recordedAt, { at: recordedAt }),
    businessDate && say(LABELS.businessDate, { day: businessDate }),
  ];
  const demo: Line[] = result.demo ? [[say(LABELS.demo), say(DEMO_LABEL)]] : [];
  const version = say(LABELS.version, { version: result.version });
  return [
    [say(LABELS.report), `${say(result.title)} (${result.report})`],
    ...demo,
    [say(LABELS.asOf), asOf.filter(Boolean).join(" · ")],
    ...rootOf(result, say),
    [say(LABELS.filters), filtersOf(result, say)],
    [say(LABELS.unit), say(UNITS[unit])],
    [say(LABELS.definition), `${say(result.definition)} (${version})`],
  ];
}

// Not the latest checkpoint, which later signings replace: a file of a point is the same for ever.
function rootOf({ log: { size, root } }: ReportResult, say: Say): Line[] {
  return root === null ? [] : [[say(LABELS.root), say(LABELS.rootOf, { root, size })]];
}

function filtersOf({ report: name, filters }: ReportResult, say: Say): string {
  const report = reportOf(name);
  const titled = [...report.columns, ...(report.params ?? [])];
  const given = filterNames(report).flatMap((filter) => {
    const title = titled.find((each) => each.name === filter)?.title;
    const value = filters[filter];
    return value === undefined ? [] : [`${title ? say(title) : filter} = ${value}`];
  });
  return given.length === 0 ? say(LABELS.noFilters) : given.join(" · ");
}
