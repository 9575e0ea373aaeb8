// The log and the registers as of one point of history, read once and never changed by later
// entries: what an export is written from, so that the same point gives the same bytes.

import type { Ledger, ReportResult } from "../../app/ledger.ts";
import { evolveBooks, registerEvents } from "../../app/load-books.ts";
import { type Books, emptyBooks, type Fund, type Host } from "../../domain/books.ts";
import type { StoredEvent } from "../../domain/event.ts";
import { factOfType } from "../../domain/facts.ts";
import { dayNumber, dayOfNumber } from "../../kernel/day.ts";
import type { LogReader } from "../../store/event-store.ts";

export type Point = ReturnType<Ledger["pointOf"]>;

export type Snapshot = {
  readonly log: LogReader;
  /** The registers; no balances. */
  readonly books: Books;
  readonly point: Point;
  readonly asOf: ReportResult["asOf"];
};

const PAGE = 1_000;
/** Names are never forgotten, but what was closed after a day was open on it. */
const STATUS_TYPES = ["FundSuspended", "FundResumed", "FundClosed", "ProjectClosed"];

/** The log and the registers as of a point. */
export function takeSnapshot(log: LogReader, point: Point): Snapshot {
  const books = emptyBooks();
  for (const event of registerEvents(log)) {
    if (event.entry > point.entry) break;
    if (STATUS_TYPES.includes(event.type) && !countsAt(point, event)) continue;
    evolveBooks(books, event);
  }
  const [last] = log.read(point.entry, point.entry);
  const recordedAt = last?.recordedAt ?? null;
  const businessDate = point.day === undefined ? null : dayOfNumber(point.day);
  return { log, books, point, asOf: { entry: point.entry, recordedAt, businessDate } };
}

/**
 * The same snapshot, its entry put back to the last one that concerns a fund of the host by that
 * business day. So what is exported of a closed period says the same for ever, its head included.
 */
export function pinned({ log, books, point }: Snapshot, host: Host | undefined): Snapshot {
  const { day, entry: head } = point;
  if (day === undefined) return takeSnapshot(log, point);
  for (let to = head; to > 0; to -= PAGE) {
    const lines = log.lines(Math.max(1, to - PAGE + 1), to);
    const at = lines.entry.findLastIndex((_, line) => {
      const { fund } = log.seriesAt(lines.series[line] as number);
      if (fund === null || (lines.day[line] as number) > day) return false;
      return host === undefined || books.funds.get(fund)?.host === host.creditCode;
    });
    if (at >= 0) return takeSnapshot(log, { entry: lines.entry[at] as number, day });
  }
  return takeSnapshot(log, { entry: 0, day });
}

/** A fund and the charity that holds its money. */
export function holderOf({ books }: Snapshot, id: string): { fund: Fund; host: Host } {
  const fund = books.funds.get(id);
  const host = fund && books.hosts.get(fund.host);
  if (!fund || !host) throw new Error(`fund ${id} has no host among the registers`);
  return { fund, host };
}

/** The entry that has this id. */
export function eventOf(log: LogReader, id: string): StoredEvent {
  const entry = log.find(id);
  const [event] = entry === undefined ? [] : log.read(entry, entry);
  if (!event) throw new Error(`no entry has the id ${id}`);
  return event;
}

/** Whether an entry counts as of a point. */
export function countsAt({ entry, day }: Point, event: StoredEvent): boolean {
  if (event.entry > entry) return false;
  return day === undefined || dayNumber(onOf(event)) <= day;
}

/** The business date of an entry. */
export function onOf({ entry, type, data }: StoredEvent): string {
  const fact = factOfType(type);
  if (!fact) throw new Error(`entry ${entry} has an unknown type, ${type}`);
  return fact.on(data);
}

/** The entries of some types that count as of the point, in the order of the log. */
export function* entriesOfTypes(
  { log, point }: Snapshot,
  types: readonly string[],
): Generator<StoredEvent> {
  const sources = types.map((type) => entryNumbers(log, type, point.entry));
  const heads = sources.map((source) => source.next().value);
  for (;;) {
    const next = Math.min(...heads.map((head) => head ?? Number.POSITIVE_INFINITY));
    if (next === Number.POSITIVE_INFINITY) return;
    const index = heads.indexOf(next);
    heads[index] = sources[index]?.next().value;
    const [event] = log.read(next, next);
    if (event && countsAt(point, event)) yield event;
  }
}

function* entryNumbers(log: LogReader, type: string, last: number): Generator<number, undefined> {
  for (let after = 0; ; ) {
    const page = log.entriesOfType(type, after, PAGE);
    for (const entry of page) {
      if (entry > last) return;
      yield entry;
    }
    if (page.length < PAGE) return;
    after = page.at(-1) as number;
  }
}
