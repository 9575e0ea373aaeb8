// Keeps one lookup in step with the log. Keys are stored as hashes, clustered by time like the key
// index of the log, so that adding them stays cheap; whoever finds an entry compares the text.

import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Lookup } from "../../../projections/lookup.ts";
import type { StoredEvent } from "../../domain/event.ts";
import { closeForReaders } from "../../store/close-for-readers.ts";
import type { LogReader } from "../../store/event-store.ts";
import {
  closeAnyhow,
  DamagedFile,
  PRIVATE_FILE,
  removeDerived,
  tellDamage,
} from "../derived-file.ts";
import { mendingOf } from "../mending.ts";
import {
  bucketOf,
  hashOfKey,
  type Key,
  type Keys,
  type LookupFile,
  openLookupFile,
  readLookupFile,
} from "./lookup-file.ts";
import {
  type Beside,
  type Projection,
  type ProjectionParts,
  ProjectionStopped,
  type Rebuilt,
  type Stopped,
} from "./projection.ts";

/** Others are served between two pages of a rebuild. */
const PAGE = 1_024;

/** Entries folded before the file is written: what a crash folds again. */
const KEEP_EVERY = 16_384;
/** Entries that a reader folds in memory at most, before it folds all of them into its own file. */
const READ_LAG_MAX = 1_000_000;

export type LookupRunner = Projection & {
  readonly lookup: Lookup;
  /**
   * Events after entry `after` that have this key, in order, at most `limit`.
   * @throws ProjectionStopped when the lookup has stopped.
   */
  find(key: string, after: number, limit: number): StoredEvent[];
  /** Compares what is served with what the log has, told by somebody who reads it anyway. */
  compare(): LookupComparison;
};

export type LookupComparison = {
  /** Takes the keys of the next entries, up to one; those of an entry by their hash. */
  add(keys: Keys, upTo: number): void;
  finish(): Rebuilt;
};

type Fold = {
  readonly file: LookupFile;
  /** Keys that are not in the file yet. */
  pending: Key[];
  /** The last entry folded. */
  entry: number;
  /** The last entry in the file. */
  kept: number;
};

export type LookupParts = ProjectionParts & { readonly log: LogReader };

