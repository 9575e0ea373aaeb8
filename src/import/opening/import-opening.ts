// Balances of another set of books into an open ledger, from its trial balance: the ledger's side, the
// same for every face. Nothing is recorded unless every row is understood and every fund balances.

import { z } from "zod";
import type { Ledger } from "../../app/ledger.ts";
import type { Host } from "../../domain/books.ts";
import type { RefusalCode } from "../../domain/refusals.ts";
import { day, line } from "../../domain/schema.ts";
import { inBoth } from "../../kernel/in-both.ts";
import { InvalidInput, invalidField } from "../../kernel/invalid-input.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { DRY_RUN, type ImportedFile, type Into } from "../into.ts";
import { fileProblem } from "../texts.ts";
import type { OpeningMapping } from "./opening-mapping.ts";
import type { OpeningReport } from "./opening-report.ts";
import { type Opening, type OpeningPlan, planOpening } from "./plan-opening.ts";
import { type ReadOpening, readOpening } from "./read-opening.ts";

/** What is asked of an import beside its file and its mapping. */
export const openingAsk = z.strictObject({
  host: line(200).describe(
    inBoth({ zh: "依托组织的信用代码或名称", en: "credit code or name of the host charity" }),
  ),
  on: day.describe(inBoth({ zh: "期初余额的日期", en: "the day that the balances open" })),
  dryRun: z.boolean().default(false).describe(DRY_RUN),
});
export type OpeningAsk = z.infer<typeof openingAsk> & { readonly mapping: OpeningMapping };

const LISTED_EXCEPTIONS_MAX = 200;

const NOTHING_READ: ReadOpening = {
  sha256: "",
  rows: 0,
  summaries: 0,
  lines: [],
  exceptions: [],
};

/**
 * Imports opening balances and reports on them; a file that cannot be read gives a report too.
 * @throws what `checkOpening` does, Refusal when the host's balances were brought in before.
 */
export async function importOpening(
  into: Into,
  file: ImportedFile,
  ask: OpeningAsk,
  signal?: AbortSignal,
): Promise<OpeningReport> {
  const { creditCode: host } = checkOpening(into, ask);
  const { ledger } = into;
  const { on, dryRun, mapping } = ask;
  let read = NOTHING_READ;
  let problem: OpeningReport["problem"] = null;
  try {
    read = await readOpening(file.path, mapping, ledger.books(), signal);
  } catch (error) {
    problem = fileProblem(error);
    if (problem === null) throw error;
  }
  const opening = { host, currency: mapping.currency, openedOn: on };
  const plan = planOpening(read.lines, opening, ledger.books());
  const exceptions = [...read.exceptions, ...plan.exceptions].sort((a, b) => a.row - b.row);
  const sound = exceptions.length === 0 && plan.unbalanced.length === 0 && plan.parts.length > 0;
  if (sound) notOpenedYet(ledger, host, read.sha256);
  const entries = sound && !dryRun ? await recordParts(into, plan, opening, read.sha256) : null;
  const { funds } = ledger.books();
  return {
    file: file.name,
    sha256: problem ? null : read.sha256,
    dryRun,
    rows: read.rows,
    summaries: read.summaries,
    lines: read.lines.length,
    exceptions: { count: exceptions.length, first: exceptions.slice(0, LISTED_EXCEPTIONS_MAX) },
    debit: plan.debit,
    credit: plan.credit,
    unbalanced: plan.unbalanced.map(({ fund, difference }) => ({
      fund,
      name: fund === null ? null : (funds.get(fund)?.name ?? null),
      difference,
    })),
    entries,
    problem,
    sound,
  };
}

/** The host that is asked for. @throws InvalidInput when there is none, Refusal of a reader. */
export function checkOpening({ ledger }: Into, { host, dryRun }: OpeningAsk): Host {
  if (ledger.mode === "read" && !dryRun) throw new Refusal("READ_ONLY" satisfies RefusalCode);
  return hostOf(ledger, host);
}

function hostOf({ books }: Ledger, text: string): Host {
  const hosts = [...books().hosts.values()];
  const found = hosts.filter(({ creditCode, name }) => creditCode === text || name === text);
  const [host] = found;
  if (host && found.length === 1) return host;
  throw invalidField("host", {
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
    throw new Refusal("OPENING_RECORDED" satisfies RefusalCode, { host, entry });
  }
}

async function recordParts(
  { ledger, actor }: Into,
  { parts }: OpeningPlan,
  opening: Opening,
  file: string,
): Promise<number[]> {
  const requests = parts.map((lines, index) => ({
    command: "RecordOpeningBalance",
    key: `opening:${opening.host}:${file}:${index + 1}`,
    actor,
    input: { ...opening, file, lines, part: index + 1 },
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
        throw new InvalidInput(answer.issues);
      default:
        return [];
    }
  });
}
