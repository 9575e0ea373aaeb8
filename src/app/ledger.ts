// The ledger as its faces see it: record, ask, follow. One object per open ledger, passed first;
// HTTP, CLI and scripts all go through it.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { accountBalance } from "../../projections/account-balance.ts";
import { donationsByReference } from "../../projections/donations-by-reference.ts";
import { LOOKUPS, POSTING_TALLIES, TALLIES } from "../../projections/index.ts";
import { REPORTS } from "../../projections/reports/index.ts";
import { filterNames, type Report, type Row } from "../../projections/reports/report.ts";
import { applyPatch, type Books, emptyBooks } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import { type Day, dayNumber, dayOfInstant, isDay } from "../kernel/day.ts";
import type { Text } from "../kernel/text.ts";
import type { Committed, EventStore } from "../store/event-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { openPublications, type Publication, type PublicationQuery, workOut } from "./figures.ts";
import { openJournal } from "./journal.ts";
import { REGISTER_TYPES, registerEvents } from "./load-books.ts";
import { forkRefusal } from "./log/fork.ts";
import { loadSigningKeys } from "./log/log-keys.ts";
import { type LogStamp, rootOrWait, stampOf } from "./log/stamp.ts";
import { openTransparencyLog, type TransparencyLog } from "./log/transparency-log.ts";
import { behind } from "./projections/behind.ts";
import { type LookupRunner, openLookup } from "./projections/lookup-runner.ts";
import {
  type CellLine,
  openTally,
  type Point,
  type TallyRunner,
  type TallyStatus,
} from "./projections/tally-runner.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { DEFAULT_ZONE, linesOfFigure, reportContext } from "./report-context.ts";
import { trialBalanceHash } from "./trial-balance.ts";

export type Basis = "recorded" | "effective";

/** What a caller asks of a report. */
export type ReportQuery = {
  /** An entry number, an instant (RFC 3339) or a business day; left out, the head. */
  readonly asOf?: string | undefined;
  /** Which axis a day is on: when it was recorded, or when it took effect (the default). */
  readonly basis?: Basis | undefined;
  readonly filters?: Readonly<Record<string, string>>;
};

export type ReportResult = {
  readonly report: string;
  readonly title: Text;
  readonly definition: Text;
  readonly version: number;
  readonly demo: boolean;
  readonly asOf: {
    readonly entry: number;
    readonly recordedAt: string | null;
    readonly businessDate: Day | null;
  };
  /** The filters and parameters that were given. */
  readonly filters: Readonly<Record<string, string>>;
  /** What proves it: see `LogStamp`. */
  readonly log: LogStamp;
  /** To be read once; see `Report.rows`. */
  readonly rows: Iterable<Row>;
  /**
   * What was published of this report, by the latest entry of each cell. A cell that is not here is
   * not yet published.
   */
  readonly published: readonly Publication[];
};

export type Ledger = {
  readonly store: EventStore;
  /** The log that anyone can verify. */
  readonly log: TransparencyLog;
  readonly record: Recorder["record"];
  readonly queued: Recorder["queued"];
  readonly tallies: readonly TallyRunner[];
  readonly lookups: readonly LookupRunner[];
  /** How far each projection has come, and why one stopped. */
  projections(): TallyStatus[];
  books(): Books;
  /** @throws InvalidAsOf for a text that is no entry, instant or day. */
  pointOf(query: ReportQuery): Point;
  report(name: string, query: ReportQuery): ReportResult;
  /** The entries that add up to a cell; the row is named by its key columns. */
  entriesOfFigure(name: string, cell: FigureCell, query: ReportQuery, page: FigurePage): CellLine[];
  /** Entries in order: all, those of a type, or the donations with a payment reference. */
  entries(query: EntryQuery): StoredEvent[];
  /** Published figures, in the order of publication. */
  published(query: PublicationQuery): Publication[];
  onCommitted(listener: (committed: Committed) => void): () => void;
  /** Resolves once an entry is on the log and folded. */
  atLeast(entry: number, timeoutMs: number): Promise<boolean>;
  close(): void;
};

/** Which entries to list, after an entry and at most so many. */
export type EntryQuery = {
  readonly after: number;
  readonly limit: number;
  readonly type?: string | undefined;
  /** The payment's own reference. */
  readonly reference?: string | undefined;
};

export type FigureCell = { readonly row: Row; readonly column: string };
export type FigurePage = { readonly after: number; readonly limit: number };

