// The ledger as its faces see it: record, ask, follow. One object per open ledger, passed first;
// HTTP, CLI and scripts all go through it.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { accountBalance } from "../../projections/account-balance.ts";
import { donationsByReference } from "../../projections/donations-by-reference.ts";
import { LOOKUPS, POSTING_TALLIES, TALLIES } from "../../projections/index.ts";
import { REPORTS } from "../../projections/reports/index.ts";
import { filterNames, type Report, type Row } from "../../projections/reports/report.ts";
import type { Books } from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { dayNumber } from "../kernel/day.ts";
import { readInput } from "../kernel/read-input.ts";
import type { Text } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import type { Committed, EventStore, LogReader, StoreHealth } from "../store/event-store.ts";
import type { Damage } from "./derived-file.ts";
import { openPublications, type Publication, type PublicationQuery, workOut } from "./figures.ts";
import { followLog, logUpTo } from "./follower.ts";
import { type Journal, openJournal } from "./journal.ts";
import { forkRefusal } from "./log/fork.ts";
import { loadPolicy } from "./log/load-policy.ts";
import { loadSigningKeys } from "./log/log-keys.ts";
import { type LogStamp, rootOrWait, stampOf } from "./log/stamp.ts";
import { openTransparencyLog, type TransparencyLog } from "./log/transparency-log.ts";
import { clusterHealth, openReaderIn, openStoreIn } from "./open-store.ts";
import { type PointQuery, type PointTold, pointOf, tellPoint, zoneOf } from "./point.ts";
import { behind } from "./projections/behind.ts";
import { type LookupRunner, openLookup } from "./projections/lookup-runner.ts";
import type { Mode, Point, Projection, ProjectionStatus } from "./projections/projection.ts";
import type { CellLine } from "./projections/tally-lines.ts";
import { openTally, type TallyRunner } from "./projections/tally-runner.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { openRegisters } from "./registers.ts";
import { linesOfFigure, reportContext } from "./report-context.ts";
import { trialBalanceHash } from "./trial-balance.ts";

/** What a caller asks of a report. */
export type ReportQuery = PointQuery & {
  readonly filters?: Readonly<Record<string, string>>;
};

export type ReportResult = {
  readonly report: string;
  readonly title: Text;
  readonly definition: Text;
  readonly version: number;
  readonly demo: boolean;
  readonly asOf: PointTold;
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
  /** The folder that it is kept in. */
  readonly dir: string;
  readonly mode: Mode;
  /** The entries; a reader's end where the reader has come to. */
  readonly store: LogReader;
  /** The log that anyone can verify. */
  readonly log: TransparencyLog;
  /** Everything is refused with READ_ONLY by a reader. */
  readonly record: Recorder["record"];
  readonly rehearse: Recorder["rehearse"];
  readonly queued: Recorder["queued"];
  readonly tallies: readonly TallyRunner[];
  readonly lookups: readonly LookupRunner[];
  /** Tallies and lookups alike. */
  readonly runners: readonly Projection[];
  /** How the cluster is doing that the ledger is on; undefined for one in a folder. */
  storeHealth(): StoreHealth | undefined;
  /** How far each projection has come, and why one stopped. */
  projections(): ProjectionStatus[];
  /** Takes in what another process wrote; a writer has nothing to take in. */
  refresh(): void;
  books(): Books;
  /** The log read as double entry. */
  readonly journal: Journal;
  /**
   * @throws InvalidAsOf for a text that is no entry, instant or day.
   * @throws Refusal AS_OF_NOT_YET for one that is yet to come.
   */
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
  /** Whether this process may sign the log, once it could ask the other nodes; nobody has to ask. */
  maySign(timeoutMs: number): Promise<boolean>;
  close(): void;
};

/** Which entries to list, after an entry and at most so many. */
export type EntryQuery = {
  readonly after: number;
  readonly limit: number;
  readonly type?: string | undefined;
  /** The event's own id. */
  readonly id?: string | undefined;
  /** The payment's own reference. */
  readonly reference?: string | undefined;
};

