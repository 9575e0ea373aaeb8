// Makes a ledger again from an exported log. The bytes on disk must come out as they were read;
// whatever does not is refused, and nothing is left behind.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { decodeEvent, type StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import { dayNumber } from "../kernel/day.ts";
import type { EventStore, Write } from "../store/event-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";

const BATCH_MAX = 1_000;

/** A line of the export is not what the ledger would have written there. */
export class LogDiffers extends Error {
  readonly entry: number;

  constructor(entry: number, why: string) {
    super(`line ${entry} of the log ${why}`);
    this.name = "LogDiffers";
    this.entry = entry;
  }
}

/** The folder holds something already. */
export class FolderNotEmpty extends Error {
  constructor(dir: string) {
    super(`${dir} is not empty; a log is imported into an empty folder`);
    this.name = "FolderNotEmpty";
  }
}

/**
 * Restores the ledger in an empty folder from the lines of `export log` (line n is entry n) and
 * returns the number of entries.
 * @throws LogDiffers at the first line whose bytes would not be kept; the folder is empty again.
 */
export async function restore(
  dir: string,
  lines: AsyncIterable<string>,
  onProgress: (entries: number) => void = () => {},
): Promise<number> {
  if (existsSync(dir) && readdirSync(dir).length > 0) throw new FolderNotEmpty(dir);
  let nowMs = 0;
  const store = openSqliteStore(dir, { now: () => nowMs });
  try {
    for await (const batch of batchesOf(lines)) {
      nowMs = Date.parse((batch[0] as Line).event.recordedAt);
      await appendExactly(store, batch);
      onProgress(store.head());
    }
    const entries = store.head();
    store.close();
    return entries;
  } catch (error) {
    store.close();
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

type Line = { readonly text: string; readonly event: StoredEvent };

/** Lines that were recorded at the same instant share a batch: the store gives a batch one time. */
async function* batchesOf(lines: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let entry = 0;
  for await (const text of lines) {
    entry += 1;
    const line = { text, event: readLine(entry, text) };
    const sameTime = batch[0]?.event.recordedAt === line.event.recordedAt;
    if (batch.length > 0 && (!sameTime || batch.length >= BATCH_MAX)) {
      yield batch;
      batch = [];
    }
    batch.push(line);
  }
  if (batch.length > 0) yield batch;
}

function readLine(entry: number, text: string): StoredEvent {
  let event: StoredEvent;
  try {
    event = decodeEvent(entry, text);
  } catch {
    throw new LogDiffers(entry, "is not JSON");
  }
  const parsed = factOfType(event.type)?.dataSchema.safeParse(event.data);
  if (!parsed?.success) throw new LogDiffers(entry, "is no fact this program knows");
  if (!isDeepStrictEqual(parsed.data, event.data)) {
    throw new LogDiffers(entry, "is not in the ledger's own spelling");
  }
  if (Number.isNaN(Date.parse(event.recordedAt))) throw new LogDiffers(entry, "has no time");
  return event;
}

async function appendExactly(store: EventStore, batch: readonly Line[]): Promise<void> {
  const first = store.head() + 1;
  const places = new Map(batch.map(({ event }) => [event.id, event.entry]));
  const linkOf = (id: string): number[] => {
    const entry = places.get(id) ?? store.find(id);
    return entry === undefined ? [] : [entry];
  };
  const outcomes = await store.append(batch.map(({ event }) => writeOf(event, linkOf)));
  const refused = outcomes.findIndex(({ kind }) => kind !== "appended");
  if (refused >= 0) throw new LogDiffers(first + refused, "repeats an id or breaks its stream");
  const kept = store.bytes(first, first + batch.length - 1);
  const differs = batch.findIndex(({ text }, index) => kept[index] !== text);
  if (differs >= 0) throw new LogDiffers(first + differs, "is not in the ledger's own spelling");
}

function writeOf(event: StoredEvent, linkOf: (id: string) => number[]): Write {
  const fact = factOfType(event.type);
  if (!fact) throw new LogDiffers(event.entry, "is no fact this program knows");
  const { entry: _entry, revision, recordedAt: _recordedAt, ...rest } = event;
  return {
    stream: event.stream,
    expected: revision === 0 ? "none" : revision - 1,
    event: rest,
    day: dayNumber(fact.on(event.data)),
    moves: fact.moves(event.data, event.id),
    links: fact.links(event.data).flatMap(linkOf),
  };
}