/** The text given as a point in history is none. */
export class InvalidAsOf extends Error {
  constructor(text: string) {
    super(`asOf is an entry number, an RFC 3339 instant or a day, not ${JSON.stringify(text)}`);
    this.name = "InvalidAsOf";
  }
}

/** A report or a column that does not exist. */
export class UnknownReport extends Error {
  constructor(name: string) {
    super(`no report or figure ${name}; there are ${REPORTS.map((r) => r.name).join(", ")}`);
    this.name = "UnknownReport";
  }
}

/** A filter or parameter of a report that it has not, or with a value that it cannot take. */
export class InvalidFilter extends Error {
  readonly filter: string;

  constructor(filter: string, message: string) {
    super(`${filter}: ${message}`);
    this.filter = filter;
    this.name = "InvalidFilter";
  }
}

/** Opens the ledger in a folder for writing, and its projections. */
export function openLedger(dir: string, now: () => number = Date.now): Ledger {
  const keys = loadSigningKeys(dir);
  const store = openSqliteStore(dir, { now });
  const listeners = new Set<(committed: Committed) => void>();
  const recorder = createRecorder(store, now, {
    onCommitted(committed) {
      const [first, head] = rangeOf(committed);
      for (const tally of moveTallies) tally.follow(committed.lines, first, head);
      postingTallies.follow();
      for (const lookup of lookups) lookup.follow(committed.events);
      publications.follow(committed.events);
      log.follow();
      registers.push(...committed.events.filter(isRegister));
      for (const listener of listeners) listener(committed);
    },
    figure: (asked) => workOut(figures, asked),
    trialBalance(host, day, pending) {
      const point = { entry: store.head(), day: dayNumber(day) };
      return trialBalanceHash(tallyOf(accountBalance.name).at(point), { host, day }, pending);
    },
  });
  const folder = join(dir, "projections");
  mkdirSync(folder, { recursive: true });
  const journal = openJournal(store, recorder.books);
  const moveTallies = TALLIES.map((tally) => openTally(folder, tally, store, recorder.books));
  const postingTallies = behind(
    POSTING_TALLIES.map((tally) => openTally(folder, tally, journal, recorder.books)),
  );
  const tallies = [...moveTallies, ...postingTallies.runners];
  const lookups = LOOKUPS.map((lookup) => openLookup(folder, lookup, store));
  const registers = registerEvents(store);
  const log = openTransparencyLog({ dir, store, keys });
  const publications = openPublications(store);
  const rootAt = (size: number) => rootOrWait(log, size);
  const source = { log: store, journal, tallyOf, booksAt };
  const figures = { ...source, reports: REPORTS, rootAt };

  function booksAt(entry: number): Books {
    if (entry >= store.head()) return recorder.books();
    const books = emptyBooks();
    for (const event of registers) {
      if (event.entry > entry) break;
      const fact = factOfType(event.type);
      if (fact) applyPatch(books, fact.evolve(event.data, event.id, books));
    }
    return books;
  }

  function tallyOf(name: string): TallyRunner {
    const tally = tallies.find((runner) => runner.tally.name === name);
    if (!tally) throw new UnknownReport(name);
    return tally;
  }

  const ledger: Ledger = {
    store,
    log,
    record(requests, options) {
      const fork = log.fork();
      if (!fork) return recorder.record(requests, options);
      const refusal = forkRefusal(fork);
      return Promise.resolve(requests.map(() => ({ kind: "refused", refusal })));
    },
    queued: recorder.queued,
    tallies,
    lookups,
    projections: () => [...tallies, ...lookups].map((runner) => runner.status()),
    books: recorder.books,
    pointOf: (query) => pointOf(store, zoneOf(recorder.books()), query),
    report(name, query) {
      const report = reportOf(name);
      const point = pointOf(store, zoneOf(recorder.books()), query);
      const filters = checkedFilters(report, query.filters ?? {});
      const context = reportContext(source, point, filters);
      const rows = report.rows(context);
      const { tally } = tallyOf(report.tally);
      return {
        report: name,
        title: report.title,
        definition: tally.definition,
        version: tally.version,
        demo: context.books.ledger.get("ledger")?.demo ?? false,
        asOf: describePoint(store, point),
        filters,
        log: stampOf(log, point.entry),
        rows: filtered(report, rows, filters),
        published: publications.of(report, point, filters),
      };
    },
    entriesOfFigure(name, { row, column }, query, { after, limit }) {
      const point = pointOf(store, zoneOf(recorder.books()), query);
      const figure = reportOf(name).figure(row, column, booksAt(point.entry));
      if (!figure) throw new UnknownReport(`${name}.${column}`);
      return linesOfFigure(tallyOf(figure.tally), figure, point, { after, limit });
    },
    entries({ after, limit, type, reference }) {
      if (reference !== undefined) {
        const runner = lookups.find(({ lookup }) => lookup.name === donationsByReference.name);
        const found = runner?.find(reference, after, limit) ?? [];
        return type === undefined ? found : found.filter((event) => event.type === type);
      }
      if (type === undefined) return store.read(after + 1, after + limit);
      return store.entriesOfType(type, after, limit).flatMap((entry) => store.read(entry, entry));
    },
    published: publications.list,
    onCommitted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    atLeast(entry, timeoutMs) {
      if (store.head() >= entry) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => finish(false), timeoutMs);
        const stop = ledger.onCommitted(() => store.head() >= entry && finish(true));
        const finish = (reached: boolean) => {
          clearTimeout(timer);
          stop();
          resolve(reached);
        };
      });
    },
    close() {
      postingTallies.stop();
      for (const tally of tallies) tally.close();
      for (const lookup of lookups) lookup.close();
      log.close();
      store.close();
    },
  };
  return ledger;
}