/** Opens a lookup over a log and brings it up to the head. */
export function openLookup(
  lookup: Lookup,
  { dir, log, beside, onDamage = tellDamage }: LookupParts,
): LookupRunner {
  const path = join(dir, `${lookup.name}.v${lookup.version}.db`);
  const mending = mendingOf(path, beside !== undefined, onDamage);
  let fold = mending.over(open);
  let stopped: Stopped | undefined;
  const served = {
    letGo: () => void closeAnyhow(fold.file),
    reopen() {
      fold = open();
    },
  };
  const onFile = <T>(work: () => T): T => mending.over(work, served);
  onFile(() => catchUp(fold));

  function open(): Fold {
    const file = openFile();
    try {
      return openFold(file);
    } catch (error) {
      closeAnyhow(file);
      throw error;
    }
  }

  // A file that knows more than the log was filled from another one: it is made anew.
  function openFile(): LookupFile {
    if (beside) return readableFile(beside);
    const file = openLookupFile(path);
    if (file.entry() <= log.head()) return file;
    file.close();
    removeDerived(path);
    return openLookupFile(path);
  }

  function readableFile(writer: Beside): LookupFile {
    const file = mending.found() ? undefined : readLookupFile(path);
    if (!file) return openLookupFile(PRIVATE_FILE);
    const lag = writer.head() - file.entry();
    if (lag >= 0 && lag <= READ_LAG_MAX) return file;
    file.close();
    return openLookupFile(PRIVATE_FILE);
  }

  function openFold(file: LookupFile): Fold {
    return { file, pending: [], entry: file.entry(), kept: file.entry() };
  }

  function add(into: Fold, events: readonly StoredEvent[]): void {
    for (const event of events) {
      if (event.entry <= into.entry) continue;
      for (const key of lookup.keys(event)) {
        into.pending.push({ hash: hashOfKey(key), entry: event.entry });
      }
      into.entry = event.entry;
    }
    if (into.entry - into.kept >= KEEP_EVERY) keep(into);
  }

  function keep(into: Fold): void {
    if (into.file.writable) into.file.add(into.pending, into.entry);
    // What the file holds, by whomever it was written, need not stay in memory.
    into.kept = into.file.entry();
    into.pending = into.pending.filter(({ entry }) => entry > into.kept);
  }

  function catchUp(into: Fold): void {
    for (let from = into.entry + 1; from <= log.head(); from = into.entry + 1) {
      add(into, log.read(from, Math.min(from + PAGE - 1, log.head())));
    }
  }

  async function foldUpTo(next: Fold, end: () => number, onProgress?: (entries: number) => void) {
    while (next.entry < end()) {
      add(next, log.read(next.entry + 1, Math.min(next.entry + PAGE, end())));
      onProgress?.(next.entry);
      await new Promise((resolve) => setImmediate(resolve));
    }
    keep(next);
  }

  function candidates(key: number): number[] {
    const entries = new Set<number>();
    for (const { hash: pending, entry } of fold.pending) if (pending === key) entries.add(entry);
    for (let bucket = bucketOf(fold.entry); bucket >= 0; bucket--) {
      for (const entry of fold.file.find(bucket, key)) entries.add(entry);
    }
    return [...entries].sort((a, b) => a - b);
  }

  return {
    lookup,
    status: () => ({
      name: lookup.name,
      version: lookup.version,
      entry: fold.entry,
      lagEntries: Math.max(0, log.head() - fold.entry),
      ...(stopped ? { stopped } : {}),
    }),
    follow({ events }) {
      if (stopped) return;
      const [first] = events;
      try {
        onFile(() => {
          if (first && first.entry > fold.entry + 1) catchUp(fold);
          else add(fold, events);
        });
      } catch (error) {
        // The commit stands whatever becomes of this lookup: it stops here and says why.
        stopped = { entry: first?.entry ?? fold.entry, error: (error as Error).message };
      }
    },
    find(key, after, limit) {
      if (stopped) throw new ProjectionStopped(lookup.name, stopped);
      const found: StoredEvent[] = [];
      for (const at of onFile(() => candidates(hashOfKey(key)))) {
        if (at <= after || at > log.head()) continue;
        const [event] = log.read(at, at);
        if (event && lookup.keys(event).includes(key)) found.push(event);
        if (found.length === limit) break;
      }
      return found;
    },
    compare() {
      onFile(() => keep(fold));
      const comparison = onFile(() => compareFold(lookup.name, fold));
      return {
        ...comparison,
        finish() {
          const compared = comparison.finish();
          return { ...compared, identical: compared.identical && !mending.found() };
        },
      };
    },
    async rebuild(onProgress) {
      const swapped = beside === undefined;
      const fresh = swapped ? `${path}.rebuild` : PRIVATE_FILE;
      if (swapped) removeDerived(fresh);
      const started = performance.now();
      const before = onFile(() => {
        catchUp(fold);
        keep(fold);
        return fold.file.snapshot();
      });
      beside?.refresh();
      const next = openFold(openLookupFile(fresh));
      let identical: boolean;
      try {
        await foldUpTo(next, () => before.entry, onProgress);
        identical = next.file.snapshot().digest === before.digest && !mending.found();
        await foldUpTo(next, () => fold.entry, onProgress);
      } catch (error) {
        next.file.close();
        if (swapped) removeDerived(fresh);
        throw error;
      }
      const entries = next.entry;
      const seconds = (performance.now() - started) / 1000;
      next.file.close();
      if (swapped) swap(fresh);
      const entriesPerSecond = entries / seconds;
      return { projection: lookup.name, entries, seconds, entriesPerSecond, identical, swapped };
    },
    close() {
      try {
        if (!stopped) keep(fold);
      } catch (error) {
        // The next start finds the damage as well.
        if (!(error instanceof DamagedFile)) throw error;
      }
      if (beside) closeAnyhow(fold.file);
      else closeForReaders(path, served.letGo);
    },
  };

  function swap(fresh: string): void {
    served.letGo();
    removeDerived(path);
    renameSync(fresh, path);
    mending.forget();
    fold = open();
    stopped = undefined;
    catchUp(fold);
  }
}

/** Bucket by bucket, so that neither side is ever in memory as a whole. */
function compareFold(projection: string, { file, pending: added, entry }: Fold): LookupComparison {
  const started = performance.now();
  // Another process may add to the file while it is read: that is left out.
  const { entry: kept, keys } = file.extent();
  const reach = Math.max(kept, entry);
  // What is served and not in the file: after a kill, all that was recorded since it was last kept.
  const beyond = added
    .filter((key) => key.entry > kept)
    .sort((a, b) => a.entry - b.entry || a.hash - b.hash);
  const count = keys + beyond.length;
  let next = 0;
  let pending = { hashes: [] as number[], entries: [] as number[] };
  let bucket = 0;
  let matched = 0;
  let identical = true;

  function closeBucket(): void {
    try {
      const { hashes, entries } = file.bucket(bucket, kept);
      for (; bucketOf(beyond[next]?.entry ?? Infinity) === bucket; next++) {
        hashes.push(beyond[next]?.hash ?? 0);
        entries.push(beyond[next]?.entry ?? 0);
      }
      identical &&= isSame(hashes, pending.hashes) && isSame(entries, pending.entries);
      matched += hashes.length;
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      identical = false;
    }
    pending = { hashes: [], entries: [] };
    bucket += 1;
  }

  return {
    add(keys, upTo) {
      for (let at = 0; at < keys.length; at += 2) {
        const entry = keys[at + 1] as number;
        if (entry > reach) break;
        while (bucketOf(entry) > bucket) closeBucket();
        pending.hashes.push(keys[at] as number);
        pending.entries.push(entry);
      }
      while (bucketOf(Math.min(upTo, reach)) > bucket) closeBucket();
    },
    finish() {
      closeBucket();
      const seconds = (performance.now() - started) / 1000;
      identical &&= matched === count;
      const entriesPerSecond = reach / seconds;
      return { projection, entries: reach, seconds, entriesPerSecond, identical, swapped: false };
    },
  };
}

function isSame(numbers: readonly number[], others: readonly number[]): boolean {
  return numbers.length === others.length && numbers.every((number, at) => number === others[at]);
}
