// A tally's file: derived, so it may be deleted and is made anew. It keeps the sums at every
// CHECKPOINT_EVERY entries (for "as of an entry") and the sums of every day, month and year (for
// "as of a day"), so that no report replays from entry 1.

import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { dayOfNumber } from "../../kernel/day.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import type { Cells } from "./tally-state.ts";

/** Half of it is what an answer as of an entry has to add at most. */
export const CHECKPOINT_EVERY = 8_192;

/** Of the derived file: one of another version is made anew. */
const FILE_VERSION = 4;

/** Sums of thousands of cells in one value: larger pages make fewer links to follow. */
const PAGE_SIZE = 16_384;

/** Names a file of nobody else's, which the system takes away when it is closed. */
export const PRIVATE_FILE = "";

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
CREATE TABLE IF NOT EXISTS row (number INTEGER PRIMARY KEY, key TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS checkpoint (entry INTEGER PRIMARY KEY, parts BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS period (
  kind INTEGER NOT NULL, number INTEGER NOT NULL, parts BLOB NOT NULL, PRIMARY KEY (kind, number)
) STRICT;
CREATE TABLE IF NOT EXISTS calendar (id INTEGER PRIMARY KEY CHECK (id = 1), entry INTEGER NOT NULL) STRICT;
`;

// Kinds of period.
const DAY = 0;
const MONTH = 1;
const YEAR = 2;

/** Opens a tally file, making it when there is none. */
export function openTallyFile(path: string): TallyFile {
  let db = new Database(path);
  const version = db.pragma("user_version", { simple: true });
  if (version !== FILE_VERSION && db.prepare("SELECT 1 FROM sqlite_schema").get() !== undefined) {
    db.close();
    removeTallyFile(path);
    db = new Database(path);
  }
  db.pragma(`page_size = ${PAGE_SIZE}`);
  db.pragma("journal_mode = WAL");
  // Derived data: a lost commit is folded again from the log.
  db.pragma("synchronous = NORMAL");
  makeTables(db);
  return tallyFile(db);
}

/**
 * Makes a file that nobody reads before it is whole, so that it is written without a journal and
 * brought to the disk once, when it is closed; what a crash leaves of it is to be removed.
 */
export function makeTallyFile(path: string): TallyFile {
  if (path !== PRIVATE_FILE) removeTallyFile(path);
  const db = new Database(path);
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

/** Opens the file of a tally that another process may keep; undefined when there is none yet. */
export function readTallyFile(path: string): TallyFile | undefined {
  if (!existsSync(path)) return undefined;
  const db = new Database(path, { readonly: true, timeout: 5_000 });
  const made = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'calendar'").pluck();
  const version = db.pragma("user_version", { simple: true });
  if (version === FILE_VERSION && made.get() === 1) return tallyFile(db);
  db.close();
  return undefined;
}

function tallyFile(db: Database.Database): TallyFile {
  const insertRow = db.prepare("INSERT OR IGNORE INTO row VALUES (?, ?)");
  const insertCheckpoint = db.prepare("INSERT OR REPLACE INTO checkpoint VALUES (?, ?)");
  const before = db.prepare(
    "SELECT entry, parts FROM checkpoint WHERE entry <= ? ORDER BY entry DESC LIMIT 1",
  );
  const rowsKept = db.prepare("SELECT coalesce(max(number) + 1, 0) FROM row").pluck();
  const period = db.prepare("SELECT parts FROM period WHERE kind = ? AND number = ?").pluck();
  const periods = db
    .prepare("SELECT parts FROM period WHERE kind = ? AND number BETWEEN ? AND ?")
    .pluck();
  const insertPeriod = db.prepare("INSERT OR REPLACE INTO period VALUES (?, ?, ?)");
  const setCalendar = db.prepare("INSERT OR REPLACE INTO calendar VALUES (1, ?)");
  const getCalendar = db.prepare("SELECT entry FROM calendar").pluck();

  // Each day, month and year is read, added up once, and written.
  function keepDays(days: Cells): void {
    const runs = runsOf(days);
    for (const [kind, numberOf] of PERIODS) {
      for (const [number, own] of grouped(runs, numberOf)) {
        const kept = pairsIn(period.get(kind, number) as Buffer | undefined);
        scratch.addPairs(kept);
        for (const { start, stop } of own) scratch.addAll(days.index, days.amount, start, stop);
        insertPeriod.run(kind, number, blobOf(scratch.take(indexesOf(days, own, kept))));
      }
    }
  }

  const scratch = createSums();
  function checkpointBefore(entry: number, cells?: number): { entry: number; sums: Sums } {
    const row = before.get(entry) as { entry: number; parts: Buffer } | undefined;
    const sums = createSums(cells);
    sums.addPairs(pairsIn(row?.parts));
    return { entry: row?.entry ?? 0, sums };
  }

  const rows = () => db.prepare("SELECT key FROM row ORDER BY number").pluck().all() as string[];
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
      const blobs = [
        ...periods.all(YEAR, 0, year - 1),
        ...periods.all(MONTH, year * 12, month - 1),
        ...periods.all(DAY, firstOfMonth(day), day),
      ];
      for (const blob of blobs) sums.addPairs(pairsIn(blob as Buffer));
      return { entry: calendarEntry(), sums };
    }),
    keep: db.transaction((changes) => {
      for (let number = rowsKept.get() as number; number < changes.rows.length; number++) {
        insertRow.run(number, changes.rows[number]);
      }
      for (const { entry, pairs } of changes.checkpoints) {
        insertCheckpoint.run(entry, blobOf(pairs));
      }
      if (!changes.calendar) return;
      keepDays(changes.calendar.days);
      setCalendar.run(changes.calendar.entry);
    }) as TallyFile["keep"],
    snapshot: db.transaction(() => {
      const digest = createHash("sha256");
      for (const sql of CONTENTS) {
        for (const row of db.prepare(sql).raw().iterate()) {
          const [kind, number, parts] = row as [number, number, Buffer];
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
      if (!db.readonly) db.pragma("wal_checkpoint(TRUNCATE)");
      db.close();
    },
  };
}

const CONTENTS = [
  "SELECT -1, entry, parts FROM checkpoint ORDER BY entry",
  "SELECT kind, number, parts FROM period ORDER BY kind, number",
];

/** Deletes a tally file with what SQLite keeps beside it. */
export function removeTallyFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) rmSync(path + suffix);
  }
}

/** Sums as they are kept: equal sums have equal bytes. */
function blobOf(pairs: Float64Array<ArrayBuffer>): Buffer {
  return Buffer.from(pairs.buffer);
}

function pairsIn(blob: Buffer | undefined): Float64Array {
  if (!blob) return new Float64Array(0);
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
