// Figures: a cell of a report worked out for publication, and what was published of it before.
// The value comes from the projections as of the point, never from whoever asks.

import { TALLIES } from "../../projections/index.ts";
import { type Figure, findRow, type Report, type Row } from "../../projections/reports/report.ts";
import { figurePublished } from "../domain/books/publish-figure.ts";
import type { FigureAsked, FigureFound } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { refuse } from "../domain/refuse.ts";
import { type Day, dayNumber } from "../kernel/day.ts";
import type { Currency } from "../kernel/money.ts";
import type { LogReader } from "../store/event-store.ts";
import type { Point } from "./projections/projection.ts";
import type { TallyRunner } from "./projections/tally-runner.ts";
import { linesOfFigure, type ReportSource, reportContext } from "./report-context.ts";

/** A figure as it was published. */
export type Publication = FigureFound & {
  /** The entry that published it. */
  readonly entry: number;
  readonly recordedAt: string;
  readonly figure: string;
  readonly row: Readonly<Record<string, string>>;
  readonly upTo?: Day | undefined;
};

/** What figures are worked out from. */
export type FigureSource = ReportSource & {
  readonly reports: readonly Report[];
  /** Root of the Merkle tree of the first entries, in base64. */
  readonly rootAt: (size: number) => string;
};

/** Works a figure out as of a point. @throws Refusal when there is no such figure, row or entry. */
export function workOut(source: FigureSource, asked: FigureAsked): FigureFound {
  const { figure, row: key, upTo } = asked;
  const dot = figure.indexOf(".");
  const column = figure.slice(dot + 1);
  const report =
    source.reports.find(({ name }) => name === figure.slice(0, dot)) ??
    refuse("FIGURE_UNKNOWN", { figure });
  if (!isPublishable(report)) {
    refuse("FIGURE_OF_PERIOD", { figure, reports: publishable(source.reports) });
  }
  const kind = report.columns.find(({ name }) => name === column)?.kind ?? "text";
  if (kind !== "money" && kind !== "count") refuse("FIGURE_UNKNOWN", { figure });
  const head = source.log.head();
  const size = asked.asOf ?? head;
  if (size > head) refuse("AS_OF_NOT_YET", { asOf: size, head });
  const point: Point = upTo === undefined ? { entry: size } : { entry: size, day: dayNumber(upTo) };
  // Every key column is a filter as well, so a report can leave out the other rows early.
  const context = reportContext(source, point, key);
  const rows = report.rows(context);
  const named = Object.keys(key).length === report.key.length;
  const isWanted = (each: Row) => report.key.every((name) => each[name] === key[name]);
  const row = named ? findRow(rows, isWanted) : undefined;
  const cell = row && report.figure(row, column, context.books);
  if (!row || !cell) refuse("FIGURE_ROW_UNKNOWN", { figure, key: report.key.join(", ") });
  const { tally } = source.tallyOf(report.tally);
  return {
    definition: tally.name,
    definitionVersion: tally.version,
    size,
    root: source.rootAt(size),
    value: row[column] ?? "0",
    ...(kind === "money" ? { currency: row["currency"] as Currency } : {}),
    entries: countEntries(source.tallyOf(cell.tally), cell, point),
  };
}

/**
 * True for reports whose figures are sums of moves as of a point: of a fund, a place, a single gift.
 * A statement's line is none: it follows from a chart of accounts and posting rules, which a verifier
 * that is written from the docs alone would have to repeat; `PeriodClosed` states what a period's were.
 */
export function isPublishable({ tally, params = [] }: Report): boolean {
  return params.length === 0 && TALLIES.some(({ name }) => name === tally);
}

function publishable(reports: readonly Report[]): string {
  return reports
    .filter(isPublishable)
    .map(({ name }) => name)
    .join(", ");
}

const PAGE = 10_000;

function countEntries(tally: TallyRunner, figure: Figure, point: Point): number {
  let count = 0;
  for (let after = 0; ; ) {
    const page = linesOfFigure(tally, figure, point, { after, limit: PAGE });
    count += page.length;
    if (page.length < PAGE) return count;
    after = page.at(-1)?.entry ?? after;
  }
}

/** A publication as it stands in its entry. */
export function publicationOf({ entry, recordedAt, data }: StoredEvent): Publication {
  const { publishedOn: _on, asOf: _asOf, ...published } = figurePublished.dataSchema.parse(data);
  return { entry, recordedAt, ...published };
}

export type Publications = {
  /** Takes in what was committed. */
  follow(events: readonly StoredEvent[]): void;
  /**
   * The latest publication of each cell of a report that answers the same question as `point`, as
   * far as the filters name key columns.
   */
  of(report: Report, point: Point, filters: Readonly<Record<string, string>>): Publication[];
  /** Publications in order, after an entry and at most so many; all of them or those of a figure. */
  list(query: PublicationQuery): Publication[];
};

export type PublicationQuery = {
  readonly after: number;
  readonly limit: number;
  readonly figure?: string | undefined;
};

/** What was published, by cell. Publications are few, so all of them are kept. */
export function openPublications(log: LogReader): Publications {
  const all: Publication[] = [];
  const byReport = new Map<string, Publication[]>();

  function follow(events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (event.type !== figurePublished.type) continue;
      const publication = publicationOf(event);
      const [report = ""] = publication.figure.split(".");
      const own = byReport.get(report);
      if (own) own.push(publication);
      else byReport.set(report, [publication]);
      all.push(publication);
    }
  }

  for (let after = 0; ; ) {
    const page = log.entriesOfType(figurePublished.type, after, PAGE);
    follow(page.flatMap((entry) => log.read(entry, entry)));
    if (page.length < PAGE) break;
    after = page.at(-1) ?? after;
  }

  return {
    follow,
    of(report, point, filters) {
      const wanted = Object.entries(filters).filter(([name]) => report.key.includes(name));
      const latest = new Map<string, Publication>();
      for (const publication of byReport.get(report.name) ?? []) {
        const { size, upTo, figure, row } = publication;
        const sameDays = (upTo === undefined ? undefined : dayNumber(upTo)) === point.day;
        const shown = wanted.every(([name, value]) => row[name] === value);
        if (sameDays && shown && size <= point.entry) {
          latest.set(`${figure}|${keyOf(report, row)}`, publication);
        }
      }
      return [...latest.values()];
    },
    list: ({ after, limit, figure }) =>
      all
        .filter((each) => each.entry > after && (figure === undefined || each.figure === figure))
        .slice(0, limit),
  };
}

/** Of publications of a report, those whose row was seen as the rows pass. */
export function publishedAmong(report: Report, published: readonly Publication[]) {
  const waiting = new Set(published.map(({ row }) => keyOf(report, row)));
  const seen = new Set<string>();
  return {
    see(row: Row): void {
      if (waiting.size === 0) return;
      const key = keyOf(report, row);
      if (waiting.has(key)) seen.add(key);
    },
    shown: (): Publication[] => published.filter(({ row }) => seen.has(keyOf(report, row))),
  };
}

/** The publication of a cell among those of its report; undefined while it is not published. */
export function publicationOfCell(
  report: Report,
  published: readonly Publication[],
  { row, column }: { readonly row: Row; readonly column: string },
): Publication | undefined {
  const [figure, key] = [`${report.name}.${column}`, keyOf(report, row)];
  return published.find((each) => each.figure === figure && keyOf(report, each.row) === key);
}

function keyOf({ key }: Report, row: Row): string {
  return JSON.stringify(key.map((name) => row[name]));
}
