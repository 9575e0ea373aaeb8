// What SQLite and the disk say of a ledger's file.

import { statfsSync } from "node:fs";
import { openDurable } from "../../store/sqlite/open.ts";

const PRAGMAS = ["journal_mode", "synchronous", "wal_autocheckpoint", "user_version"] as const;

export type FileState = Readonly<Record<(typeof PRAGMAS)[number], string | number>> & {
  readonly sqlite: string;
  /** "ok", or the first thing that is wrong. */
  readonly quickCheck: string;
  readonly diskFreeBytes: number;
};

/** Reads the whole file. */
export function fileState(dir: string): FileState {
  const db = openDurable(dir);
  try {
    const { bavail, bsize } = statfsSync(dir);
    const pragmas = PRAGMAS.map((name) => [name, db.pragma(name, { simple: true })] as const);
    return {
      sqlite: db.prepare("SELECT sqlite_version()").pluck().get() as string,
      ...(Object.fromEntries(pragmas) as Record<(typeof PRAGMAS)[number], string | number>),
      quickCheck: db.pragma("quick_check(1)", { simple: true }) as string,
      diskFreeBytes: bavail * bsize,
    };
  } finally {
    db.close();
  }
}
