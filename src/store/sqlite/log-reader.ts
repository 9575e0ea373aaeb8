// Reading a ledger file: the same queries for the writer and for any number of readers.

import { decodeEvent, type StoredEvent } from "../../domain/event.ts";
import type { Series } from "../../domain/move.ts";
import { createSums, type Sums } from "../../kernel/sums.ts";
import { hashOfId } from "../event-id.ts";
import { type AuditReader, type LogReader, MissingEntry } from "../event-store.ts";
import { buildLines, DamagedLines, decodeLines } from "../lines.ts";
import { type KeyIndex, openKeyIndex } from "./key-index.ts";
import { type Db, openForReading } from "./open.ts";
import { BULK_TYPE } from "./schema.ts";

/** Lines to make room for at once; more are made room for as they come. */
const PAGE_HINT = 8_192;

type LinesRow = [first: number, text: string];

/** Opens a ledger folder for reading while another process may write to it. */
export function openLogReader(dir: string): LogReader {
  const db = openForReading(dir);
  return createLogReader(db, openKeyIndex(db, 0), headReader(db));
}

/** The same for an audit: what the log holds now, and its indexes as they are stored. */
export function openAuditReader(dir: string): AuditReader {
  const db = openForReading(dir);
  const keys = openKeyIndex(db, 0);
  // One text for each column: rows one by one take several times as long.
  const linksTo = db
    .prepare(
      `SELECT json_group_array(target), json_group_array(entry) FROM link
       WHERE target BETWEEN ? AND ? AND entry <= ?`,
    )
    .raw();
  const links = db.prepare("SELECT count(*) FROM link").pluck();
  // Another process may write: what belongs to one head is read in one transaction.
  const { head, totals, linkCount } = db.transaction(() => ({
    head: headReader(db)(),
    totals: totalsNow(db),
    linkCount: links.get() as number,
  }))();
  return {
    ...createLogReader(db, keys, () => head),
    totals,
    keyHashes: keys.hashes,
    links(from, to) {
      const texts = linksTo.get(from, to, head) as [targets: string, entries: string];
      const [targets = [], entries = []] = texts.map((text) => JSON.parse(text) as number[]);
      return { targets, entries };
    },
    linkCount: () => linkCount,
  };
}

/** The totals as they are now; a file whose lines are damaged says so to whoever asks for them. */
function totalsNow(db: Db): () => Sums {
  try {
    const { sums } = loadTotals(db);
    return () => sums;
  } catch (error) {
    if (!(error instanceof DamagedLines)) throw error;
    return () => {
      throw error;
    };
  }
}

function headReader(db: Db): () => number {
  const select = db.prepare("SELECT coalesce(max(entry), 0) FROM entry").pluck();
  return () => select.get() as number;
}

/** The queries over an open file. `head` is given, because the writer knows it without asking. */
export function createLogReader(db: Db, keys: KeyIndex, head: () => number): LogReader {
  const series = seriesReader(db);
  const one = db.prepare("SELECT bytes FROM entry WHERE entry = ?").pluck();
  const many = db
    .prepare("SELECT bytes FROM entry WHERE entry BETWEEN ? AND ? ORDER BY entry")
    .pluck();
  const links = db.prepare("SELECT entry FROM link WHERE target = ? ORDER BY entry").pluck();
  const bytesAt = (entry: number) => one.get(entry) as string | undefined;

  /** The bytes from one entry to another or to the head; the nth is that of `from` + n. */
  function bytes(from: number, to: number): string[] {
    const texts = many.all(from, to) as string[];
    if (texts.length >= to - from + 1) return texts;
    // Fewer than were asked for: the log ends before, by now perhaps not any more, or has a hole.
    const end = Math.min(to, head());
    if (texts.length >= end - from + 1) return texts;
    const again = many.all(from, end) as string[];
    return again.length === end - from + 1 ? again : refuseHole(from, end);
  }

  function refuseHole(from: number, to: number): never {
    let entry = from;
    while (entry < to && bytesAt(entry) !== undefined) entry += 1;
    throw new MissingEntry(entry);
  }

  function find(id: string, before?: number): number | undefined {
    const isIts = (entry: number) => (JSON.parse(bytesAt(entry) ?? "{}") as StoredEvent).id === id;
    return keys.find(hashOfId(id), isIts, before);
  }

  return {
    head,
    find,
    bytes: (from, to) => bytes(Math.max(from, 1), to),
    read(from, to) {
      const first = Math.max(from, 1);
      return bytes(first, to).map((text, index) => decodeEvent(first + index, text));
    },
    lines: linesReader(db),
    seriesAt: series.at,
    seriesCount: series.count,
    totals: () => loadTotals(db).sums,
    linksTo: (entry) => links.all(entry) as number[],
    readStream: streamReader(db, find),
    entriesOfType: typeReader(db),
    entryAtInstant: instantReader(db, head),
    close: () => void db.close(),
  };
}

