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
  const { exceptions, possibleDuplicates, totals, problem } = report;
  session.line(`${report.file}  ${report.mapping} → ${report.source}`);
  for (const name of ["rows", "recorded", "alreadyRecorded", "outgoing", "skipped"] as const) {
    session.line(`${name}: ${report[name]}`);
  }
  session.line(`possibleDuplicates: ${possibleDuplicates.count}`);
  session.line(`exceptions: ${exceptions.count}`);
  for (const { row, code, reason } of exceptions.first) {
    session.line(`  ${row} ${code} ${session.say(reason)}`);
  }
  for (const { currency, recorded, read } of totals) {
    session.line(`${currency} recorded ${recorded}, read ${read}`);
  }
  if (problem) session.line(session.say(problem.reason));
  if (!report.finished) {
    throw failure(EXIT.refused, "the import is not finished: see exceptions and control totals");
  }
}
