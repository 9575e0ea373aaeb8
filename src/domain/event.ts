// The envelope of a stored entry and its bytes. The bytes are what is hashed, exported and never
// rewritten, so their order of keys is a promise. The entry number is not among them: it is the
// position in the log.

import { refuse } from "./refuse.ts";

/** A fact as it is stored. `entry` is its number, dense from 1. */
export type StoredEvent = {
  readonly entry: number;
  readonly type: string;
  readonly version: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /**
   * RFC 3339 in UTC with milliseconds; never earlier than the event before it on its stream. Where
   * one process writes, nor than the entry before; nodes of a cluster have their own clocks.
   */
  readonly recordedAt: string;
  readonly actor: string;
  readonly reason?: string;
  readonly correlation?: string;
  readonly data: object;
};

/** An event before the store gives it a place in the log and a time. */
export type NewEvent = Omit<StoredEvent, "entry" | "revision" | "recordedAt">;

/** A tlog entry bundle writes a length in two bytes, so no entry may be longer. */
export const ENTRY_BYTES_MAX = 65_535;

/** The stored bytes of an event, as text: one line of JSON with a fixed order of keys. */
export function encodeEvent(event: NewEvent, revision: number, recordedAt: string): string {
  const text = JSON.stringify({
    type: event.type,
    version: event.version,
    id: event.id,
    stream: event.stream,
    revision,
    recordedAt,
    actor: event.actor,
    reason: event.reason,
    correlation: event.correlation,
    data: event.data,
  });
  // A UTF-16 unit takes at most three bytes, so only long texts need the exact count.
  if (text.length * 3 > ENTRY_BYTES_MAX) {
    const bytes = utf8Length(text);
    if (bytes > ENTRY_BYTES_MAX) refuse("ENTRY_TOO_LARGE", { bytes, limit: ENTRY_BYTES_MAX });
  }
  return text;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Reads stored bytes back; `entry` is their place in the log. */
export function decodeEvent(entry: number, text: string): StoredEvent {
  return { entry, ...(JSON.parse(text) as Omit<StoredEvent, "entry">) };
}
