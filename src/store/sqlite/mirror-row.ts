// The row that makes a ledger file the mirror of a shared log: which log, and how far it was read.
// A ledger of its own has no such table, and what is recorded in a mirror would be in no other node.

import { StoreUnavailable } from "../event-store.ts";
import type { Db } from "./open.ts";

export type Mirrored = {
  /** The address of the log, without credentials. */
  readonly log: string;
  /** The place of the last entry that was taken over, in the words of that log. */
  readonly position: string | null;
};

const DDL = `CREATE TABLE mirror (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  log TEXT NOT NULL,
  position TEXT
) STRICT`;

/** The log that a file mirrors. */
export function mirroredLog(db: Db): Mirrored | undefined {
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'mirror'").get();
  if (!table) return undefined;
  return db.prepare("SELECT log, position FROM mirror").get() as Mirrored | undefined;
}

/** Makes the file a mirror, or, without a log, a ledger of its own. */
export function setMirror(db: Db, mirrored: Mirrored | undefined): void {
  db.transaction(() => {
    db.exec("DROP TABLE IF EXISTS mirror");
    if (!mirrored) return;
    db.exec(DDL);
    db.prepare("INSERT INTO mirror VALUES (1, ?, ?)").run(mirrored.log, mirrored.position);
  }).immediate();
}

/** Stores how far the log was read, inside the caller's transaction. */
export function keepPosition(db: Db, position: string): void {
  db.prepare("UPDATE mirror SET position = ?").run(position);
}

/**
 * Refuses to write to a mirror as if it were a ledger of its own, and the other way round. An empty
 * file becomes what is asked for.
 */
export function checkMirror(db: Db, dir: string, wanted: string | undefined): void {
  const found = mirroredLog(db)?.log;
  if (found === wanted) return;
  if (found !== undefined) {
    const hint =
      wanted === undefined
        ? { zh: "请加上 --store", en: "add --store" }
        : { zh: "请用 --data 指明另一文件夹", en: "use another folder with --data" };
    throw new StoreUnavailable("OTHER_LOG", {
      zh: `${dir} 是 ${found} 的镜像：${hint.zh}`,
      en: `${dir} mirrors ${found}: ${hint.en}`,
    });
  }
  if (wanted === undefined) return;
  if (db.prepare("SELECT 1 FROM entry LIMIT 1").get()) {
    throw new StoreUnavailable("OTHER_LOG", {
      zh: `${dir} 中是独立的账本：可用 \`almoner move\` 迁往 ${wanted}，或用 --data 指明另一文件夹`,
      en: `${dir} holds a ledger of its own: \`almoner move\` takes it to ${wanted}, or use another folder with --data`,
    });
  }
  setMirror(db, { log: wanted, position: null });
}
