// `almoner doctor`: is this folder in order, and what is it made of.

import { statfsSync } from "node:fs";
import { isDemo, openLedger } from "../app/ledger.ts";
import { forkRefusal } from "../app/log/fork.ts";
import type { LogStatus } from "../app/log/transparency-log.ts";
import { openDurable } from "../store/sqlite/open.ts";
import { EXIT, failure, messageOf } from "./failure.ts";
import { checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

const FREE_BYTES_MIN = 256 * 1024 * 1024;
const PRAGMAS = ["journal_mode", "synchronous", "wal_autocheckpoint", "user_version"] as const;

/** Shows the state of a ledger folder; exit code 3 when SQLite or a projection says it is broken. */
export async function doctorVerb(session: Session): Promise<void> {
  checkLedger(session.data);
  const ledger = openLedger(session.data, { mode: "read" });
  const state = (() => {
    try {
      return {
        demo: isDemo(ledger),
        entries: ledger.store.head(),
        ...fileState(session.data),
        projections: ledger.projections(),
        log: ledger.log.status(),
      };
    } finally {
      ledger.close();
    }
  })();
  session.answer(state);
  session.label(state.demo);
  const { projections, log, ...rest } = state;
  for (const [name, value] of Object.entries(rest)) session.line(`${name}: ${value}`);
  for (const { name, version, entry, lagEntries, stopped } of projections) {
    const note = stopped ? `STOPPED at ${stopped.entry}: ${stopped.error}` : `lag ${lagEntries}`;
    session.line(`projection ${name} v${version}: entry ${entry}, ${note}`);
  }
  showLog(session, log);
  if (state.diskFreeBytes < FREE_BYTES_MIN) process.stderr.write("the disk is nearly full\n");
  if (log.fork) throw failure(EXIT.corrupt, messageOf(forkRefusal(log.fork), session.language));
  const broken = state.quickCheck !== "ok" || projections.some(({ stopped }) => stopped);
  if (broken || log.error)
    throw failure(EXIT.corrupt, {
      zh: "请运行 `almoner audit`；若不通过，请从备份恢复",
      en: "run `almoner audit`; restore a backup if it fails",
    });
}

function showLog(session: Session, log: LogStatus): void {
  const { origin, vkeys, treeSize, signedSize, publishedSize, fork, error } = log;
  session.line(
    `log ${origin ?? "-"}: tree ${treeSize}, signed ${signedSize}, published ${publishedSize}`,
  );
  for (const vkey of vkeys) session.line(`log key: ${vkey}`);
  if (fork) session.line(`log FORK: ${JSON.stringify(fork)}`);
  if (error) session.line(`log ERROR: ${error}`);
}

function fileState(dir: string) {
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
