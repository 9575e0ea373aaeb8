// `almoner import opening`: balances of another set of books, from its trial balance, dry run first.

import { basename } from "node:path";
import { openingAsk } from "../import/opening/import-opening.ts";
import { loadOpeningMapping } from "../import/opening/opening-mapping.ts";
import type { OpeningReport } from "../import/opening/opening-report.ts";
import { EXIT, failure } from "./failure.ts";
import { importerOf } from "./importer.ts";
import { readFlags } from "./read-flags.ts";
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
  path: string,
  { mapping: named, ...given }: OpeningFlags,
): Promise<void> {
  const ask = { ...readFlags(openingAsk, given), mapping: await loadOpeningMapping(named) };
  const file = { path, name: basename(path) };
  const { demo, report } = await importerOf(session).opening(file, ask);
  show(session, report, demo);
}

function show(session: Session, report: OpeningReport, demo: boolean): void {
  session.answer({ demo, ...report });
  session.label(demo);
  const { rows, summaries, lines, debit, credit, exceptions, problem, entries } = report;
  const told = { rows, summaries, lines, debit, credit, exceptions: exceptions.count };
  for (const [name, value] of Object.entries(told)) {
    session.line(`${session.say(LABELS[name as keyof typeof told])}: ${value}`);
  }
  for (const { row, code, reason } of exceptions.first) {
    session.line(`  ${row} ${code} ${session.say(reason)}`);
  }
  for (const { fund, name, difference } of report.unbalanced) {
    const whose = fund === null ? session.say(LABELS.own) : (name ?? fund);
    session.line(`  ${session.say(LABELS.unbalanced)} ${whose}: ${difference}`);
  }
  if (problem) session.line(`${session.say(problem.reason)} (${problem.code})`);
  session.line(
    entries ? `${session.say(LABELS.recorded)} ${entries.join(", ")}` : session.say(LABELS.dry),
  );
  if (report.sound) return;
  throw failure(EXIT.refused, {
    zh: "未记入任何条目：请看例外与差额",
    en: "nothing was recorded: see exceptions and differences",
  });
}