// A row holds the lines of many entries, so the first row read may begin before `from`.
function linesReader(db: Db): LogReader["lines"] {
  const rows = db
    .prepare(
      `SELECT first_entry, lines FROM movement
       WHERE first_entry BETWEEN
         coalesce((SELECT max(first_entry) FROM movement WHERE first_entry <= ?), 0) AND ?
       ORDER BY first_entry`,
    )
    .raw();
  // What is read must end before the next row begins, and with the log.
  const bound = db
    .prepare(
      `SELECT coalesce((SELECT min(first_entry) FROM movement WHERE first_entry > ?),
         (SELECT max(entry) + 1 FROM entry), 1)`,
    )
    .pluck();
  return (from, to) => {
    const into = buildLines(Math.min(Math.max(0, to - from + 1), PAGE_HINT));
    let last = 0;
    for (const row of rows.iterate(from, to)) {
      const [first, text] = row as LinesRow;
      if (first <= last) throw new DamagedLines(first);
      last = decodeLines(text, first, { from, to, into });
    }
    if (last >= (bound.get(to) as number)) throw new DamagedLines(last);
    return into.lines();
  };
}

function seriesReader(db: Db) {
  const select = db.prepare(
    "SELECT measure, fund, bucket, community, project FROM series WHERE id >= ? ORDER BY id",
  );
  const known: Series[] = [];
  const refresh = () => {
    for (const row of select.all(known.length)) known.push(row as Series);
  };
  return {
    at(id: number): Series {
      if (id >= known.length) refresh();
      const found = known[id];
      if (!found) throw new RangeError(`no series ${id}`);
      return found;
    },
    count(): number {
      refresh();
      return known.length;
    },
  };
}

/** The sum of every series at the head: the last stored totals and the lines after them. */
export function loadTotals(db: Db): { sums: Sums; entry: number } {
  const row = db.prepare("SELECT entry, parts FROM totals WHERE id = 1").get() as
    | { entry: number; parts: Buffer }
    | undefined;
  const sums = createSums();
  if (row) sums.addPairs(new Float64Array(new Uint8Array(row.parts).buffer));
  const entry = row?.entry ?? 0;
  const { length, series, amount } = linesReader(db)(entry + 1, Number.MAX_SAFE_INTEGER);
  sums.addAll(series, amount, 0, length);
  return { sums, entry };
}

// A gift's stream is named after its only event, so it needs no row of its own.
function streamReader(db: Db, find: LogReader["find"]): LogReader["readStream"] {
  const named = db
    .prepare(
      `SELECT e.entry, e.bytes FROM entry e JOIN stream s ON s.id = e.stream
       WHERE s.name = ? ORDER BY e.entry LIMIT ? OFFSET ?`,
    )
    .raw();
  const one = db.prepare("SELECT bytes FROM entry WHERE entry = ?").pluck();
  return (stream, fromRevision, limit) => {
    const rows = named.all(stream, limit, fromRevision) as [number, string][];
    if (rows.length > 0) return rows.map(([entry, bytes]) => decodeEvent(entry, bytes));
    const entry = find(stream.slice(-36));
    if (entry === undefined || fromRevision > 0) return [];
    const event = decodeEvent(entry, one.get(entry) as string);
    return event.stream === stream ? [event] : [];
  };
}

function typeReader(db: Db): LogReader["entriesOfType"] {
  const typeId = db.prepare("SELECT id FROM event_type WHERE name = ?").pluck();
  // The partial index serves only a query that says it leaves out the bulk type.
  const rare = db
    .prepare(
      `SELECT entry FROM entry WHERE type = ? AND type <> ${BULK_TYPE.id} AND entry > ?
       ORDER BY entry LIMIT ?`,
    )
    .pluck();
  const bulk = db
    .prepare("SELECT entry FROM entry WHERE type = ? AND entry > ? ORDER BY entry LIMIT ?")
    .pluck();
  return (type, after, limit) => {
    const id = typeId.get(type) as number | undefined;
    if (id === undefined) return [];
    return (id === BULK_TYPE.id ? bulk : rare).all(id, after, limit) as number[];
  };
}

// Recorded times never go back along the log, so the entry is found by halving.
function instantReader(db: Db, head: () => number): LogReader["entryAtInstant"] {
  const at = db.prepare("SELECT recorded_at FROM entry WHERE entry = ?").pluck();
  return (instantMs) => {
    let low = 0;
    let high = head();
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((at.get(middle) as number) <= instantMs) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}
