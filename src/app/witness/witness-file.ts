// What a witness keeps: the logs it trusts to sign, and of each the latest checkpoint it cosigned.
// Comparing and keeping is one durable transaction, done before an answer leaves.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Hash } from "../../proof/bytes.ts";
import { openDurableFile } from "../log/durable-file.ts";

/** "ALMW" */
const APPLICATION_ID = 0x414c4d57;

const DDL = `
CREATE TABLE log (
  vkey TEXT PRIMARY KEY
) STRICT;
CREATE TABLE seen (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  note TEXT NOT NULL
) STRICT`;

/** The latest checkpoint cosigned of a log, as it was submitted. */
export type Seen = { readonly size: number; readonly root: Hash; readonly note: string };

export type WitnessFile = {
  trust(vkey: string): void;
  /** The vkeys of the logs that are trusted. */
  logs(): string[];
  seen(origin: string): Seen | undefined;
  /** Every origin with its latest checkpoint. */
  all(): (Seen & { readonly origin: string })[];
  /** Replaces what was seen of a log by what `decide` makes of it, all in one durable step. */
  replace<T>(origin: string, decide: (seen: Seen | undefined) => { keep?: Seen; result: T }): T;
  close(): void;
};

/** Opens a witness's folder, making it when there is none. */
export function openWitnessFile(dir: string): WitnessFile {
  mkdirSync(dir, { recursive: true });
  const db = openDurableFile(join(dir, "witness.db"), { ddl: DDL, applicationId: APPLICATION_ID });
  const trust = db.prepare("INSERT OR IGNORE INTO log VALUES (?)");
  const logs = db.prepare("SELECT vkey FROM log ORDER BY vkey").pluck();
  const seenOf = db.prepare("SELECT size, root, note FROM seen WHERE origin = ?");
  const all = db.prepare("SELECT origin, size, root, note FROM seen ORDER BY origin");
  const keep = db.prepare("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)");
  const seen = (origin: string) => seenOf.get(origin) as Seen | undefined;
  return {
    trust: (vkey) => void trust.run(vkey),
    logs: () => logs.all() as string[],
    seen,
    all: () => all.all() as (Seen & { origin: string })[],
    replace(origin, decide) {
      const step = db.transaction(() => {
        const { keep: next, result } = decide(seen(origin));
        if (next) keep.run(origin, next.size, next.root, next.note);
        return result;
      });
      return step.immediate();
    },
    close: () => void db.close(),
  };
}
