// `almoner doctor`: is this ledger in order, and what is it made of.

import { forkRefusal } from "../app/log/fork.ts";
import type { LogStatus } from "../app/log/transparency-log.ts";
import type { Text } from "../kernel/text.ts";
import { corrupt, EXIT, failure } from "./failure.ts";
import type { Session } from "./session.ts";
import { upkeepOf } from "./upkeep.ts";

const FREE_BYTES_MIN = 256 * 1024 * 1024;

/** Shows the state of a ledger; exit code 3 when SQLite or a projection says it is broken. */
export async function doctorVerb(session: Session): Promise<void> {
  const state = await upkeepOf(session).doctor();
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
