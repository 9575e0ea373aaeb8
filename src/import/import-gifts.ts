// Gifts of one file into an open ledger: the ledger's side of an import, the same for every face.

import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { findFund } from "../app/find-fund.ts";
import type { Answer } from "../app/recorder.ts";
import { type RefusalCode, refusalMessage } from "../domain/refusals.ts";
import { amount, day, line, type Restriction } from "../domain/schema.ts";
import { inBoth } from "../kernel/in-both.ts";
import { invalidField } from "../kernel/invalid-input.ts";
import { parseAmount } from "../kernel/money.ts";
import { issuesText } from "../kernel/read-input.ts";
import { Refusal } from "../kernel/refusal.ts";
import { UsageError } from "../kernel/usage-error.ts";
import type { PreparedRow, RecordOutcome } from "./gifts.ts";
import { type ImportOptions, importFile } from "./import-file.ts";
import { DRY_RUN, type ImportedFile, type Into } from "./into.ts";
import type { Mapping } from "./mapping.ts";
import { openPeople, peekPeople } from "./people.ts";
import { liveGiftOf } from "./recorded-file.ts";
import type { ImportReport } from "./report.ts";
import { openSources, type Sources } from "./sources.ts";

const PEOPLE_FILE = "people.db";
const SOURCES_FILE = "sources.db";

/** What is asked of an import beside its file and its mapping. */
export const giftsAsk = z.strictObject({
  fund: line(200).describe(
    inBoth({
      zh: "基金编号、编号的开头或名称",
      en: "the fund's id, the start of it, or its name",
    }),
  ),
  source: line(200).describe(
    inBoth({
      zh: "文件所属的来源；同一来源的文件共用捐赠",
      en: "what the file belongs to; its files share their gifts",
    }),
  ),
  dryRun: z.boolean().default(false).describe(DRY_RUN),
  date: day
    .optional()
    .describe(
      inBoth({ zh: "捐赠日期（文件中没有时）", en: "the day of gifts, when the file has none" }),
    ),
  openingBalance: amount.optional().describe(
    inBoth({
      zh: "最早一行之前的余额（文件中没有时）",
      en: "balance before the oldest row, when the file has none",
    }),
  ),
});
export type GiftsAsk = z.infer<typeof giftsAsk> & { readonly mapping: Mapping };

/**
 * Imports a file's gifts and reports on them; a file that cannot be read gives a report too.
 * @throws what `checkGifts` does, Refusal when the source's rows are told apart otherwise or its rows
 *   would not be known again, and what the ledger or the signal throws; run again, it finishes and
 *   doubles nothing.
 */
export async function importGifts(
  into: Into,
  file: ImportedFile,
  ask: GiftsAsk,
  watch: Pick<ImportOptions, "onProgress" | "signal"> = {},
): Promise<ImportReport> {
  const fund = checkGifts(into, ask);
  const { mapping, source, dryRun, date, openingBalance } = ask;
  const { dir } = into.ledger;
  const peoplePath = join(dir, PEOPLE_FILE);
  const people = dryRun ? peekPeople(peoplePath) : openPeople(peoplePath);
  const sources = openSources(join(dir, SOURCES_FILE), { readOnly: dryRun });
  try {
    const identity = checkIdentity(sources, source, mapping);
    const isNew = sources.identityOf(source) === undefined;
    const report = await importFile({
      ...watch,
      file: file.path,
      name: file.name,
      mapping,
      source,
      people,
      dryRun,
      record: (rows) => recordRows(into, { fund, dryRun }, rows),
      async onFile(fileHash) {
        if (isNew) await checkFile(into, source, fileHash);
        if (!dryRun) sources.claim(source, identity);
      },
      balanceBefore: (fileHash) => sources.balanceBefore(source, fileHash),
      defaults: {
        ...(date === undefined ? {} : { date }),
        ...(openingBalance === undefined ? {} : { openingBalance }),
      },
    });
    if (!dryRun) sources.keep(report);
    return report;
  } finally {
    sources.close();
    people.close();
  }
}

/**
 * The id of the fund that is asked for, once it is clear that the ledger can take what is asked.
 * @throws InvalidInput for a fund that there is not, or an amount that its currency cannot hold.
 */
export function checkGifts(into: Into, ask: GiftsAsk): string {
  // A reader decides nothing, so that it could not say what would be recorded either.
  if (into.ledger.mode === "read") throw new Refusal("READ_ONLY" satisfies RefusalCode);
  checkOpening(ask);
  return fundIn(into, ask.fund);
}

function fundIn({ ledger }: Into, text: string): string {
  try {
    return findFund([...ledger.books().funds.values()], text).id;
  } catch (error) {
    if (error instanceof UsageError) throw invalidField("fund", error.text);
    throw error;
  }
}

function checkOpening({ openingBalance, mapping: { currency } }: GiftsAsk): void {
  try {
    if (openingBalance !== undefined) parseAmount(openingBalance, currency);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidField("openingBalance", {
      zh: `小数位多于 ${currency} 所有`,
      en: `more decimals than ${currency} has`,
    });
  }
}

/** A row's key holds its identity: with another one, every gift of the source would count anew. */
function checkIdentity(sources: Sources, source: string, { name, identity }: Mapping): string {
  const kept = sources.identityOf(source);
  const asked = [...identity].sort().join(", ");
  if (kept === undefined || kept === asked) return asked;
  const params = { source, kept, mapping: name, asked };
  throw new Refusal("SOURCE_IDENTITY" satisfies RefusalCode, params);
}

/** In a source that is new here, the rows of a file that was imported elsewhere would count anew. */
async function checkFile({ ledger }: Into, source: string, fileHash: string): Promise<void> {
  const entry = await liveGiftOf(ledger.store, fileHash);
  if (entry === undefined) return;
  throw new Refusal("FILE_RECORDED" satisfies RefusalCode, { source, entry });
}

async function recordRows(
  { ledger, actor }: Into,
  { fund, dryRun }: { readonly fund: string; readonly dryRun: boolean },
  rows: readonly PreparedRow[],
): Promise<RecordOutcome[]> {
  const requests = rows.map((row) => ({
    command: "ReceiveDonation",
    key: row.key,
    actor,
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
function isOtherwise({ store }: Into["ledger"], entry: number, input: GiftInput): boolean {
  const [event] = store.read(entry, entry);
  const { fund, restriction } = (event?.data ?? {}) as Partial<GiftInput>;
  const wanted = input.restriction ?? { kind: "none" };
  return fund !== input.fund || !isDeepStrictEqual(restriction, wanted);
}

function outcomeOf(ledger: Into["ledger"], answer: Answer, input: GiftInput): RecordOutcome {
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
