// Files that are worked out from the log, so that damage to one costs time and nothing else: it is set
// aside, and what it held is made anew.

import { existsSync, renameSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { crc32 } from "node:zlib";
import Database from "better-sqlite3";
import type { Text } from "../kernel/text.ts";

/** What becomes of a derived file that is damaged. */
export type Damage = {
  readonly file: string;
  /** Where it is kept for whoever wants to look at it; null where another process keeps the file. */
  readonly setAside: string | null;
  readonly text: Text;
};

/** A derived file that cannot be what was written. */
export class DamagedFile extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`${path} is damaged: ${(cause as Error).message}`, { cause });
    this.name = "DamagedFile";
    this.path = path;
  }
}

/** What the system or another process is to blame for, which making the file anew would not help. */
const NOT_ITS_FAULT =
  /^(?:E[A-Z]+|SQLITE_(?:BUSY|LOCKED|FULL|CANTOPEN|READONLY|NOMEM|PERM|IOERR(?!_SHORT_READ)).*)$/;

/**
 * Opens a derived file and makes of it what `make` does, unless that is nothing.
 * @throws DamagedFile here and from whatever is made, when the file is what keeps it from working.
 */
export function openDerived<T extends object>(
  path: string,
  options: Database.Options,
  make: (db: Database.Database) => T | undefined,
): T | undefined {
  return onDerived(path, () => {
    const db = new Database(path === PRIVATE_FILE ? privatePlace() : path, options);
    try {
      const made = make(db);
      if (made) return watched(path, made);
    } catch (error) {
      db.close();
      throw error;
    }
    db.close();
    return undefined;
  });
}

/**
 * The same beside a process that keeps the file; undefined when there is none, or none that can be
 * opened, as on a full disk.
 */
export function openBesideKeeper<T extends object>(
  path: string,
  make: (db: Database.Database) => T | undefined,
): T | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return openDerived(path, { readonly: true, timeout: 5_000 }, make);
  } catch (error) {
    if (/^SQLITE_(?:FULL|CANTOPEN|IOERR)/.test((error as { code?: string }).code ?? ""))
      return undefined;
    throw error;
  }
}

/** Names a file of nobody else's, which the system takes away when it is closed. */
export const PRIVATE_FILE = "";

/** What such a file may grow to before it stands in memory for want of room. */
const PRIVATE_BYTES = 2 ** 26;

/** Where a private file lies: where temporary files do, or in memory when there is no room for it. */
export function privatePlace(): string {
  const { bavail, bsize } = statfsSync(tmpdir());
  return bavail * bsize < PRIVATE_BYTES ? ":memory:" : PRIVATE_FILE;
}

function onDerived<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (error instanceof DamagedFile || NOT_ITS_FAULT.test(code)) throw error;
    throw new DamagedFile(path, error);
  }
}

function watched<T extends object>(path: string, file: T): T {
  const members = Object.entries(file).map(([name, member]) => {
    if (typeof member !== "function") return [name, member];
    return [name, (...given: unknown[]) => onDerived(path, () => member(...given))];
  });
  // Every method takes and gives what it did.
  return Object.fromEntries(members) as T;
}

/**
 * SQLite does not notice a byte that was turned over within what it stores; nothing may be served that
 * is wrong for that. So what is kept carries a mark of its place and its bytes.
 */
export function markOf(place: string, bytes: Uint8Array = NO_BYTES): number {
  return crc32(bytes, crc32(place));
}

const NO_BYTES = new Uint8Array(0);

/** @throws Error for what is not what was kept in this place. */
export function checkMark(mark: number, place: string, bytes?: Uint8Array): void {
  if (mark !== markOf(place, bytes)) throw new Error(`${place} is not what was kept`);
}

/** Closes a file that may be damaged: what closing cannot write any more is made anew. */
export function closeAnyhow(file: { close(): void }): void {
  try {
    file.close();
  } catch {
    // It is closed all the same.
  }
}

/** Moves a damaged file out of the way, over one that was moved before. */
export function setAside(path: string): Damage {
  const aside = `${path}.damaged`;
  removeDerived(aside);
  if (existsSync(path)) renameSync(path, aside);
  removeDerived(path);
  return {
    file: path,
    setAside: aside,
    text: {
      zh: `${path} 已损坏：已移为 ${aside}，并按日志重算`,
      en: `${path} is damaged: it was set aside as ${aside} and is made anew from the log`,
    },
  };
}

/** Leaves a damaged file to the process that keeps it. */
export function leave(path: string): Damage {
  return {
    file: path,
    setAside: null,
    text: {
      zh: `${path} 已损坏：此处改由日志自行计算；\`almoner rebuild\` 可重建该文件`,
      en: `${path} is damaged: the log is read in its place; \`almoner rebuild\` makes the file anew`,
    },
  };
}

/** Tells whoever watches the process, in whatever language. */
export function tellDamage({ text }: Damage): void {
  process.stderr.write(`${text.zh} / ${text.en}\n`);
}

/** Deletes a file with what SQLite keeps beside it. */
export function removeDerived(path: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
}
