// The journal: the log read as double entry. It keeps nothing: postings are worked out from the
// entries when somebody asks, and tallies over them keep the sums.

import type { Books } from "../domain/books.ts";
import type { BookedSeries, JournalEntry, Posting } from "../domain/journal/posting.ts";
import { journalEntryOf } from "../domain/journal/postings-of.ts";
import { dayNumber } from "../kernel/day.ts";
import { splitAmount } from "../kernel/sums.ts";
import { emptyLines, type Lines, type LogReader } from "../store/event-store.ts";
import { factsOnLog } from "./facts-on-log.ts";
import type { LineSource } from "./projections/tally-runner.ts";

const PAGE = 2_048;

export type Journal = LineSource<BookedSeries> & {
  /** The entries `from` … `to` that are posted, in the order of the log, read as they are taken. */
  entries(from: number, to: number): Generator<JournalEntry>;
};

/** The journal of a log; `books` says who holds a fund, which never changes. */
export function openJournal(log: LogReader, books: () => Books): Journal {
  const facts = factsOnLog(log);
  const context = {
    get books() {
      return books();
    },
    fact: facts.byId,
  };
  const series: BookedSeries[] = [];
  const numbers = new Map<string, number>();

  function numberOf(posting: Posting, year: number): number {
    const key = seriesKey(posting, year);
    let number = numbers.get(key);
    if (number === undefined) {
      number = series.length;
      const { amount: _amount, ...dimensions } = posting;
      series.push({ ...dimensions, year });
      numbers.set(key, number);
    }
    return number;
  }

  function addLines(lines: Lines, { event, day, postings }: JournalEntry): void {
    const year = Number(day.slice(0, 4));
    for (const posting of postings) {
      for (const amount of splitAmount(posting.amount)) {
        lines.entry.push(event.entry);
        lines.series.push(numberOf(posting, year));
        lines.day.push(dayNumber(day));
        lines.amount.push(amount);
      }
    }
  }

  return {
    head: log.head,
    seriesAt(number) {
      const found = series[number];
      if (!found) throw new RangeError(`no series ${number}`);
      return found;
    },
    lines(from, to) {
      const lines = emptyLines();
      for (const event of log.read(from, to)) addLines(lines, journalEntryOf(event, context));
      return lines;
    },
    *entries(from, to) {
      for (let first = from; first <= to; first += PAGE) {
        for (const event of log.read(first, Math.min(first + PAGE - 1, to))) {
          const entry = journalEntryOf(event, context);
          if (entry.postings.length > 0) yield entry;
        }
      }
    },
  };
}

function seriesKey(posting: Posting, year: number): string {
  const { host, fund, bucket, project, community, currency, account, side, item } = posting;
  return `${host}|${fund}|${bucket}|${project}|${community}|${currency}|${account}|${side}|${item}|${year}`;
}