export type FigureCell = { readonly row: Row; readonly column: string };
export type FigurePage = { readonly after: number; readonly limit: number };

/** A report or a column that does not exist. */
export class UnknownReport extends UsageError {
  constructor(name: string) {
    const names = REPORTS.map((report) => report.name);
    super({
      zh: `没有报表或数字 ${name}；现有 ${names.join("、")}`,
      en: `no report or figure ${name}; there are ${names.join(", ")}`,
    });
    this.name = "UnknownReport";
  }
}

/** A filter or parameter of a report that it has not, or with a value that it cannot take. */
export class InvalidFilter extends UsageError {
  readonly filter: string;

  constructor(filter: string, reason: Text) {
    super({ zh: `${filter}：${reason.zh}`, en: `${filter}: ${reason.en}` });
    this.filter = filter;
    this.name = "InvalidFilter";
  }
}

export type OpenOptions = {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** `read`: another process may write to the folder; this one writes nothing. */
  readonly mode?: Mode;
  /** An engine that is open already, in place of the folder's own; closed with the ledger. */
  readonly store?: EventStore;
  /** Told of each derived file that is found damaged; left out, stderr is. */
  readonly onDamage?: ((damage: Damage) => void) | undefined;
  /** Path of the policy whose witnesses cosign; `log/policy` in the folder when left out. */
  readonly policy?: string | undefined;
};

/**
 * Opens the ledger in a folder, and its projections.
 * @throws StoreUnavailable STORE_BUSY when it is to be written and another process writes to it.
 */
