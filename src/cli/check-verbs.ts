// The verbs that compare what is served with what the log says: rebuild and audit.

import type { Rebuilt } from "../app/projections/projection.ts";
import { EXIT, failure } from "./failure.ts";
import type { Session } from "./session.ts";
import { upkeepOf } from "./upkeep.ts";

/**
 * Rebuilds one projection, or each, from entry 1 and says whether it equals the served one. Where
 * another process writes, it only compares.
 */
export async function rebuildVerb(session: Session, name: string | undefined): Promise<void> {
  const choose = (names: readonly string[]) => chosen(name, names);
  const { demo, rebuilt } = await upkeepOf(session).rebuild(choose, session.progress);
  for (const result of rebuilt) session.answer({ demo, ...result });
  session.label(demo);
  showRebuilt(session, rebuilt);
  const off = rebuilt.filter(({ identical }) => !identical);
  const swapped = rebuilt.every((each) => each.swapped);
  if (off.length > 0) {
    const names = off.map(({ projection }) => projection).join(", ");
    const done = swapped
      ? { zh: "现已按日志重建", en: "now rebuilt from it" }
      : {
          zh: "请停止写入的进程，再运行一次以重建",
          en: "stop the process that writes, and run this again to rebuild",
        };
    throw failure(EXIT.corrupt, {
      zh: `${names} 曾与日志不一致；${done.zh}`,
      en: `${names} differed from the log; ${done.en}`,
    });
  }
  if (!swapped) process.stderr.write(`${session.say(ONLY_COMPARED)}\n`);
}

const ONLY_COMPARED = {
  zh: "另一进程正在写入：只作比对，未替换",
  en: "another process writes here: compared only, nothing was replaced",
};

function chosen(name: string | undefined, names: readonly string[]): readonly string[] {
  if (name === undefined) return names;
  if (names.includes(name)) return [name];
  throw failure(EXIT.usage, {
    zh: `没有投影 ${name}；现有 ${names.join("、")}`,
    en: `no projection ${name}; there are ${names.join(", ")}`,
  });
}

function showRebuilt(session: Session, rebuilt: readonly Rebuilt[]): void {
  session.table(
    [
      { title: session.say({ zh: "投影", en: "Projection" }), kind: "text" },
      { title: session.say({ zh: "条目", en: "Entries" }), kind: "count" },
      { title: session.say({ zh: "秒", en: "Seconds" }), kind: "count" },
      { title: session.say({ zh: "条/秒", en: "Entries/s" }), kind: "count" },
      { title: session.say({ zh: "与所提供者一致", en: "Identical" }), kind: "text" },
    ],
    rebuilt.map(({ projection, entries, seconds, entriesPerSecond, identical }) => [
      projection,
      String(entries),
      seconds.toFixed(3),
      String(Math.round(entriesPerSecond)),
      identical ? session.say({ zh: "是", en: "yes" }) : session.say({ zh: "否", en: "NO" }),
    ]),
  );
}

/** Re-reads every entry, replays every projection, and fails with exit code 3 on any difference. */
export async function auditVerb(session: Session): Promise<void> {
  const audit = await upkeepOf(session).audit(session.progress);
  const { entries, findings, projections, demo, passed, seconds } = audit;
  session.answer(audit);
  session.label(demo);
  for (const { entry, problem } of findings) session.line(`#${entry}: ${session.say(problem)}`);
  showRebuilt(session, projections);
  const verdict = passed ? { zh: "通过", en: "pass" } : { zh: "不通过", en: "FAIL" };
  const size = session.say({
    zh: `${entries} 条，${seconds.toFixed(1)} 秒`,
    en: `${entries} entries, ${seconds.toFixed(1)} s`,
  });
  session.line(`${session.say(verdict)}  ${size}`);
  if (!passed) {
    const [first] = findings;
    const off = projections.find(({ identical }) => !identical);
    const where = first
      ? {
          zh: `第 ${first.entry} 条：${first.problem.zh}`,
          en: `entry ${first.entry}: ${first.problem.en}`,
        }
      : { zh: off?.projection, en: off?.projection };
    const next = first
      ? { zh: "请从备份恢复", en: "restore a backup" }
      : { zh: "请运行 `almoner rebuild` 重建", en: "run `almoner rebuild` to make it anew" };
    throw failure(EXIT.corrupt, {
      zh: `账本与其日志不一致（${where.zh}）；${next.zh}`,
      en: `the ledger differs from its log (${where.en}); ${next.en}`,
    });
  }
}
