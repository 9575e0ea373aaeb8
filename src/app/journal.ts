// The journal: the log read as double entry. It keeps nothing: postings are worked out when somebody
// asks, and tallies over them keep the sums. Most follow from the stored moves alone, so that a
// tally need not decode the entries.

import type { Books } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import type { BookedSeries, JournalEntry, Posting } from "../domain/journal/posting.ts";
import {
  journalEntryOf,
  POSTED_BY_TYPE,
  postingPeriod,
  postingsOfMove,
} from "../domain/journal/postings-of.ts";
import { type Day, dayNumber, dayOfNumber } from "../kernel/day.ts";
import { splitAmount } from "../kernel/sums.ts";
import type { LogReader } from "../store/event-store.ts";
import { buildLines, type Lines, type LinesBuilder } from "../store/lines.ts";
import { factsOnLog } from "./facts-on-log.ts";
import type { LineSource } from "./projections/tally-fold.ts";

const PAGE = 2_048;
/** They are rare, so few are asked for beyond the end of a page. */
const BY_TYPE_AT_ONCE = 64;

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

  function postedTo(move: number, day: number): readonly number[] {
    const date = dayOfNumber(day);
    const one = { ...log.seriesAt(move), amount: 1n };
    return postingsOfMove(one, date, context).map((posting) => numberOf(posting, yearOf(date)));
  }

  const templates = postingTemplates(postedTo);

  /** Posts the lines of moves from `at` on up to an entry, and tells where it stopped. */
  function addMoves(into: LinesBuilder, moves: Lines, at: number, before: number): number {
    let line = at;
    for (; line < moves.length; line++) {
      const entry = moves.entry[line] as number;
      if (entry >= before) break;
      const day = moves.day[line] as number;
      for (const number of templates(moves.series[line] as number, day)) {
        into.add(entry, number, day, moves.amount[line] as number);
      }
    }
    return line;
  }

  function addEntry(into: LinesBuilder, { event, day, postings }: JournalEntry): void {
    for (const posting of postings) {
      const number = numberOf(posting, yearOf(day));
      for (const amount of splitAmount(posting.amount)) {
        into.add(event.entry, number, dayNumber(day), amount);
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
      const into = buildLines();
      const moves = log.lines(from, to);
      let at = 0;
      for (const event of postedByType(log, from, to)) {
        at = addMoves(into, moves, at, event.entry);
        while (moves.entry[at] === event.entry) at++;
        addEntry(into, journalEntryOf(event, context));
      }
      addMoves(into, moves, at, Number.POSITIVE_INFINITY);
      return into.lines();
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

/**
 * What is posted for a move, remembered by the move's series and the rules of its day: an amount
 * changes nothing else of it, and there are far fewer series than entries.
 */
function postingTemplates(postedTo: (series: number, day: number) => readonly number[]) {
  const bySeries = new Map<string, (readonly number[] | undefined)[]>();
  let today: number | undefined;
  let known: (readonly number[] | undefined)[] = [];
  return (series: number, day: number): readonly number[] => {
    // Lines of one day mostly follow each other.
    if (day !== today) {
      const period = postingPeriod(dayOfNumber(day));
      known = bySeries.get(period) ?? [];
      bySeries.set(period, known);
      today = day;
    }
    const posted = known[series] ?? postedTo(series, day);
    known[series] = posted;
    return posted;
  };
}

/** The entries whose postings need more than their lines, in order. */
function postedByType(log: LogReader, from: number, to: number): StoredEvent[] {
  const entries: number[] = [];
  for (const type of POSTED_BY_TYPE) {
    for (let after = from - 1; after < to; ) {
      const next = log.entriesOfType(type, after, BY_TYPE_AT_ONCE);
      entries.push(...next.filter((entry) => entry <= to));
      after = next.length < BY_TYPE_AT_ONCE ? to : (next.at(-1) as number);
    }
  }
  return entries.sort((a, b) => a - b).flatMap((entry) => log.read(entry, entry));
}

function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

function seriesKey(posting: Posting, year: number): string {
  const { host, fund, bucket, project, community, currency, account, side, item } = posting;
  return `${host}|${fund}|${bucket}|${project}|${community}|${currency}|${account}|${side}|${item}|${year}`;
}