function rangeOf({ events }: Committed): [first: number, head: number] {
  return [events[0]?.entry ?? 0, events.at(-1)?.entry ?? 0];
}

function isRegister(event: StoredEvent): boolean {
  return (REGISTER_TYPES as readonly string[]).includes(event.type);
}

/** The report with this name. */
export function reportOf(name: string): Report {
  const report = REPORTS.find((candidate) => candidate.name === name);
  if (!report) throw new UnknownReport(name);
  return report;
}

type Filters = Readonly<Record<string, string>>;

function checkedFilters(report: Report, given: Filters): Filters {
  for (const [name, value] of Object.entries(given)) {
    const param = report.params?.find((each) => each.name === name);
    const parsed = param?.value.safeParse(value);
    if (parsed?.error) {
      throw new InvalidFilter(name, parsed.error.issues.map(({ message }) => message).join("; "));
    }
    if (!param && !report.filters.includes(name)) {
      const names = filterNames(report).join(", ");
      throw new InvalidFilter(name, `${report.name} is narrowed by ${names}`);
    }
  }
  return given;
}

function* filtered(report: Report, rows: Iterable<Row>, filters: Filters): Iterable<Row> {
  const wanted = Object.entries(filters).filter(([name]) => report.filters.includes(name));
  for (const row of rows) if (wanted.every(([name, value]) => row[name] === value)) yield row;
}

function pointOf(
  store: EventStore,
  zone: string,
  { asOf, basis = "effective" }: ReportQuery,
): Point {
  const head = store.head();
  if (asOf === undefined || asOf === "") return { entry: head };
  if (/^[1-9][0-9]{0,15}$|^0$/.test(asOf)) return { entry: Math.min(Number(asOf), head) };
  if (isDay(asOf)) {
    if (basis === "effective") return { entry: head, day: dayNumber(asOf) };
    return { entry: store.entryAtInstant(endOfDay(asOf, zone)) };
  }
  const instant = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T.+(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(asOf)
    ? Date.parse(asOf)
    : Number.NaN;
  if (Number.isNaN(instant)) throw new InvalidAsOf(asOf);
  return { entry: store.entryAtInstant(instant) };
}

function zoneOf(books: Books): string {
  return books.ledger.get("ledger")?.zone ?? DEFAULT_ZONE;
}

const HOUR_MS = 3_600_000;

// The last millisecond of a day in a zone, found by halving: zones lie within 14 hours of UTC.
function endOfDay(day: Day, zone: string): number {
  let low = Date.parse(`${day}T00:00:00Z`) - 14 * HOUR_MS;
  let high = low + 52 * HOUR_MS;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (dayOfInstant(middle, zone) <= day) low = middle;
    else high = middle - 1;
  }
  return low;
}

function describePoint(store: EventStore, { entry, day }: Point): ReportResult["asOf"] {
  const [event] = entry > 0 ? store.read(entry, entry) : [];
  return {
    entry,
    recordedAt: event?.recordedAt ?? null,
    businessDate: day === undefined ? null : new Date(day * 86_400_000).toISOString().slice(0, 10),
  };
}
