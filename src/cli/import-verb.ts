// `almoner import file`: gifts from a bank statement or a donor list, by a mapping, into one fund.

import { join } from "node:path";
import { type Ledger, openLedger } from "../app/ledger.ts";
import type { Answer } from "../app/recorder.ts";
import { type RefusalCode, refusalMessage } from "../domain/refusals.ts";
import type { PreparedRow, RecordOutcome } from "../import/gifts.ts";
import { importFile } from "../import/import-file.ts";
import { loadMapping } from "../import/mappings.ts";
import { openPeople, peekPeople } from "../import/people.ts";
import type { ImportReport } from "../import/report.ts";
import { eventIdOfKey } from "../store/event-id.ts";
import { EXIT, failure } from "./failure.ts";
import { checkLedger, isDemo } from "./local-backend.ts";
import { fundOf } from "./record-verb.ts";
import type { Session } from "./session.ts";

const PEOPLE_FILE = "people.db";

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
  try {
    const fund = fundOf([...ledger.books().funds.values()], flags.fund).id;
    const mapping = await loadMapping(flags.mapping);
    const progress = session.progress("import");
    const report = await importFile({
      file,
      mapping,
      source: flags.source,
      people,
      dryRun,
      record: (rows) => recordRows(ledger, fund, rows),
      known: async (keys) => keys.map((key) => ledger.store.find(eventIdOfKey(key)) !== undefined),
      defaults: {
        ...(flags.date === undefined ? {} : { date: flags.date }),
        ...(flags.openingBalance === undefined ? {} : { openingBalance: flags.openingBalance }),
      },
      onProgress: ({ rows }) => progress(rows),
    });
    show(session, report, isDemo(ledger));
  } finally {
    people.close();
    ledger.close();
  }
}

async function recordRows(
  ledger: Ledger,
  fund: string,
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
  return (await ledger.record(requests)).map(outcomeOf);
}

function outcomeOf(answer: Answer): RecordOutcome {
  switch (answer.kind) {
    case "recorded":
    case "already":
      return { kind: answer.kind, entry: answer.event.entry };
    case "refused": {
      const { refusal } = answer;
      // The same gift from another file has another origin: it is recorded already all the same.
      const first = refusal.params["entry"];
      if (refusal.code === ("KEY_REUSED" satisfies RefusalCode)) {
        return { kind: "already", entry: Number(first) };
      }
      const reason = { zh: refusalMessage(refusal, "zh"), en: refusalMessage(refusal, "en") };
      return { kind: "refused", code: refusal.code, reason };
    }
    case "invalid": {
      const text = answer.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
      return {
        kind: "refused",
        code: "INVALID",
        reason: { zh: text.join("; "), en: text.join("; ") },
      };
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
  session.line(`${report.file}  ${report.mapping} → ${report.source}`);
  for (const [name, label] of Object.entries(ROW_COUNTS)) {
    session.line(`${session.say(label)}: ${report[name as keyof typeof ROW_COUNTS]}`);
  }
  session.line(`${session.say(LABELS.possibleDuplicates)}: ${possibleDuplicates.count}`);
  session.line(`${session.say(LABELS.exceptions)}: ${exceptions.count}`);
  for (const { row, code, reason, impliedAmount } of exceptions.first) {
    const implied =
      impliedAmount === undefined ? "" : `  ${session.say(LABELS.implied)} ${impliedAmount}`;
    session.line(`  ${row} ${code} ${session.say(reason)}${implied}`);
  }
  for (const { currency, recorded, read } of totals) {
    session.line(
      `${currency}  ${session.say(LABELS.read)} ${read}  ${session.say(LABELS.recorded)} ${recorded}`,
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
  if (problem) session.line(session.say(problem.reason));
  if (!report.finished) {
    throw failure(EXIT.refused, "the import is not finished: see exceptions and control totals");
  }
}

const ROW_COUNTS = {
  rows: { zh: "行数", en: "rows" },
  recorded: { zh: "已记入", en: "recorded" },
  alreadyRecorded: { zh: "先前已记入", en: "already recorded" },
  outgoing: { zh: "支出行", en: "outgoing" },
  skipped: { zh: "略过", en: "skipped" },
} as const;

const LABELS = {
  possibleDuplicates: { zh: "疑似重复（已记入）", en: "possible duplicates (recorded)" },
  exceptions: { zh: "例外", en: "exceptions" },
  implied: { zh: "按余额推算应为", en: "the balance implies" },
  read: { zh: "读入", en: "read" },
  recorded: { zh: "记入", en: "recorded" },
  control: { zh: "文件自带合计", en: "the file's own total" },
  balance: { zh: "余额", en: "balance" },
} as const;

const AGREES = {
  yes: { zh: "相符", en: "agrees" },
  no: { zh: "不符", en: "does not agree" },
} as const;
