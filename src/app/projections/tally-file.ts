// A tally's file: derived, so it may be deleted and is made anew. It keeps the sums at every
// CHECKPOINT_EVERY entries (for "as of an entry") and the sums of every day, month and year (for
// "as of a day"), so that no report replays from entry 1.

import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { dayOfNumber } from "../../kernel/day.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import {
  checkMark,
  markOf,
  openBesideKeeper,
  openDerived,
  PRIVATE_FILE,
  privatePlace,
  removeDerived,
} from "../derived-file.ts";
import type { Cells } from "./tally-state.ts";

/** Half of it is what an answer as of an entry has to add at most. */
export const CHECKPOINT_EVERY = 8_192;

/** Of the derived file: one of another version is made anew. */
const FILE_VERSION = 5;

/** Sums of thousands of cells in one value: larger pages make fewer links to follow. */
const PAGE_SIZE = 16_384;

/** What a file holds at one moment. */
export type Snapshot = {
  readonly calendarEntry: number;
  readonly rows: readonly string[];
  /** Of every kept checkpoint and period. */
  readonly digest: string;
};

/** All sums after an entry. */
export type Checkpoint = { readonly entry: number; readonly pairs: Float64Array<ArrayBuffer> };

export type TallyFile = {
  /** False for a file that another process keeps. */
  readonly writable: boolean;
  rows(): string[];
  /** The last checkpoint at or before `entry`, as its entry and its sums, with room for `cells`. */
  checkpointBefore(entry: number, cells?: number): { entry: number; sums: Sums };
  /** The entry that the calendar reaches to; nothing kept here was folded from a later one. */
  calendarEntry(): number;
  /** Sums of all kept days up to and including `day`, and the entry that they reach to. */
  sumsUpTo(day: number, cells?: number): { entry: number; sums: Sums };
  /** Keeps rows, checkpoints and what days received up to an entry, in one transaction. */
  keep(changes: {
    readonly rows: readonly string[];
    readonly checkpoints: readonly Checkpoint[];
    readonly calendar?: { readonly entry: number; readonly days: Cells };
  }): void;
  /** For comparing two files byte for byte. */
  snapshot(): Snapshot;
  close(): void;
};

const DDL = `
CREATE TABLE IF NOT EXISTS row (
  number INTEGER PRIMARY KEY, key TEXT NOT NULL, mark INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS checkpoint (
  entry INTEGER PRIMARY KEY, parts BLOB NOT NULL, mark INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS period (
  kind INTEGER NOT NULL, number INTEGER NOT NULL, parts BLOB NOT NULL, mark INTEGER NOT NULL,
  PRIMARY KEY (kind, number)
) STRICT;
CREATE TABLE IF NOT EXISTS calendar (
  id INTEGER PRIMARY KEY CHECK (id = 1), entry INTEGER NOT NULL, kept INTEGER NOT NULL,
  mark INTEGER NOT NULL
) STRICT;
`;

/** How many rows, checkpoints and periods there are: what the calendar says was kept. */
const COUNT_KEPT =
  "SELECT (SELECT count(*) FROM row) + (SELECT count(*) FROM checkpoint) + (SELECT count(*) FROM period)";

// Kinds of period.
const DAY = 0;
const MONTH = 1;
const YEAR = 2;

/** Opens a tally file, making it when there is none. @throws DamagedFile for one that is damaged. */
export function openTallyFile(path: string): TallyFile {
  const kept = openDerived(path, {}, ownVersion);
  if (kept) return kept;
  removeDerived(path);
  // Something is made of any file.
  return openDerived(path, {}, usable) as TallyFile;
}

function ownVersion(db: Database.Database): TallyFile | undefined {
  const version = db.pragma("user_version", { simple: true });
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  return version === FILE_VERSION || isEmpty ? usable(db) : undefined;
}

function usable(db: Database.Database): TallyFile {
  db.pragma(`page_size = ${PAGE_SIZE}`);
  db.pragma("journal_mode = WAL");
  // Derived data: a lost commit is folded again from the log.
  db.pragma("synchronous = NORMAL");
  makeTables(db);
  return checked(db);
}

/** The file, once it has all that it says. */
function checked(db: Database.Database): TallyFile {
  const file = tallyFile(db);
  db.transaction(() => {
    const told = db.prepare("SELECT entry, kept, mark FROM calendar").get() as Calendar | undefined;
    const { entry, kept } = told ?? { entry: 0, kept: 0 };
    if (told) checkMark(told.mark, `calendar ${entry} ${kept}`);
    if (db.prepare(COUNT_KEPT).pluck().get() !== kept) throw new Error("something kept is gone");
  })();
  return file;
}

