// Which entry has this id: 48-bit hashes in a table clustered by time. Random ids in one large
// B-tree touch a page each; in buckets of 16,384 entries a batch touches a few dozen pages and the
// insert costs a seventh (docs/adr/0004). The filter tells which buckets are worth asking.

import { hash as digest } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createKeyFilter, type KeyFilter, SLICE_ENTRIES } from "./key-filter.ts";
import type { Db } from "./open.ts";

/** The kept filter, beside the ledger file. */
export const FILTER_FILE = "keys.filter";

const NONE: readonly number[] = [];
const BUCKET_ENTRIES = 2 ** 14;
const BUCKETS_PER_SLICE = SLICE_ENTRIES / BUCKET_ENTRIES;
/** One query for all buckets of a slice: asking them one by one takes several times as long. */
const BUCKETS_OF_SLICE = Array.from({ length: BUCKETS_PER_SLICE }, (_, at) => `@first + ${at}`);

export type KeyIndex = {
  /** Inside the caller's transaction. */
  add(hash: number, entry: number): void;
  /** Entries that may have the hash, newest first; the caller compares the full key. */
  candidates(hash: number): readonly number[];
  /** The hashes stored for entries `from` … `to`, by entry. */
  hashes(from: number, to: number): Map<number, number>;
  /** Keeps the filter for the next start; it is a cache, made anew when missing or damaged. */
  keep(path: string, head: number): void;
};

/** The index over table `key`; without `filterPath` every bucket is asked, which readers accept. */
export function openKeyIndex(db: Db, head: number, filterPath?: string): KeyIndex {
  const insert = db.readonly ? undefined : db.prepare("INSERT INTO key VALUES (?, ?, ?)");
  const select = db
    .prepare(
      `SELECT entry FROM key WHERE bucket IN (${BUCKETS_OF_SLICE}) AND hash = @hash
       ORDER BY entry DESC`,
    )
    .pluck();
  const lastEntry = db.prepare("SELECT coalesce(max(entry), 0) FROM entry").pluck();
  const ofEntries = db
    .prepare("SELECT entry, hash FROM key WHERE bucket BETWEEN ? AND ? AND entry BETWEEN ? AND ?")
    .raw();
  const filter = filterPath === undefined ? undefined : loadFilter(db, head, filterPath);
  return {
    add(hash, entry) {
      insert?.run(Math.floor(entry / BUCKET_ENTRIES), hash, entry);
      filter?.add(hash, entry);
    },
    candidates(hash) {
      const slices = filter ? filter.slicesOf(hash) : slicesUpTo(lastEntry.get() as number);
      if (slices.length === 0) return NONE;
      const entries: number[] = [];
      for (const slice of slices) {
        const first = slice * BUCKETS_PER_SLICE;
        for (const entry of select.all({ first, hash })) entries.push(entry as number);
      }
      return entries;
    },
    hashes(from, to) {
      const [first, last] = [from, to].map((entry) => Math.floor(entry / BUCKET_ENTRIES));
      return new Map(ofEntries.all(first, last, from, to) as [number, number][]);
    },
    keep(path, covered) {
      const at = hashAt(db, covered);
      if (filter && at !== undefined) keepFilter(path, filter, covered, at);
    },
  };
}

function slicesUpTo(entry: number): number[] {
  const last = Math.floor(entry / SLICE_ENTRIES);
  return Array.from({ length: last + 1 }, (_, index) => last - index);
}

// File: SHA-256 of the rest (32 bytes), the covered entry and the hash of its id (a double each),
// then the groups' words.
function keepFilter(path: string, filter: KeyFilter, covered: number, hashThere: number): void {
  const head = Buffer.from(Float64Array.of(covered, hashThere).buffer);
  const body = Buffer.concat([
    head,
    ...filter.groups.map((words) => Buffer.from(words.buffer, words.byteOffset, words.byteLength)),
  ]);
  const sum = Buffer.from(digest("sha256", body, "hex"), "hex");
  writeFileSync(`${path}.new`, Buffer.concat([sum, body]));
  renameSync(`${path}.new`, path);
}

function loadFilter(db: Db, head: number, path: string): KeyFilter {
  const { filter, covered } = keptFilter(db, path, head) ?? {
    filter: createKeyFilter(),
    covered: 0,
  };
  const rows = db
    .prepare("SELECT hash, entry FROM key WHERE bucket >= ? AND entry > ?")
    .raw()
    .iterate(Math.floor(covered / BUCKET_ENTRIES), covered);
  for (const row of rows) {
    const [hash, entry] = row as [number, number];
    filter.add(hash, entry);
  }
  return filter;
}

function hashAt(db: Db, entry: number): number | undefined {
  const bucket = Math.floor(entry / BUCKET_ENTRIES);
  return db
    .prepare("SELECT hash FROM key WHERE bucket = ? AND entry = ?")
    .pluck()
    .get(bucket, entry) as number | undefined;
}

function keptFilter(db: Db, path: string, head: number) {
  if (!existsSync(path)) return undefined;
  const file = readFileSync(path);
  const body = file.subarray(32);
  if (digest("sha256", body, "hex") !== file.subarray(0, 32).toString("hex")) return undefined;
  const covered = body.readDoubleLE(0);
  // A filter of another log would say "never seen" of ids that this log holds.
  if (covered > head || hashAt(db, covered) !== body.readDoubleLE(8)) return undefined;
  const words = new Uint32Array(
    body.buffer.slice(body.byteOffset + 16, body.byteOffset + body.length),
  );
  const groups: Uint32Array[] = [];
  for (let at = 0; at < words.length; at += 2 ** 22) groups.push(words.slice(at, at + 2 ** 22));
  return { filter: createKeyFilter(groups), covered };
}
