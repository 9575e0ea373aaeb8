// `almoner import opening`: balances of another set of books, from its trial balance, dry run first.
// Nothing is recorded unless every row is understood and every fund balances.

import { isDemo, type Ledger, openLedger } from "../app/ledger.ts";
import type { Host } from "../domain/books.ts";
import { loadOpeningMapping } from "../import/opening/opening-mapping.ts";
import { type OpeningPlan, planOpening } from "../import/opening/plan-opening.ts";
import { type ReadOpening, readOpening } from "../import/opening/read-opening.ts";
import { fileProblem } from "../import/texts.ts";
import { isDay } from "../kernel/day.ts";
import { EXIT, failure, invalidInput } from "./failure.ts";
import { askWitnesses, checkLedger } from "./local-backend.ts";
import type { Session } from "./session.ts";

export type OpeningFlags = {
  readonly host: string;
  readonly on: string;
  readonly mapping: string;
  readonly dryRun?: boolean;
};

const LABELS = {
  rows: { zh: "行数", en: "rows" },
  summaries: { zh: "合计行（已核对，不记）", en: "summary rows (checked, not recorded)" },
  lines: { zh: "余额行", en: "balances" },
  exceptions: { zh: "例外", en: "exceptions" },
  debit: { zh: "借方合计", en: "debits" },
  credit: { zh: "贷方合计", en: "credits" },
  unbalanced: { zh: "借贷不平", en: "not balanced" },
  own: { zh: "机构自有部分", en: "the host's own part" },
  recorded: { zh: "已记入条目", en: "recorded as entries" },
  dry: { zh: "未记入任何条目", en: "nothing recorded" },
} as const;

/** Imports opening balances; exit code 1 when anything stands against it. */
export async function importOpeningVerb(
  session: Session,
  file: string,
  flags: OpeningFlags,
): Promise<void> {
  checkLedger(session.data);
  if (!isDay(flags.on))
    throw failure(EXIT.usage, {
      zh: `--on 是日期（如 2026-01-01），不是 ${flags.on}`,
      en: `--on is a day like 2026-01-01, not ${flags.on}`,
    });
  const dryRun = flags.dryRun ?? false;
  const ledger = openLedger(session.data, { mode: dryRun ? "read" : "write" });
  try {
    const { creditCode: host } = hostOf(ledger, flags.host);
    const mapping = await loadOpeningMapping(flags.mapping);
    const read = await readOpening(file, mapping, ledger.books()).catch((error: unknown) => {
      const problem = fileProblem(error);
      if (!problem) throw error;
      throw failure(EXIT.refused, `${session.say(problem.reason)} (${problem.code})`);
    });
    const { currency } = mapping;
    const opening = { host, currency, openedOn: flags.on };
    const plan = planOpening(read.lines, opening, ledger.books());
    const exceptions = [...read.exceptions, ...plan.exceptions].sort((a, b) => a.row - b.row);
    const sound = exceptions.length === 0 && plan.unbalanced.length === 0 && plan.parts.length > 0;
    if (sound) notOpenedYet(ledger, host, read.sha256);
    if (!dryRun) await askWitnesses(ledger);
    const entries =
      sound && !dryRun
        ? await recordParts(ledger, plan, { ...opening, file: read.sha256 })
        : undefined;
    session.answer({
      demo: isDemo(ledger),
      file,
      sha256: read.sha256,
      rows: read.rows,
      summaries: read.summaries,
      lines: read.lines.length,
      exceptions,
      debit: plan.debit,
      credit: plan.credit,
      unbalanced: plan.unbalanced,
      entries: entries ?? null,
    });
    show(session, ledger, { read, plan, exceptions, entries });
    if (!sound) {
      throw failure(EXIT.refused, {
        zh: "未记入任何条目：请看例外与差额",
        en: "nothing was recorded: see exceptions and differences",
      });
    }
  } finally {
    ledger.close();
  }
}

function hostOf(ledger: Ledger, text: string): Host {
  const hosts = [...ledger.books().hosts.values()];
  const found = hosts.filter(({ creditCode, name }) => creditCode === text || name === text);
  const [host] = found;
  if (host && found.length === 1) return host;
  throw failure(EXIT.usage, {
    zh: `没有依托组织 ${text}：请先用 \`almoner host\` 登记`,
    en: `no host ${text}: register it with \`almoner host\``,
  });
}

/** Balances that are brought in twice would double everything. */
function notOpenedYet({ store }: Ledger, host: string, file: string): void {
  for (const entry of store.entriesOfType("OpeningBalanceRecorded", 0, 10_000)) {
    const [event] = store.read(entry, entry);
    const data = event?.data as { host?: string; file?: string } | undefined;
    if (data?.host !== host || data.file === file) continue;
    const later = store.linksTo(entry).flatMap((at) => store.read(at, at));
    if (later.some(({ type }) => type === "EntryReversed")) continue;
    throw failure(EXIT.refused, {
      zh: `${host} 的期初余额已由另一文件记入第 ${entry} 条；请先冲销`,
      en: `opening balances of ${host} are recorded already, from another file, as entry ${entry}; reverse it first`,
    });
  }
}

async function recordParts(
  ledger: Ledger,
  { parts }: OpeningPlan,
  opening: { host: string; currency: string; openedOn: string; file: string },
): Promise<number[]> {
  const requests = parts.map((lines, index) => ({
    command: "RecordOpeningBalance",
    key: `opening:${opening.host}:${opening.file}:${index + 1}`,
    actor: "cli",
    input: { ...opening, lines, part: index + 1 },
  }));
  const answers = await ledger.record(requests, { atomic: true });
  return answers.flatMap((answer) => {
    switch (answer.kind) {
      case "recorded":
      case "already":
        return [answer.event.entry];
      case "refused":
        throw answer.refusal;
      case "invalid":
        throw invalidInput(answer.issues, (path) => path);
      default:
        return [];
    }
  });
}

type Shown = {
  readonly read: ReadOpening;
  readonly plan: OpeningPlan;
  readonly exceptions: ReadOpening["exceptions"];
  readonly entries: readonly number[] | undefined;
};

function show(session: Session, ledger: Ledger, { read, plan, exceptions, entries }: Shown): void {
  session.label(isDemo(ledger));
  const told: [keyof typeof LABELS, string | number][] = [
    ["rows", read.rows],
    ["summaries", read.summaries],
    ["lines", read.lines.length],
    ["debit", plan.debit],
    ["credit", plan.credit],
    ["exceptions", exceptions.length],
  ];
  for (const [name, value] of told) session.line(`${session.say(LABELS[name])}: ${value}`);
  for (const { row, code, reason } of exceptions) {
    session.line(`  ${row} ${code} ${session.say(reason)}`);
  }
  for (const { fund, difference } of plan.unbalanced) {
    const name = fund === null ? session.say(LABELS.own) : ledger.books().funds.get(fund)?.name;
    session.line(`  ${session.say(LABELS.unbalanced)} ${name}: ${difference}`);
  }
  session.line(
    entries ? `${session.say(LABELS.recorded)} ${entries.join(", ")}` : session.say(LABELS.dry),
  );
}
