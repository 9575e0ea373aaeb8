// `almoner doctor`: is this folder in order, and what is it made of.

import { statfsSync } from "node:fs";
import { isDemo, openLedger } from "../app/ledger.ts";
import { forkRefusal } from "../app/log/fork.ts";
import type { LogStatus } from "../app/log/transparency-log.ts";
import type { Text } from "../kernel/text.ts";
import { openDurable } from "../store/sqlite/open.ts";
import { corrupt, EXIT, failure } from "./failure.ts";
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
  for (const [name, value] of Object.entries(rest)) {
    session.line(`${session.say(LABELS[name as keyof typeof LABELS])}: ${value}`);
  }
  for (const { name, version, entry, lagEntries, stopped } of projections) {
    const note = stopped
      ? {
          zh: `停在条目 ${stopped.entry}：${stopped.error}`,
          en: `STOPPED at ${stopped.entry}: ${stopped.error}`,
        }
      : { zh: `落后 ${lagEntries}`, en: `lag ${lagEntries}` };
    session.line(
      session.say({
        zh: `投影 ${name} v${version}：条目 ${entry}，${note.zh}`,
        en: `projection ${name} v${version}: entry ${entry}, ${note.en}`,
      }),
    );
  }
  showLog(session, log);
  if (state.diskFreeBytes < FREE_BYTES_MIN) process.stderr.write(`${session.say(NEARLY_FULL)}\n`);
  if (log.fork) throw corrupt(forkRefusal(log.fork));
  const broken = state.quickCheck !== "ok" || projections.some(({ stopped }) => stopped);
  if (broken || log.error)
    throw failure(EXIT.corrupt, {
      zh: "请运行 `almoner audit`；若不通过，请从备份恢复",
      en: "run `almoner audit`; restore a backup if it fails",
    });
}

const LABELS = {
  demo: { zh: "演示账本", en: "demo" },
  entries: { zh: "条目", en: "entries" },
  sqlite: { zh: "SQLite 版本", en: "SQLite" },
  journal_mode: { zh: "日志方式", en: "journal mode" },
  synchronous: { zh: "落盘等级", en: "synchronous" },
  wal_autocheckpoint: { zh: "WAL 自动检查点（页）", en: "WAL checkpoint (pages)" },
  user_version: { zh: "文件格式版本", en: "file format" },
  quickCheck: { zh: "快速检查", en: "quick check" },
  diskFreeBytes: { zh: "磁盘剩余（字节）", en: "free disk (bytes)" },
} as const satisfies Record<string, Text>;

const NEARLY_FULL: Text = { zh: "磁盘快满了", en: "the disk is nearly full" };

function showLog(session: Session, log: LogStatus): void {
  const { origin, vkeys, treeSize, signedSize, publishedSize, error } = log;
  session.line(
    session.say({
      zh: `账册 ${origin ?? "-"}：树 ${treeSize}，已签署 ${signedSize}，已公布 ${publishedSize}`,
      en: `log ${origin ?? "-"}: tree ${treeSize}, signed ${signedSize}, published ${publishedSize}`,
    }),
  );
  const key = session.say({ zh: "账册公钥", en: "log key" });
  for (const vkey of vkeys) session.line(`${key}: ${vkey}`);
  if (error) session.line(`${session.say({ zh: "账册错误", en: "log ERROR" })}: ${error}`);
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
