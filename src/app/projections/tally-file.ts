// A tally's file: derived, so it may be deleted and is made anew. It keeps the sums at every
// CHECKPOINT_EVERY entries (for "as of an entry") and the sums of every day, month and year (for
// "as of a day"), so that no report replays from entry 1.

import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { dayOfNumber } from "../../kernel/day.ts";
import { createSums, SUM_UNIT, type Sums, splitAmount } from "../../kernel/sums.ts";
import { eachPending, type Part, type PendingDays } from "./tally-state.ts";

export const CHECKPOINT_EVERY = 16_384;

/** Names a file of nobody else's, which the system takes away when it is closed. */
export const PRIVATE_FILE = "";

/** What a file holds at one moment. */
export type Snapshot = {
  readonly calendarEntry: number;
  readonly reach: number;
  readonly rows: readonly string[];
  /** Of every kept checkpoint and period. */
  readonly digest: string;
};

export type TallyFile = {
  /** False for a file that another process keeps. */
  readonly writable: boolean;
  rows(): string[];
  /** The last checkpoint at or before `entry`, as its entry and its sums. */
  checkpointBefore(entry: number): { entry: number; sums: Sums };
  /** The entry that the calendar reaches to. */
  calendarEntry(): number;
  /** The last entry that anything kept here was folded from. */
  reach(): number;
  /** Sums of all kept days up to and including `day`, and the entry that they reach to. */
  sumsUpTo(day: number): { entry: number; sums: Sums };
  /** Keeps rows, checkpoints and days in one transaction. */
  keep(changes: {
    rows: readonly string[];
    checkpoints: readonly { entry: number; parts: Part[] }[];
    days?: PendingDays;
    calendarEntry?: number;
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
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calendar (id INTEGER PRIMARY KEY CHECK (id = 1), entry INTEGER NOT NULL) STRICT;
`;

// Kinds of period, also the index of their sums in `keepDays`.
const DAY = 0;
const MONTH = 1;
const YEAR = 2;

/** Opens a tally file, making it when there is none. */
export function openTallyFile(path: string): TallyFile {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  // Derived data: a lost commit is folded again from the log.
  db.pragma("synchronous = NORMAL");
  db.exec(DDL);
  return tallyFile(db);
}

/** Opens the file of a tally that another process may keep; undefined when there is none yet. */
export function readTallyFile(path: string): TallyFile | undefined {
  if (!existsSync(path)) return undefined;
  const db = new Database(path, { readonly: true, timeout: 5_000 });
  const made = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'calendar'").pluck();
  if (made.get() === 1) return tallyFile(db);
  db.close();
  return undefined;
}

function tallyFile(db: Database.Database): TallyFile {
  const insertRow = db.prepare("INSERT OR IGNORE INTO row VALUES (?, ?)");
  const insertCheckpoint = db.prepare("INSERT OR REPLACE INTO checkpoint VALUES (?, ?)");
  const before = db.prepare(
    "SELECT entry, parts FROM checkpoint WHERE entry <= ? ORDER BY entry DESC LIMIT 1",
  );
  const period = db.prepare("SELECT parts FROM period WHERE kind = ? AND number = ?").pluck();
  const periods = db
    .prepare("SELECT parts FROM period WHERE kind = ? AND number BETWEEN ? AND ?")
    .pluck();
  const insertPeriod = db.prepare("INSERT OR REPLACE INTO period VALUES (?, ?, ?)");
  const setCalendar = db.prepare("INSERT OR REPLACE INTO calendar VALUES (1, ?)");
  const getCalendar = db.prepare("SELECT entry FROM calendar").pluck();

  function addToPeriod(kind: number, number: number, added: SparseSums): void {
    eachPart(period.get(kind, number) as Buffer | undefined, (index, amount) =>
      addSparse(added, index, amount),
    );
    insertPeriod.run(kind, number, blobOf(sparseParts(added)));
  }

  function keepDays(days: PendingDays): void {
    const periods = [new Map(), new Map(), new Map()] as Map<number, SparseSums>[];
    const numbersOf = remembered((day) => [day, monthOf(day), yearOf(day)]);
    eachPending(days, (day, [index, amount]) => {
      for (const [kind, number] of numbersOf(day).entries()) {
        addSparse(sparseOf(periods[kind] as Map<number, SparseSums>, number), index, amount);
      }
    });
    for (const [kind, sums] of periods.entries()) {
      for (const [number, added] of sums) addToPeriod(kind, number, added);
    }
  }

  const rows = () => db.prepare("SELECT key FROM row ORDER BY number").pluck().all() as string[];
  const calendarEntry = () => (getCalendar.get() ?? 0) as number;
  const reach = () =>
    db
      .prepare(
        `SELECT max(coalesce((SELECT max(entry) FROM checkpoint), 0),
           coalesce((SELECT entry FROM calendar), 0))`,
      )
      .pluck()
      .get() as number;

  return {
    writable: !db.readonly,
    rows,
    checkpointBefore(entry) {
      const row = before.get(entry) as { entry: number; parts: Buffer } | undefined;
      const sums = createSums();
      addBlob(sums, row?.parts);
      return { entry: row?.entry ?? 0, sums };
    },
    calendarEntry,
    reach,
    sumsUpTo: db.transaction((day: number) => {
      const sums = createSums();
      const year = yearOf(day);
      const month = monthOf(day);
      const blobs = [
        ...periods.all(YEAR, 0, year - 1),
        ...periods.all(MONTH, year * 12, month - 1),
        ...periods.all(DAY, firstOfMonth(day), day),
      ];
      for (const blob of blobs) addBlob(sums, blob as Buffer);
      return { entry: calendarEntry(), sums };
    }),
    keep: db.transaction((changes) => {
      for (const [number, key] of changes.rows.entries()) insertRow.run(number, key);
      for (const { entry, parts } of changes.checkpoints)
        insertCheckpoint.run(entry, blobOf(parts));
      if (changes.days) keepDays(changes.days);
      if (changes.calendarEntry !== undefined) setCalendar.run(changes.calendarEntry);
    }) as TallyFile["keep"],
    snapshot: db.transaction(() => {
      const digest = createHash("sha256");
      for (const sql of CONTENTS) {
        for (const row of db.prepare(sql).raw().iterate()) digest.update(JSON.stringify(row));
      }
      return {
        calendarEntry: calendarEntry(),
        reach: reach(),
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
  "SELECT entry, hex(parts) FROM checkpoint ORDER BY entry",
  "SELECT kind, number, hex(parts) FROM period ORDER BY kind, number",
];

/** Deletes a tally file with what SQLite keeps beside it. */
export function removeTallyFile(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(path + suffix)) rmSync(path + suffix);
  }
}

/** The parts of sums, in the order of their indexes. */
export function partsOf(sums: Sums): Part[] {
  const parts: Part[] = [];
  sums.parts((index, amount) => void parts.push([index, amount]));
  return parts;
}

// The sums of one period touch few of a tally's cells. A number while it is exact, else a bigint.
type SparseSums = Map<number, number | bigint>;

function addSparse(sums: SparseSums, index: number, amount: number): void {
  const before = sums.get(index) ?? 0;
  if (typeof before === "number" && Math.abs(before + amount) < SUM_UNIT) {
    sums.set(index, before + amount);
  } else {
    sums.set(index, BigInt(before) + BigInt(amount));
  }
}

// In the order of the indexes and without zeros, so that equal sums have equal bytes.
function sparseParts(sums: SparseSums): Part[] {
  return [...sums]
    .filter(([, sum]) => BigInt(sum) !== 0n)
    .sort(([a], [b]) => a - b)
    .flatMap(([index, sum]) => splitAmount(BigInt(sum)).map((part): Part => [index, part]));
}

function sparseOf(periods: Map<number, SparseSums>, number: number): SparseSums {
  let sums = periods.get(number);
  if (!sums) {
    sums = new Map();
    periods.set(number, sums);
  }
  return sums;
}

function remembered<V>(work: (day: number) => V): (day: number) => V {
  const known = new Map<number, V>();
  return (day) => {
    const value = known.get(day) ?? work(day);
    known.set(day, value);
    return value;
  };
}

function blobOf(parts: readonly Part[]): Buffer {
  return Buffer.from(Float64Array.from(parts.flat()).buffer);
}

function addBlob(sums: Sums, blob: Buffer | undefined): void {
  eachPart(blob, sums.add);
}

function eachPart(blob: Buffer | undefined, each: (index: number, amount: number) => void): void {
  if (!blob) return;
  const parts = new Float64Array(new Uint8Array(blob).buffer);
  for (let at = 0; at < parts.length; at += 2) each(parts[at] as number, parts[at + 1] as number);
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