type Calendar = { readonly entry: number; readonly kept: number; readonly mark: number };

/**
 * Makes a file that nobody reads before it is whole, so that it is written without a journal and
 * brought to the disk once, when it is closed; what a crash leaves of it is to be removed.
 */
export function makeTallyFile(path: string): TallyFile {
  if (path !== PRIVATE_FILE) removeDerived(path);
  const db = new Database(path === PRIVATE_FILE ? privatePlace() : path);
  db.pragma(`page_size = ${PAGE_SIZE}`);
  db.pragma("journal_mode = OFF");
  db.pragma("synchronous = OFF");
  makeTables(db);
  const file = tallyFile(db);
  return {
    ...file,
    close() {
      file.close();
      if (path !== PRIVATE_FILE) bringToDisk(path);
    },
  };
}

function makeTables(db: Database.Database): void {
  db.pragma(`user_version = ${FILE_VERSION}`);
  db.exec(DDL);
}

function bringToDisk(path: string): void {
  const handle = openSync(path, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Opens the file of a tally that another process may keep; undefined when there is none yet.
 * @throws DamagedFile for one that is damaged.
 */
export function readTallyFile(path: string): TallyFile | undefined {
  return openBesideKeeper(path, (db) => {
    const made = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'calendar'").pluck();
    const version = db.pragma("user_version", { simple: true });
    return version === FILE_VERSION && made.get() === 1 ? checked(db) : undefined;
  });
}

function tallyFile(db: Database.Database): TallyFile {
  const insertRow = db.prepare("INSERT OR IGNORE INTO row VALUES (?, ?, ?)");
  const insertCheckpoint = db.prepare("INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?)");
  const before = db.prepare(
    "SELECT entry, parts, mark FROM checkpoint WHERE entry <= ? ORDER BY entry DESC LIMIT 1",
  );
  const rowsKept = db.prepare("SELECT coalesce(max(number) + 1, 0) FROM row").pluck();
  const periods = db.prepare(
    "SELECT kind, number, parts, mark FROM period WHERE kind = ? AND number BETWEEN ? AND ?",
  );
  const insertPeriod = db.prepare("INSERT OR REPLACE INTO period VALUES (?, ?, ?, ?)");
  const setCalendar = db.prepare("INSERT OR REPLACE INTO calendar VALUES (1, ?, ?, ?)");
  const getCalendar = db.prepare("SELECT entry FROM calendar").pluck();
  const countKept = db.prepare(COUNT_KEPT).pluck();

  /** What was kept of the periods of a kind from one to another. */
  function partsOf(kind: number, from: number, to: number): Float64Array[] {
    return periods.all(kind, from, to).map((row) => {
      const { number, parts, mark } = row as { number: number; parts: Buffer; mark: number };
      checkMark(mark, `period ${kind} ${number}`, parts);
      return pairsIn(parts);
    });
  }

  // Each day, month and year is read, added up once, and written.
  function keepDays(days: Cells): void {
    const runs = runsOf(days);
    for (const [kind, numberOf] of PERIODS) {
      for (const [number, own] of grouped(runs, numberOf)) {
        const [kept = NO_PAIRS] = partsOf(kind, number, number);
        scratch.addPairs(kept);
        for (const { start, stop } of own) scratch.addAll(days.index, days.amount, start, stop);
        const parts = blobOf(scratch.take(indexesOf(days, own, kept)));
        insertPeriod.run(kind, number, parts, markOf(`period ${kind} ${number}`, parts));
      }
    }
  }

  const scratch = createSums();
  function checkpointBefore(entry: number, cells?: number): { entry: number; sums: Sums } {
    const row = before.get(entry) as { entry: number; parts: Buffer; mark: number } | undefined;
    const sums = createSums(cells);
    if (!row) return { entry: 0, sums };
    checkMark(row.mark, `checkpoint ${row.entry}`, row.parts);
    sums.addPairs(pairsIn(row.parts));
    return { entry: row.entry, sums };
  }

  const rows = () => {
    const kept = db.prepare("SELECT key, mark FROM row ORDER BY number").all();
    return (kept as { key: string; mark: number }[]).map(({ key, mark }, number) => {
      checkMark(mark, `row ${number} ${key}`);
      return key;
    });
  };
  const calendarEntry = () => (getCalendar.get() ?? 0) as number;

  return {
    writable: !db.readonly,
    rows,
    checkpointBefore,
    calendarEntry,
    sumsUpTo: db.transaction((day: number, cells?: number) => {
      const sums = createSums(cells);
      const year = yearOf(day);
      const month = monthOf(day);
      const parts = [
        ...partsOf(YEAR, 0, year - 1),
        ...partsOf(MONTH, year * 12, month - 1),
        ...partsOf(DAY, firstOfMonth(day), day),
      ];
      for (const pairs of parts) sums.addPairs(pairs);
      return { entry: calendarEntry(), sums };
    }),
    keep: db.transaction((changes) => {
      for (let number = rowsKept.get() as number; number < changes.rows.length; number++) {
        const key = changes.rows[number];
        insertRow.run(number, key, markOf(`row ${number} ${key}`));
      }
      for (const { entry, pairs } of changes.checkpoints) {
        const parts = blobOf(pairs);
        insertCheckpoint.run(entry, parts, markOf(`checkpoint ${entry}`, parts));
      }
      if (changes.calendar) keepDays(changes.calendar.days);
      const entry = changes.calendar?.entry ?? calendarEntry();
      const kept = countKept.get();
      setCalendar.run(entry, kept, markOf(`calendar ${entry} ${kept}`));
    }) as TallyFile["keep"],
    snapshot: db.transaction(() => {
      const digest = createHash("sha256");
      for (const sql of CONTENTS) {
        for (const row of db.prepare(sql).raw().iterate()) {
          const [kind, number, parts, mark] = row as [number, number, Buffer, number];
          const place = kind < 0 ? `checkpoint ${number}` : `period ${kind} ${number}`;
          checkMark(mark, place, parts);
          digest.update(`${kind} ${number} ${parts.length} `).update(parts);
        }
      }
      return {
        calendarEntry: calendarEntry(),
        rows: rows(),
        digest: digest.digest("hex"),
      };
    }),
    close() {
      try {
        if (!db.readonly) db.pragma("wal_checkpoint(TRUNCATE)");
      } finally {
        db.close();
      }
    },
  };
}

const CONTENTS = [
  "SELECT -1, entry, parts, mark FROM checkpoint ORDER BY entry",
  "SELECT kind, number, parts, mark FROM period ORDER BY kind, number",
];

/** Sums as they are kept: equal sums have equal bytes. */
function blobOf(pairs: Float64Array<ArrayBuffer>): Buffer {
  return Buffer.from(pairs.buffer);
}

const NO_PAIRS = new Float64Array(0);

function pairsIn(blob: Buffer): Float64Array {
  // Where its bytes stand as numbers must, they are read in place: copies press on the collector.
  const { buffer, byteOffset, length } = blob.byteOffset % 8 === 0 ? blob : new Uint8Array(blob);
  return new Float64Array(buffer, byteOffset, length / 8);
}

/** Cells of one day that follow each other, as they mostly do. */
type Run = { readonly day: number; readonly start: number; readonly stop: number };

function runsOf({ length, day }: Cells): Run[] {
  const runs: Run[] = [];
  for (let start = 0, stop = 0; start < length; start = stop) {
    const today = day[start] as number;
    while (stop < length && day[stop] === today) stop++;
    runs.push({ day: today, start, stop });
  }
  return runs;
}

/** The cells that runs and kept pairs add to. */
function indexesOf({ index }: Cells, runs: readonly Run[], kept: Float64Array): Int32Array {
  const ofRuns = runs.reduce((sum, { start, stop }) => sum + stop - start, 0);
  const indexes = new Int32Array(ofRuns + kept.length / 2);
  let size = 0;
  for (const { start, stop } of runs) {
    indexes.set(index.subarray(start, stop), size);
    size += stop - start;
  }
  for (let at = 0; at < kept.length; at += 2) indexes[size++] = kept[at] as number;
  return indexes;
}

function grouped(runs: readonly Run[], numberOf: (day: number) => number): Map<number, Run[]> {
  const numbers = new Map<number, number>();
  const groups = new Map<number, Run[]>();
  for (const run of runs) {
    const number = numbers.get(run.day) ?? numberOf(run.day);
    numbers.set(run.day, number);
    const group = groups.get(number);
    if (group) group.push(run);
    else groups.set(number, [run]);
  }
  return groups;
}

function yearOf(day: number): number {
  return Number(dayOfNumber(day).slice(0, 4));
}

/** Months since year 0. */
function monthOf(day: number): number {
  return yearOf(day) * 12 + Number(dayOfNumber(day).slice(5, 7)) - 1;
}

function firstOfMonth(day: number): number {
  return day - Number(dayOfNumber(day).slice(8, 10)) + 1;
}

const PERIODS = [
  [DAY, (day: number) => day],
  [MONTH, monthOf],
  [YEAR, yearOf],
] as const;
