// A tally's file: derived, so it may be deleted and is made anew. It keeps the sums at every
// CHECKPOINT_EVERY entries (for "as of an entry") and the sums of every day, month and year (for
// "as of a day"), so that no report replays from entry 1.

import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { dayOfNumber } from "../../kernel/day.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import { addDay, type DayLines, type PendingDays } from "./tally-state.ts";

/** Half of it is what an answer as of an entry has to add at most. */
export const CHECKPOINT_EVERY = 8_192;

/** Of the derived file: one of another version is made anew. */
const FILE_VERSION = 3;

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

/** All sums after an entry, as a blob of index and amount in turn. */
export type Checkpoint = { readonly entry: number; readonly parts: Buffer };

export type TallyFile = {
  /** False for a file that another process keeps. */
  readonly writable: boolean;
  rows(): string[];
  /** The last checkpoint at or before `entry`, as its entry and its sums. */
  checkpointBefore(entry: number): { entry: number; sums: Sums };
  /** The checkpoint nearest to `entry`, up to `last`; it may lie after `entry`. */
  checkpointNear(entry: number, last: number): { entry: number; sums: Sums };
  /** The entry that the calendar reaches to. */
  calendarEntry(): number;
  /** The last entry that anything kept here was folded from. */
  reach(): number;
  /** Sums of all kept days up to and including `day`, and the entry that they reach to. */
  sumsUpTo(day: number): { entry: number; sums: Sums };
  /** Keeps rows, checkpoints and days in one transaction. */
  keep(changes: {
    rows: readonly string[];
    checkpoints: readonly Checkpoint[];
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
  db.pragma(`user_version = ${FILE_VERSION}`);
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

  function keepDays({ byDay }: PendingDays): void {
    for (const [kind, numberOf] of PERIODS) {
      const periods = new Map<number, DayLines[]>();
      for (const [day, lines] of byDay) {
        const number = numberOf(day);
        const added = periods.get(number);
        if (added) added.push(lines);
        else periods.set(number, [lines]);
      }
      for (const [number, added] of periods) addToPeriod(kind, number, added);
    }
  }

  const scratch = createSums();
  function addToPeriod(kind: number, number: number, added: readonly DayLines[]): void {
    scratch.clear();
    addBlob(scratch, period.get(kind, number) as Buffer | undefined);
    for (const lines of added) addDay(scratch, lines);
    insertPeriod.run(kind, number, blobOf(scratch));
  }

  function checkpointBefore(entry: number): { entry: number; sums: Sums } {
    const row = before.get(entry) as Checkpoint | undefined;
    const sums = createSums();
    addBlob(sums, row?.parts);
    return { entry: row?.entry ?? 0, sums };
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
    checkpointBefore,
    checkpointNear(entry, last) {
      const after = Math.ceil(entry / CHECKPOINT_EVERY) * CHECKPOINT_EVERY;
      const isNearer = after - entry < CHECKPOINT_EVERY / 2;
      return checkpointBefore(isNearer && after <= last ? after : entry);
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
      for (let number = rowsKept.get() as number; number < changes.rows.length; number++) {
        insertRow.run(number, changes.rows[number]);
      }
      for (const { entry, parts } of changes.checkpoints) insertCheckpoint.run(entry, parts);
      if (changes.days) keepDays(changes.days);
      if (changes.calendarEntry !== undefined) setCalendar.run(changes.calendarEntry);
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
export function blobOf(sums: Sums): Buffer {
  const parts: number[] = [];
  sums.parts((index, amount) => void parts.push(index, amount));
  return Buffer.from(new Float64Array(parts).buffer);
}

function addBlob(sums: Sums, blob: Buffer | undefined): void {
  if (!blob) return;
  const parts = new Float64Array(new Uint8Array(blob).buffer);
  for (let at = 0; at < parts.length; at += 2)
    sums.add(parts[at] as number, parts[at + 1] as number);
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