export function openLedger(dir: string, options: OpenOptions = {}): Ledger {
  const { now = Date.now, mode = "write" } = options;
  const keys = mode === "write" ? loadSigningKeys(dir) : [];
  const policy = mode === "write" ? loadPolicy(dir, options.policy) : undefined;
  const listeners = new Set<(committed: Committed) => void>();
  const onCommitted = (committed: Committed): void => {
    for (const runner of followers) runner.follow(committed);
    postingTallies.follow();
    publications.follow(committed.events);
    log.follow(committed);
    registers.follow(committed.events);
    for (const listener of listeners) listener(committed);
  };
  const { engine, recorder, store, beside, shared } = openStore();
  const folder = join(dir, "projections");
  if (mode === "write") mkdirSync(folder, { recursive: true });
  const journal = openJournal(store, recorder.books);
  const { onDamage } = options;
  const parts = { dir: folder, log: store, books: recorder.books, beside, onDamage };
  const moveTallies = TALLIES.map((tally) => openTally(tally, parts));
  const postingTallies = behind(
    POSTING_TALLIES.map((tally) => openTally(tally, { ...parts, log: journal, isBehind: true })),
  );
  const tallies = [...moveTallies, ...postingTallies.runners];
  const lookups = LOOKUPS.map((lookup) => openLookup(lookup, parts));
  const followers = [...moveTallies, ...lookups];
  const runners = [...tallies, ...lookups];
  const registers = openRegisters(store);
  const booksAt = registers.at;
  const canSign = () => shared?.signing?.held() ?? true;
  const log = openTransparencyLog({ dir, store, keys, mode, policy, canSign, onDamage });
  const stopSigning = shared?.signing?.onHeld(log.sign);
  const publications = openPublications(store);
  const rootAt = (size: number) => rootOrWait(log, size);
  const source = { log: store, journal, tallyOf, booksAt };
  const figures = { ...source, reports: REPORTS, rootAt };

  function openStore() {
    if (mode === "write") {
      const engine = options.store ?? openStoreIn(dir, now);
      const writer = createRecorder(engine, now, {
        onCommitted,
        figure: (asked) => workOut(figures, asked),
        trialBalance(host, day, pending) {
          const point = { entry: store.head(), day: dayNumber(day) };
          return trialBalanceHash(tallyOf(accountBalance.name).at(point), { host, day }, pending);
        },
      });
      return { engine, store: engine, recorder: writer, beside: undefined, shared: engine };
    }
    const engine = options.store ?? openReaderIn(dir);
    const reader = followLog(engine, onCommitted);
    const beside = { head: engine.head, refresh: reader.refresh };
    const upTo = logUpTo(engine, reader.head);
    return { engine, store: upTo, recorder: reader, beside, shared: undefined };
  }

  function tallyOf(name: string): TallyRunner {
    const tally = tallies.find((runner) => runner.tally.name === name);
    if (!tally) throw new UnknownReport(name);
    return tally;
  }

  function pointIn(query: PointQuery): Point {
    return pointOf({ log: store, zone: zoneOf(recorder.books()), nowMs: now() }, query);
  }

  // What they lack is folded in pauses; a start does not wait for it.
  postingTallies.follow();
  const ledger: Ledger = {
    dir,
    mode,
    store,
    log,
    record(requests, options) {
      const fork = log.fork();
      if (!fork) return recorder.record(requests, options);
      const refusal = forkRefusal(fork);
      return Promise.resolve(requests.map(() => ({ kind: "refused", refusal })));
    },
    rehearse: recorder.rehearse,
    queued: recorder.queued,
    tallies,
    lookups,
    runners,
    storeHealth: () => shared?.health?.() ?? clusterHealth(dir),
    projections: () => runners.map((runner) => runner.status()),
    refresh: () => beside?.refresh(),
    books: recorder.books,
    journal,
    pointOf: pointIn,
    report(name, query) {
      const report = reportOf(name);
      const point = pointIn(query);
      const filters = checkedFilters(report, query.filters ?? {});
      const context = reportContext(source, point, filters);
      const rows = report.rows(context);
      const { tally } = tallyOf(report.tally);
      return {
        report: name,
        title: report.title,
        definition: report.definition ?? tally.definition,
        version: tally.version,
        demo: isDemo(ledger),
        asOf: tellPoint(store, point),
        filters,
        log: stampOf(log, point.entry),
        rows: filtered(report, rows, filters),
        published: publications.of(report, point, filters),
      };
    },
    entriesOfFigure(name, { row, column }, query, { after, limit }) {
      const point = pointIn(query);
      const figure = reportOf(name).figure(row, column, booksAt(point.entry));
      if (!figure) throw new UnknownReport(`${name}.${column}`);
      return linesOfFigure(tallyOf(figure.tally), figure, point, { after, limit });
    },
    entries({ after, limit, type, id, reference }) {
      if (id !== undefined) {
        const entry = store.find(id) ?? 0;
        const found = entry > after ? store.read(entry, entry) : [];
        return type === undefined ? found : found.filter((event) => event.type === type);
      }
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
    maySign: async (timeoutMs) =>
      keys.length > 0 && ((await shared?.signing?.ask(timeoutMs)) ?? true),
    close() {
      postingTallies.stop();
      for (const runner of runners) runner.close();
      stopSigning?.();
      log.close();
      engine.close();
    },
  };
  return ledger;
}

/** Whether the ledger says of itself that it is a demo. */
export function isDemo({ books }: Pick<Ledger, "books">): boolean {
  return books().ledger.get("ledger")?.demo ?? false;
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
    const read = param && readInput(param.value, value);
    const [issue] = read?.success === false ? read.issues : [];
    if (issue) throw new InvalidFilter(name, issue.text);
    if (!param && !report.filters.includes(name)) {
      const names = filterNames(report);
      throw new InvalidFilter(name, {
        zh: `${report.name} 可按 ${names.join("、")} 筛选`,
        en: `${report.name} is narrowed by ${names.join(", ")}`,
      });
    }
  }
  return given;
}

function filtered(report: Report, rows: Iterable<Row>, filters: Filters): Iterable<Row> {
  const wanted = Object.entries(filters).filter(([name]) => report.filters.includes(name));
  return wanted.length === 0 ? rows : matching(rows, wanted);
}

function* matching(rows: Iterable<Row>, wanted: readonly (readonly [string, string])[]) {
  for (const row of rows) if (wanted.every(([name, value]) => row[name] === value)) yield row;
}
