// Makes a ledger again from an exported log. The bytes on disk must come out as they were read;
// whatever does not is refused, and nothing is left behind.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { decodeEvent, encodeEvent, type StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import type { Text } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import type { Placed } from "../store/sqlite/batch.ts";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { writeOfEvent } from "./write-of-event.ts";

const BATCH_MAX = 1_000;

const OTHER_SPELLING: Text = {
  zh: "不是账本自己的写法",
  en: "is not in the ledger's own spelling",
};

/** A line of the export is not what the ledger would have written there. */
export class LogDiffers extends Error {
  readonly entry: number;
  readonly text: Text;

  constructor(entry: number, why: Text) {
    super(`line ${entry} of the log ${why.en}`);
    this.text = { zh: `日志第 ${entry} 行${why.zh}`, en: this.message };
    this.name = "LogDiffers";
    this.entry = entry;
  }
}

/** The folder holds something already. */
export class FolderNotEmpty extends UsageError {
  constructor(dir: string) {
    super({
      zh: `${dir} 不是空的；日志须导入空文件夹`,
      en: `${dir} is not empty; a log is imported into an empty folder`,
    });
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
  const store = openSqliteStore(dir, { now: Date.now });
  const taker = createTaker(store);
  try {
    for await (const text of lines) {
      taker.take(text);
      onProgress(store.head());
    }
    taker.flush();
    const entries = store.head();
    store.close();
    return entries;
  } catch (error) {
    store.close();
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

export type Taker = {
  /** Takes the bytes of the next entry. @throws LogDiffers when they cannot be its bytes. */
  take(text: string): void;
  /** Stores what was taken, all of it durable. */
  flush(): void;
};

/** Takes over a log line by line into a store, whose entries it goes on from. */
export function createTaker(store: SqliteStore): Taker {
  let batch: Placed[] = [];
  const places = new Map<string, number>();
  const revisions = new Map<string, number>();
  const find = (id: string) => places.get(id) ?? store.find(id);

  function flush(): void {
    store.takeOver(batch);
    batch = [];
    places.clear();
    revisions.clear();
  }

  return {
    take(text) {
      const entry = store.head() + batch.length + 1;
      const event = readLine(entry, text);
      const { id, stream, revision, recordedAt } = event;
      if (find(id) !== undefined)
        throw new LogDiffers(entry, { zh: "重复了编号", en: "repeats an id" });
      // A gift's stream has one event only, named after it: there is nothing to look up.
      const before = stream.endsWith(id)
        ? "none"
        : (revisions.get(stream) ?? store.revision(stream));
      // On a cluster a stream may hold an event that repeats an id and so is no entry: a gap.
      if (before === "none" ? revision !== 0 : revision <= before) {
        throw new LogDiffers(entry, { zh: "与其流不接续", en: "breaks its stream" });
      }
      batch.push({ write: writeOfEvent(event, find), revision, recordedAt, bytes: text });
      places.set(id, entry);
      revisions.set(stream, revision);
      if (batch.length >= BATCH_MAX) flush();
    },
    flush,
  };
}

function readLine(entry: number, text: string): StoredEvent {
  let event: StoredEvent;
  try {
    event = decodeEvent(entry, text);
  } catch {
    throw new LogDiffers(entry, { zh: "不是 JSON", en: "is not JSON" });
  }
  const parsed = factOfType(event.type)?.dataSchema.safeParse(event.data);
  if (!parsed?.success)
    throw new LogDiffers(entry, {
      zh: "不是本程序认得的事实",
      en: "is no fact this program knows",
    });
  if (!isDeepStrictEqual(parsed.data, event.data)) {
    throw new LogDiffers(entry, OTHER_SPELLING);
  }
  if (Number.isNaN(Date.parse(event.recordedAt)))
    throw new LogDiffers(entry, { zh: "没有时间", en: "has no time" });
  if (encodeEvent(event, event.revision, event.recordedAt) !== text) {
    throw new LogDiffers(entry, OTHER_SPELLING);
  }
  return event;
}
