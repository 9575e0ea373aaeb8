// Which entry has this id: 48-bit hashes in a table clustered by time. Random ids in one large
// B-tree touch a page each; in buckets of 16,384 entries a batch touches a few dozen pages and the
// insert costs a seventh (docs/adr/0004). The filter tells which buckets are worth asking.

import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { createKeyFilter, GROUP_BYTES, type KeyFilter, SLICE_ENTRIES } from "./key-filter.ts";
import type { Db } from "./open.ts";

/** The kept filter, beside the ledger file. */
export const FILTER_FILE = "keys.filter";

/** In the place of a hash: the index leads to an entry by more than one. */
const TWO_HASHES = -1;
const BUCKET_ENTRIES = 2 ** 14;
/** Buckets before an entry that are asked first: a page or two, where a slice is eight. */
const NEAR = 2;
const BUCKETS_PER_SLICE = SLICE_ENTRIES / BUCKET_ENTRIES;
/** One query for all buckets of a slice: asking them one by one takes several times as long. */
const BUCKETS_OF_SLICE = Array.from({ length: BUCKETS_PER_SLICE }, (_, at) => `@first + ${at}`);

export type KeyIndex = {
  /** Inside the caller's transaction. */
  add(hash: number, entry: number): void;
  /**
   * The newest entry of this hash that is the wanted one; the caller compares the full key. With
   * `before` it is looked for just before that entry first, and not in slices that begin after it.
   */
  find(hash: number, isWanted: (entry: number) => boolean, before?: number): number | undefined;
  /** The hashes stored for entries `from` … `to`, in order; NaN or less than 0 unless it is one. */
  hashes(from: number, to: number): Float64Array;
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
  const inBucket = db
    .prepare("SELECT entry FROM key WHERE bucket = ? AND hash = ? ORDER BY entry DESC")
    .pluck();
  const lastEntry = db.prepare("SELECT coalesce(max(entry), 0) FROM entry").pluck();
  const ofEntries = db
    .prepare(
      `SELECT json_group_array(entry), json_group_array(hash) FROM key
       WHERE bucket BETWEEN ? AND ? AND entry BETWEEN ? AND ?`,
    )
    .raw();
  let filter: KeyFilter | undefined;
  // Only who writes needs it, so the first answer after a start need not wait for it.
  const loaded = () => {
    if (filterPath !== undefined) filter ??= loadFilter(db, head, filterPath);
    return filter;
  };
  return {
    add(hash, entry) {
      insert?.run(Math.floor(entry / BUCKET_ENTRIES), hash, entry);
      loaded()?.add(hash, entry);
    },
    find(hash, isWanted, before = Number.POSITIVE_INFINITY) {
      const near = Math.floor(before / BUCKET_ENTRIES);
      for (let bucket = near; before < Number.POSITIVE_INFINITY && bucket > near - NEAR; bucket--) {
        const entry = (inBucket.all(bucket, hash) as number[]).find(isWanted);
        if (entry !== undefined) return entry;
      }
      const slices = loaded()?.slicesOf(hash) ?? slicesUpTo(lastEntry.get() as number);
      for (const slice of slices) {
        if (slice * SLICE_ENTRIES > before) continue;
        const first = slice * BUCKETS_PER_SLICE;
        const entry = (select.all({ first, hash }) as number[]).find(isWanted);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
    hashes(from, to) {
      const [first, last] = [from, to].map((entry) => Math.floor(entry / BUCKET_ENTRIES));
      const found = new Float64Array(to - from + 1).fill(Number.NaN);
      const row = ofEntries.get(first, last, from, to) as [entries: string, hashes: string];
      const [entries, hashes] = row.map((text) => JSON.parse(text) as number[]);
      for (const [at, entry] of (entries ?? []).entries()) {
        const place = entry - from;
        found[place] = Number.isNaN(found[place]) ? (hashes?.[at] as number) : TWO_HASHES;
      }
      return found;
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

// File: SHA-256 of the rest (32 bytes), the covered entry, the hash of its id and the entries of a
// slice (a double each), then the groups' words.
const DIGEST_BYTES = 32;
const HEAD_BYTES = 24;

function keepFilter(path: string, filter: KeyFilter, covered: number, hashThere: number): void {
  const head = Float64Array.of(covered, hashThere, SLICE_ENTRIES);
  const parts: Uint8Array[] = [new Uint8Array(head.buffer)];
  for (const words of filter.groups) parts.push(bytesOf(words));
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part);
  const fresh = `${path}.new`;
  try {
    writeParts(fresh, [digest.digest(), ...parts]);
    renameSync(fresh, path);
  } catch {
    // A cache: on a full disk, say, the next start makes it anew.
    rmSync(fresh, { force: true, recursive: true });
  }
}

function writeParts(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, "w");
  try {
    for (const part of parts) writeWhole(file, part);
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
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
  const file = openSync(path, "r");
  try {
    const { covered, hashThere, groups } = readFilter(file) ?? {};
    // A filter of another log would say "never seen" of ids that this log holds.
    if (!groups || covered === undefined || covered > head) return undefined;
    if (hashAt(db, covered) !== hashThere) return undefined;
    return { filter: createKeyFilter(groups), covered };
  } finally {
    closeSync(file);
  }
}

// It is large, so its bytes are read to where they are used.
function readFilter(file: number) {
  const sum = Buffer.alloc(DIGEST_BYTES);
  const head = Buffer.alloc(HEAD_BYTES);
  const count = (fstatSync(file).size - DIGEST_BYTES - HEAD_BYTES) / GROUP_BYTES;
  if (!Number.isInteger(count) || count < 0) return undefined;
  const groups = Array.from({ length: count }, () => new Uint32Array(GROUP_BYTES / 4));
  const digest = createHash("sha256");
  for (const part of [sum, head, ...groups.map(bytesOf)]) {
    if (!readWhole(file, part)) return undefined;
    if (part !== sum) digest.update(part);
  }
  if (!digest.digest().equals(sum) || head.readDoubleLE(16) !== SLICE_ENTRIES) return undefined;
  return { covered: head.readDoubleLE(0), hashThere: head.readDoubleLE(8), groups };
}

function readWhole(file: number, into: Uint8Array): boolean {
  let at = 0;
  for (let read = -1; at < into.length && read !== 0; at += read) {
    read = readSync(file, into, at, into.length - at, null);
  }
  return at === into.length;
}
