// What is written in one transaction: entries with their moves, links and keys. Whatever throws in here
// leaves the session unusable; the caller drops it.

import { encodeEvent, type StoredEvent } from "../../domain/event.ts";
import { seriesKey } from "../../domain/move.ts";
import { splitAmount } from "../../kernel/sums.ts";
import { hashOfId } from "../event-id.ts";
import type { Outcome, Write } from "../event-store.ts";
import { buildLines, encodeLines, type Lines, type LinesBuilder } from "../lines.ts";
import { LINES_PER_ROW, TOTALS_EVERY } from "./schema.ts";
import { find, type Session } from "./session.ts";
import { advanceStream, isNamedAfter, revisionOf } from "./streams.ts";

/** An entry that has its place and time already; its bytes are stored as they are. */
export type Placed = {
  readonly write: Write;
  readonly revision: number;
  readonly recordedAt: string;
  readonly bytes: string;
  /** It makes no entry; only its stream moves on. */
  readonly tooLate?: boolean;
};

/** What a transaction wrote, and what becomes of the session once it is committed. */
export type Batch = {
  readonly outcomes: Outcome[];
  readonly events: StoredEvent[];
  readonly bytes: string[];
  readonly lines: LinesBuilder;
  /** Entry of each id of the batch. */
  readonly pending: Map<string, number>;
  entry: number;
  lastRecordedAt: number;
};

function newBatch({ head, lastRecordedAt }: Session): Batch {
  return {
    outcomes: [],
    events: [],
    bytes: [],
    lines: buildLines(),
    pending: new Map(),
    entry: head,
    lastRecordedAt,
  };
}

/** Judges each write and adds what may be appended. */
export function appendWrites(session: Session, writes: readonly Write[], nowMs: number): Batch {
  const batch = newBatch(session);
  batch.lastRecordedAt = Math.max(nowMs, session.lastRecordedAt);
  const recordedAt = new Date(batch.lastRecordedAt).toISOString();
  for (const write of writes) {
    const { event, stream } = write;
    const known = batch.pending.get(event.id) ?? find(session, event.id);
    if (known !== undefined) {
      batch.outcomes.push({ kind: "duplicate", entry: known });
      continue;
    }
    // The id is new, so a stream that is named after it does not exist.
    const named = isNamedAfter(stream, event.id);
    const actual = named ? "none" : revisionOf(session, stream, batch.pending);
    if (actual !== write.expected) {
      batch.outcomes.push({ kind: "conflict", stream, actual });
      continue;
    }
    const revision = actual === "none" ? 0 : actual + 1;
    const bytes = encodeEvent(event, revision, recordedAt);
    const stored = addEntry(session, batch, { write, revision, recordedAt, bytes });
    batch.outcomes.push({ kind: "appended", event: stored });
  }
  return finished(session, batch);
}

/**
 * Adds entries of another log. That log says what is an entry: nothing is judged here but that an id
 * makes one entry only.
 */
export function takeOver(session: Session, placed: readonly Placed[]): Batch {
  const batch = newBatch(session);
  for (const one of placed) {
    const { write, revision, recordedAt, tooLate } = one;
    const { event, stream } = write;
    if (tooLate) {
      advanceStream(session, stream, revision);
      continue;
    }
    const known = batch.pending.get(event.id) ?? find(session, event.id);
    if (known !== undefined) {
      if (!isNamedAfter(stream, event.id)) advanceStream(session, stream, revision);
      continue;
    }
    // Clocks of several nodes differ a little; instants are looked up along the log all the same.
    batch.lastRecordedAt = Math.max(batch.lastRecordedAt, Date.parse(recordedAt));
    addEntry(session, batch, one);
  }
  return finished(session, batch);
}

function addEntry(session: Session, batch: Batch, placed: Placed): StoredEvent {
  const { statements } = session;
  const { write, revision, recordedAt, bytes } = placed;
  const { event: fresh, stream, links } = write;
  const entry = batch.entry + 1;
  batch.entry = entry;
  const type = typeOf(session, fresh.type);
  const named = isNamedAfter(stream, fresh.id);
  const streamId = named ? null : advanceStream(session, stream, revision);
  statements.entry.run(entry, batch.lastRecordedAt, type, streamId, bytes);
  session.keys.add(hashOfId(fresh.id), entry);
  session.absent.delete(fresh.id);
  if (links.length > 0) for (const target of new Set(links)) statements.link.run(target, entry);
  addMoves(session, write, entry, batch.lines);
  batch.pending.set(fresh.id, entry);
  const event = { entry, ...fresh, revision, recordedAt };
  batch.events.push(event);
  batch.bytes.push(bytes);
  return event;
}

function finished(session: Session, batch: Batch): Batch {
  for (const { id, revision } of session.advanced) {
    session.statements.streamUpdate.run(revision, id);
  }
  session.advanced.clear();
  const lines = batch.lines.lines();
  storeLines(session, lines);
  session.sums.addAll(lines.series, lines.amount, 0, lines.length);
  if (batch.entry - session.totalsAt >= TOTALS_EVERY) storeTotals(session, batch.entry);
  return batch;
}

function typeOf(session: Session, name: string): number {
  const known = session.types.get(name);
  if (known !== undefined) return known;
  const id = Number(session.statements.type.run(name).lastInsertRowid);
  session.types.set(name, id);
  return id;
}

function addMoves(
  session: Session,
  { moves, day }: Write,
  entry: number,
  into: LinesBuilder,
): void {
  for (const move of moves) {
    const key = seriesKey(move);
    let series = session.series.get(key);
    if (series === undefined) {
      series = session.series.size;
      const { measure, fund, bucket, community, project } = move;
      session.statements.series.run(series, measure, fund, bucket, community, project);
      session.series.set(key, series);
    }
    for (const amount of splitAmount(move.amount)) into.add(entry, series, day, amount);
  }
}

/** Stores the lines of a batch, many to a row; the lines of one entry stay together. */
function storeLines({ statements }: Session, lines: Lines): void {
  const { length, entry } = lines;
  for (let start = 0, stop = 0; start < length; start = stop) {
    stop = Math.min(start + LINES_PER_ROW, length);
    while (stop < length && entry[stop] === entry[stop - 1]) stop++;
    statements.movement.run(entry[start], encodeLines(lines, start, stop));
  }
}

function storeTotals(session: Session, entry: number): void {
  session.statements.totals.run(entry, Buffer.from(session.sums.pairs().buffer));
  session.totalsAt = entry;
}
