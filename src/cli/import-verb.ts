// `almoner import file`: gifts from a bank statement or a donor list, by a mapping, into one fund.

import { basename } from "node:path";
import { giftsAsk } from "../import/import-gifts.ts";
import { loadMapping } from "../import/mappings.ts";
import type { ImportReport } from "../import/report.ts";
import { EXIT, failure } from "./failure.ts";
import { importerOf } from "./importer.ts";
import { readFlags } from "./read-flags.ts";
import type { Session } from "./session.ts";

export type ImportFlags = {
  readonly mapping: string;
  readonly fund: string;
  readonly source: string;
  readonly dryRun?: boolean;
  readonly date?: string;
  readonly openingBalance?: string;
};

/** Imports one file; exit code 1 when it does not come out to its own control total. */
export async function importFileVerb(
  session: Session,
  path: string,
  { mapping: named, ...given }: ImportFlags,
): Promise<void> {
  const ask = { ...readFlags(giftsAsk, given), mapping: await loadMapping(named) };
  const file = { path, name: basename(path) };
  const { demo, report } = await importerOf(session).gifts(file, ask);
  show(session, report, demo);
}

function show(session: Session, report: ImportReport, demo: boolean): void {
  session.answer({ demo, ...report });
  session.label(demo);
  const { exceptions, possibleDuplicates, totals, control, balance, problem } = report;
  if (report.dryRun) session.line(session.say(DRY_RUN));
  session.line(`${report.file}  ${report.mapping} → ${report.source}`);
  const labels = report.dryRun ? { ...LABELS, ...WOULD } : LABELS;
  for (const name of ROW_COUNTS) session.line(`${session.say(labels[name])}: ${report[name]}`);
  if (report.recordedOtherwise.count > 0) {
    const { count, rows } = report.recordedOtherwise;
    session.line(`${session.say(LABELS.otherwise)}: ${count} (${rows.slice(0, 20).join(", ")})`);
  }
  session.line(`${session.say(labels.possibleDuplicates)}: ${possibleDuplicates.count}`);
  session.line(`${session.say(LABELS.exceptions)}: ${exceptions.count}`);
  for (const { row, code, reason, impliedAmount } of exceptions.first) {
    const implied =
      impliedAmount === undefined ? "" : `  ${session.say(LABELS.implied)} ${impliedAmount}`;
    session.line(`  ${row} ${code} ${session.say(reason)}${implied}`);
  }
  for (const { currency, recorded, read } of totals) {
    session.line(
      `${currency}  ${session.say(LABELS.read)} ${read}  ${session.say(labels.recorded)} ${recorded}`,
    );
  }
  if (control.total !== null) {
    session.line(
      `${session.say(LABELS.control)} ${control.total}: ${session.say(AGREES[control.agrees === true ? "yes" : "no"])}`,
    );
  }
  if (balance.opening !== null && balance.closing !== null) {
    const { opening, closing, agrees } = balance;
    session.line(
      `${session.say(LABELS.balance)} ${opening} → ${closing}: ${session.say(AGREES[agrees ? "yes" : "no"])}`,
    );
  }
  if (report.continues !== "none") {
    session.line(
      `${session.say(LABELS.continues)}: ${session.say(AGREES[report.continues ? "yes" : "no"])}`,
    );
  }
  if (problem) session.line(session.say(problem.reason));
  if (!report.finished) {
    throw failure(EXIT.refused, {
      zh: "导入未完成：请看例外与控制合计",
      en: "the import is not finished: see exceptions and control totals",
    });
  }
}

const ROW_COUNTS = ["rows", "recorded", "alreadyRecorded", "outgoing", "skipped"] as const;

const LABELS = {
  rows: { zh: "行数", en: "rows" },
  recorded: { zh: "已记入", en: "recorded" },
  alreadyRecorded: { zh: "先前已记入", en: "already recorded" },
  outgoing: { zh: "支出行", en: "outgoing" },
  skipped: { zh: "略过", en: "skipped" },
  otherwise: {
    zh: "先前记入了别的基金或限定（行号）",
    en: "recorded before in another fund or with another restriction (rows)",
  },
  continues: { zh: "接续上一份的余额", en: "goes on from the part before" },
  possibleDuplicates: { zh: "疑似重复（已记入）", en: "possible duplicates (recorded)" },
  exceptions: { zh: "例外", en: "exceptions" },
  implied: { zh: "按余额推算应为", en: "the balance implies" },
  read: { zh: "读入", en: "read" },
  control: { zh: "文件自带合计", en: "the file's own total" },
  balance: { zh: "余额", en: "balance" },
} as const;

const DRY_RUN = {
  zh: "试运行：没有记入任何条目；以下是若正式导入将会记入的数字",
  en: "Dry run: nothing was recorded; the figures below are what would be recorded",
} as const;

/** What a dry run says in place of the words for what was done. */
const WOULD = {
  recorded: { zh: "将记入", en: "would be recorded" },
  possibleDuplicates: { zh: "疑似重复（将记入）", en: "possible duplicates (would be recorded)" },
} as const;

const AGREES = {
  yes: { zh: "相符", en: "agrees" },
  no: { zh: "不符", en: "does not agree" },
} as const;
