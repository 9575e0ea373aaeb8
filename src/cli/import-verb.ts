// `almoner import file`: gifts from a bank statement or a donor list, by a mapping, into one fund.

import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isDemo, type Ledger, openLedger } from "../app/ledger.ts";
import type { Answer } from "../app/recorder.ts";
import { type RefusalCode, refusalMessage } from "../domain/refusals.ts";
import type { Restriction } from "../domain/schema.ts";
import type { PreparedRow, RecordOutcome } from "../import/gifts.ts";
import { importFile } from "../import/import-file.ts";
import type { Mapping } from "../import/mapping.ts";
import { loadMapping } from "../import/mappings.ts";
import { openPeople, peekPeople } from "../import/people.ts";
import type { ImportReport } from "../import/report.ts";
import { openSources, type Sources } from "../import/sources.ts";
import { issuesText } from "../kernel/read-input.ts";
import { EXIT, failure } from "./failure.ts";
import { askWitnesses, checkLedger } from "./local-backend.ts";
import { fundOf } from "./record-verb.ts";
import type { Session } from "./session.ts";

const PEOPLE_FILE = "people.db";
const SOURCES_FILE = "sources.db";

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
  file: string,
  flags: ImportFlags,
): Promise<void> {
  checkLedger(session.data);
  const ledger = openLedger(session.data);
  const peoplePath = join(session.data, PEOPLE_FILE);
  const dryRun = flags.dryRun ?? false;
  const people = dryRun ? peekPeople(peoplePath) : openPeople(peoplePath);
  const sources = openSources(join(session.data, SOURCES_FILE), { readOnly: dryRun });
  try {
    const fund = fundOf([...ledger.books().funds.values()], flags.fund).id;
    const mapping = await loadMapping(flags.mapping);
    const identity = checkIdentity(session, sources, flags.source, mapping);
    if (!dryRun) {
      await askWitnesses(ledger);
      sources.claim(flags.source, identity);
    }
    const progress = session.progress("import");
    const report = await importFile({
      file,
      mapping,
      source: flags.source,
      people,
      dryRun,
      record: (rows) => recordRows(ledger, { fund, dryRun }, rows),
      balanceBefore: (fileHash) => sources.balanceBefore(flags.source, fileHash),
      defaults: {
        ...(flags.date === undefined ? {} : { date: flags.date }),
        ...(flags.openingBalance === undefined ? {} : { openingBalance: flags.openingBalance }),
      },
      onProgress: ({ rows }) => progress(rows),
    });
    if (!dryRun) sources.keep(report);
    show(session, report, isDemo(ledger));
  } finally {
    sources.close();
    people.close();
    ledger.close();
  }
}

/** A row's key holds its identity: with another one, every gift of the source would count anew. */
function checkIdentity(
  session: Session,
  sources: Sources,
  source: string,
  { name, identity }: Mapping,
): string {
  const kept = sources.identityOf(source);
  const asked = [...identity].sort().join(", ");
  if (kept === undefined || kept === asked) return asked;
  const told = {
    zh: `来源 ${source} 的行以 ${kept} 辨认，映射 ${name} 却写 ${asked}：已记入的捐赠会再记一次。请把映射的 identity 改回，或换一个 --source`,
    en: `rows of source ${source} are told apart by ${kept}, mapping ${name} says ${asked}: gifts would be recorded again. Put identity in the mapping back, or give another --source`,
  };
  throw failure(EXIT.refused, session.say(told));
}

async function recordRows(
  ledger: Ledger,
  { fund, dryRun }: { readonly fund: string; readonly dryRun: boolean },
  rows: readonly PreparedRow[],
): Promise<RecordOutcome[]> {
  const requests = rows.map((row) => ({
    command: "ReceiveDonation",
    key: row.key,
    actor: "cli",
    input: {
      fund,
      amount: row.amount,
      currency: row.currency,
      receivedOn: row.date,
      channel: row.channel,
      donor: row.donorRef,
      restriction: row.restriction,
      reference: row.reference,
      origin: { file: row.fileHash, row: row.row },
    },
  }));
  const answers = dryRun ? ledger.rehearse(requests) : await ledger.record(requests);
  return answers.map((answer, index) => {
    const { input } = requests[index] as (typeof requests)[number];
    return outcomeOf(ledger, answer, input);
  });
}

type GiftInput = { readonly fund: string; readonly restriction?: Restriction | undefined };

/** Whether the entry put the gift elsewhere than this row would. */
function isOtherwise(ledger: Ledger, entry: number, input: GiftInput): boolean {
  const [event] = ledger.store.read(entry, entry);
  const { fund, restriction } = (event?.data ?? {}) as Partial<GiftInput>;
  const wanted = input.restriction ?? { kind: "none" };
  return fund !== input.fund || !isDeepStrictEqual(restriction, wanted);
}

function outcomeOf(ledger: Ledger, answer: Answer, input: GiftInput): RecordOutcome {
  switch (answer.kind) {
    case "recorded":
    case "already":
      return { kind: answer.kind, entry: answer.event.entry };
    case "refused": {
      const { refusal } = answer;
      // The same gift from another file has another origin: it is recorded already all the same.
      if (refusal.code === ("KEY_REUSED" satisfies RefusalCode)) {
        const entry = Number(refusal.params["entry"]);
        return { kind: "already", entry, otherwise: isOtherwise(ledger, entry, input) };
      }
      const reason = { zh: refusalMessage(refusal, "zh"), en: refusalMessage(refusal, "en") };
      return { kind: "refused", code: refusal.code, reason };
    }
    case "invalid": {
      return { kind: "refused", code: "INVALID", reason: issuesText(answer.issues, "; ") };
    }
    case "aborted":
      throw new Error("a row was aborted, though rows are recorded each on its own");
    default:
      return answer satisfies never;
  }
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
