// An open ledger file and everything that is derived from it, made anew when the file is opened anew.

import { seriesKey } from "../../domain/move.ts";
import type { Sums } from "../../kernel/sums.ts";
import type { LogReader } from "../event-store.ts";
import { type KeyIndex, openKeyIndex } from "./key-index.ts";
import { createLogReader, loadTotals } from "./log-reader.ts";
import type { Db } from "./open.ts";

/** More than the largest batch. */
const ABSENT_MAX = 4_096;

export type Stream = { readonly id: number; revision: number };

export type Session = {
  readonly db: Db;
  readonly reader: LogReader;
  readonly keys: KeyIndex;
  readonly statements: ReturnType<typeof prepare>;
  readonly streams: Map<string, Stream>;
  /** Ids that were asked for and are not on the log: who decides asks, then the append asks again. */
  readonly absent: Set<string>;
  /** Streams whose new revision is not written yet; a batch writes each once. */
  readonly advanced: Set<Stream>;
  readonly types: Map<string, number>;
  readonly series: Map<string, number>;
  readonly sums: Sums;
  head: number;
  lastRecordedAt: number;
  totalsAt: number;
};

/** Reads what the session must know at once; the rest is read when it is asked for. */
export function startSession(db: Db, filterPath: string): Session {
  const head = db.prepare("SELECT coalesce(max(entry), 0) FROM entry").pluck().get() as number;
  const keys = openKeyIndex(db, head, filterPath);
  const { sums, entry: totalsAt } = loadTotals(db);
  const session: Session = {
    db,
    keys,
    reader: createLogReader(db, keys, () => session.head),
    statements: prepare(db),
    streams: new Map(),
    absent: new Set(),
    advanced: new Set(),
    types: new Map(db.prepare("SELECT name, id FROM event_type").raw().all() as [string, number][]),
    series: new Map(),
    sums,
    head,
    lastRecordedAt: (db
      .prepare("SELECT recorded_at FROM entry WHERE entry = ?")
      .pluck()
      .get(head) ?? 0) as number,
    totalsAt,
  };
  for (let id = session.reader.seriesCount() - 1; id >= 0; id--) {
    session.series.set(seriesKey(session.reader.seriesAt(id)), id);
  }
  return session;
}

function prepare(db: Db) {
  return {
    begin: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    entry: db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?)"),
    entryStream: db.prepare("UPDATE entry SET stream = ? WHERE entry = ?"),
    movement: db.prepare("INSERT INTO movement VALUES (?, ?)"),
    link: db.prepare("INSERT INTO link VALUES (?, ?)"),
    type: db.prepare("INSERT INTO event_type (name) VALUES (?)"),
    series: db.prepare("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?)"),
    streamInsert: db.prepare("INSERT INTO stream (name, revision) VALUES (?, ?)"),
    streamUpdate: db.prepare("UPDATE stream SET revision = ? WHERE id = ?"),
    streamSelect: db.prepare("SELECT id, revision FROM stream WHERE name = ?"),
    totals: db.prepare("INSERT OR REPLACE INTO totals VALUES (1, ?, ?)"),
  };
}

/** The entry of this id; with `before`, see `LogReader.find`. */
export function find({ reader, absent }: Session, id: string, before?: number): number | undefined {
  if (absent.has(id)) return undefined;
  const entry = reader.find(id, before);
  // Before another entry it was not looked for everywhere.
  if (entry !== undefined || before !== undefined) return entry;
  if (absent.size >= ABSENT_MAX) absent.clear();
  absent.add(id);
  return undefined;
}
