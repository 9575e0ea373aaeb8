// Opening a ledger file: refuses what is no ledger, a SQLite that can lose commits, and a second
// writer; and checks that the pragmas that make a commit durable are really in force.

import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Text } from "../../kernel/text.ts";
import { StoreUnavailable } from "../event-store.ts";
import { APPLICATION_ID, DDL, FILE_VERSION, SQLITE_MIN } from "./schema.ts";

export type Db = Database.Database;

export const LEDGER_FILE = "ledger.db";

/** A reader writes too, into the index of the write-ahead log, which takes 32 KiB. */
const BYTES_TO_OPEN = 65_536;

/**
 * Opens the ledger in `dir` for reading; any number of readers may, at any time.
 * @throws StoreUnavailable when the disk is full or fails.
 */
export function openForReading(dir: string): Db {
  const path = join(dir, LEDGER_FILE);
  if (!existsSync(path)) throw new Error(`no ledger in ${dir}: run \`almoner init --data ${dir}\``);
  const db = new Database(path, { readonly: true, timeout: 5_000 });
  try {
    checkFile(db, dir);
    return db;
  } catch (error) {
    db.close();
    throw openFailure(error, dir);
  }
}

/**
 * Opens the ledger in `dir` for writing, making it when there is none.
 * @throws StoreUnavailable when another process writes to it, or the disk is full or fails.
 */
export function openForWriting(dir: string): { db: Db; unlock: () => void } {
  mkdirSync(dir, { recursive: true });
  const unlock = lock(dir);
  try {
    return { db: openDurable(dir), unlock };
  } catch (error) {
    unlock();
    throw openFailure(error, dir);
  }
}

/** What became of an attempt to open: the error itself, when it tells what to do. */
function openFailure(error: unknown, dir: string): unknown {
  const { code } = error as { code?: string };
  if (!/^(?:SQLITE_(?:FULL|IOERR|CANTOPEN)|ENOSPC)/.test(code ?? "")) return error;
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < BYTES_TO_OPEN) {
    const full = {
      zh: `${dir} 所在磁盘已满，打开账本须有 ${BYTES_TO_OPEN} 字节；请腾出空间后重试`,
      en: `the disk of ${dir} is full, and opening a ledger takes ${BYTES_TO_OPEN} bytes; make room and try again`,
    };
    return new StoreUnavailable("DISK_FULL", full, error);
  }
  const failed = { zh: `${dir} 无法打开（${code}）`, en: `${dir} cannot be opened (${code})` };
  return new StoreUnavailable("STORE_FAILED", failed, error);
}

/** Opens the file with every commit durable; the caller holds the lock. */
export function openDurable(dir: string): Db {
  const db = new Database(join(dir, LEDGER_FILE), { timeout: 5_000 });
  try {
    makeDurable(db, dir);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function makeDurable(db: Db, dir: string): void {
  const version = db.prepare("SELECT sqlite_version()").pluck().get() as string;
  if (olderThan(version, SQLITE_MIN)) {
    const needed = SQLITE_MIN.join(".");
    throw unusable({
      zh: `SQLite ${version} 可能丢失已提交的数据，须 ${needed} 或更新`,
      en: `SQLite ${version} can lose commits; ${needed} or later is needed`,
    });
  }
  // Another program's database is left as it is: only an empty file is made into a ledger.
  const empty = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (!empty) checkFile(db, dir);
  pragma(db, "journal_mode", "wal", "wal");
  pragma(db, "synchronous", "FULL", 2);
  pragma(db, "foreign_keys", "OFF", 0);
  // More pages cost no less in all, and whoever waits for a checkpoint waits longer.
  pragma(db, "wal_autocheckpoint", "1000", 1_000);
  if (empty) db.transaction(() => db.exec(DDL)).immediate();
}

function pragma(db: Db, name: string, value: string, inForce: string | number): void {
  db.pragma(`${name} = ${value}`);
  const actual = db.pragma(name, { simple: true });
  if (actual !== inForce) throw new Error(`SQLite keeps ${name} at ${actual}, not ${inForce}`);
}

function checkFile(db: Db, dir: string): void {
  const id = db.pragma("application_id", { simple: true });
  const version = db.pragma("user_version", { simple: true });
  if (id !== APPLICATION_ID) {
    const path = join(dir, LEDGER_FILE);
    throw unusable({ zh: `${path} 不是善账的账本`, en: `${path} is not an Almoner ledger` });
  }
  if (version === FILE_VERSION) return;
  throw unusable({
    zh: `账本文件版本为 ${version}，本程序为 ${FILE_VERSION}：请用原程序 \`almoner export log\` 导出，再用 \`almoner import log\` 导入新文件夹`,
    en: `ledger file version ${version} is not version ${FILE_VERSION} of this program: write it out by \`almoner export log\` of the program that made it, and \`almoner import log\` into a new folder`,
  });
}

/** A file that is whole, and nothing for this program. */
function unusable(text: Text): Error {
  return Object.assign(new Error(text.en), { text });
}

function olderThan(version: string, minimum: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const at = minimum.findIndex((wanted, index) => parts[index] !== wanted);
  return at >= 0 && (parts[at] ?? 0) < (minimum[at] as number);
}

// The lock is a transaction held open in a file of its own: the operating system lets go of it when
// the process ends, however it ends.
function lock(dir: string): () => void {
  const holder = join(dir, "writer.pid");
  const db = new Database(join(dir, "writer.lock"), { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
    writeFileSync(holder, `${process.pid}\n`);
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw openFailure(error, dir);
    const pid = existsSync(holder) ? readFileSync(holder, "utf8").trim() : "?";
    throw new StoreUnavailable(
      "STORE_BUSY",
      {
        zh: `另一进程（${pid}）正在写入 ${dir}；请先停止它，或用 --url 经由它写入`,
        en: `another process (${pid}) writes to ${dir}; stop it, or use --url to go through it`,
      },
      error,
    );
  }
  return () => {
    db.exec("ROLLBACK");
    db.close();
  };
}
