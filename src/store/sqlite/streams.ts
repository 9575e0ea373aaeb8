// Where the streams of a session stand. A stream that is named after its only event has no row of its
// own: the key index knows it.

import { find, type Session, type Stream } from "./session.ts";

const NOTHING_PENDING: ReadonlyMap<string, number> = new Map();

/** True for a stream that is named after its first event: the key index knows whether it exists. */
export function isNamedAfter(stream: string, eventId: string): boolean {
  return stream.endsWith(eventId);
}

/** The revision of a stream's last event, with those that a batch has `pending`. */
export function revisionOf(
  session: Session,
  stream: string,
  pending: ReadonlyMap<string, number> = NOTHING_PENDING,
): number | "none" {
  const known = streamOf(session, stream);
  if (known) return known.revision;
  return firstEntryOf(session, stream, pending) === undefined ? "none" : 0;
}

/** The entry that a stream is named after, when it has no row of its own yet. */
function firstEntryOf(
  session: Session,
  stream: string,
  pending: ReadonlyMap<string, number>,
): number | undefined {
  const id = stream.slice(-36);
  const first = pending.get(id) ?? find(session, id);
  if (first === undefined) return undefined;
  const [event] = session.reader.read(first, first);
  return event?.stream === stream ? first : undefined;
}

function streamOf(session: Session, name: string): Stream | undefined {
  const cached = session.streams.get(name);
  if (cached) return cached;
  const row = session.statements.streamSelect.get(name) as Stream | undefined;
  if (row) session.streams.set(name, row);
  return row;
}

/** Moves a stream with rows of its own to its new revision; returns its number. */
export function advanceStream(session: Session, name: string, revision: number): number {
  const known = streamOf(session, name);
  if (known) {
    known.revision = revision;
    session.advanced.add(known);
    return known.id;
  }
  const { lastInsertRowid } = session.statements.streamInsert.run(name, revision);
  const id = Number(lastInsertRowid);
  // From its second event on a stream has a row, and its first event then belongs to it as well.
  const first = revision === 1 ? firstEntryOf(session, name, NOTHING_PENDING) : undefined;
  if (first !== undefined) session.statements.entryStream.run(id, first);
  session.streams.set(name, { id, revision });
  return id;
}
