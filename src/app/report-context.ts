// What a report is computed from, as of a point: registers, sums and the journal.

import type { Figure, ReportContext } from "../../projections/reports/report.ts";
import type { Books } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { type Day, dayNumber, dayOfInstant, dayOfNumber } from "../kernel/day.ts";
import type { LogReader } from "../store/event-store.ts";
import type { Journal } from "./journal.ts";
import { zoneOf } from "./point.ts";
import type { Point } from "./projections/projection.ts";
import type { CellLine } from "./projections/tally-lines.ts";
import type { TallyRunner } from "./projections/tally-runner.ts";

export type ReportSource = {
  readonly log: LogReader;
  readonly journal: Journal;
  readonly tallyOf: (name: string) => TallyRunner;
  readonly booksAt: (entry: number) => Books;
};

/** The context of a report as of a point, narrowed by filters. */
export function reportContext(
  { log, journal, tallyOf, booksAt }: ReportSource,
  point: Point,
  filters: Readonly<Record<string, string>>,
): ReportContext {
  const books = booksAt(point.entry);
  const day = dayOfPoint(log, books, point);
  const entryAt = (entry: number) =>
    entry >= 1 && entry <= point.entry ? log.read(entry, entry)[0] : undefined;
  return {
    books,
    point,
    filters,
    day,
    view: (tally) => tallyOf(tally).at(point),
    viewUpTo(tally, upTo, entry = point.entry) {
      // Nothing is dated after the day of its recording, so the last entry's day limits nothing.
      if (upTo >= day) return tallyOf(tally).at({ ...point, entry });
      return tallyOf(tally).at({ entry, day: dayNumber(upTo) });
    },
    journal: () => journal.entries(1, point.entry),
    events: (type) => eventsOf(log, type, point.entry),
    entryAt,
    event: (id) => entryAt(log.find(id) ?? 0),
  };
}

const PAGE = 1_000;

function* eventsOf(log: LogReader, type: string, upTo: number): Generator<StoredEvent> {
  for (let after = 0; ; ) {
    const page = log.entriesOfType(type, after, PAGE);
    for (const entry of page) {
      if (entry > upTo) return;
      yield* log.read(entry, entry);
    }
    if (page.length < PAGE) return;
    after = page.at(-1) ?? after;
  }
}

/** The entries that add up to a figure as of a point, after an entry and at most so many. */
export function linesOfFigure(
  tally: TallyRunner,
  figure: Figure,
  point: Point,
  { after, limit }: { readonly after: number; readonly limit: number },
): CellLine[] {
  const { entry = point.entry, upTo } = figure;
  const days = [point.day, upTo === undefined ? undefined : dayNumber(upTo)];
  const within = {
    entry: Math.min(entry, point.entry),
    day: days.reduce((a, b) => (a === undefined ? b : b === undefined ? a : Math.min(a, b))),
    afterDay: figure.after === undefined ? undefined : dayNumber(figure.after),
  };
  const from = figure.entry === undefined ? after : Math.max(after, figure.entry - 1);
  return tally.entriesOf(figure.weigh, { point: within, after: from, limit });
}

function dayOfPoint(log: LogReader, books: Books, { entry, day }: Point): Day {
  if (day !== undefined) return dayOfNumber(day);
  const [event] = log.read(entry, entry);
  return dayOfInstant(event ? Date.parse(event.recordedAt) : 0, zoneOf(books));
}
