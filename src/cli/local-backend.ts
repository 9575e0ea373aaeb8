// A ledger in a folder of this machine, opened for the time of one command.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDemo, type Ledger, openLedger, reportOf } from "../app/ledger.ts";
import { askFirst } from "../app/log/cosign.ts";
import { askOverHttp } from "../app/log/witness-http.ts";
import { holdsLedger } from "../app/open-store.ts";
import type { Mode } from "../app/projections/projection.ts";
import type { RecordRequest } from "../app/recorder.ts";
import { startHandOver } from "../export/interchange/hand-over.ts";
import { writeReport } from "../export/write-report.ts";
import { type Currency, formatAmount } from "../kernel/money.ts";
import type { Backend, Recorded } from "./backend.ts";
import { flagOfPath } from "./fact-flags.ts";
import { EXIT, failure, invalidInput } from "./failure.ts";
import { todayIn } from "./today.ts";

/** Another node that signs will sign what is recorded here; it is not waited for. */
const ASK_MS = 1_000;

/** Says what to do when there is no ledger in a folder. */
export function checkLedger(dir: string): void {
  if (holdsLedger(dir)) return;
  throw failure(EXIT.usage, {
    zh: `${dir} 中没有账本：请运行 \`almoner init --data ${dir} --name …\``,
    en: `no ledger in ${dir}: run \`almoner init --data ${dir} --name …\``,
  });
}

/** `read` works on a folder that a server writes to; `create` makes a ledger where there is none. */
export type LocalOpening = { readonly mode: Mode; readonly create?: boolean };

/** Opens the ledger in a folder. */
export function openLocal(dir: string, { mode, create = false }: LocalOpening): Backend {
  if (!create) checkLedger(dir);
  const made = create && !holdsLedger(dir);
  const before = made && existsSync(dir) ? readdirSync(dir) : undefined;
  const ledger = openLedger(dir, { mode });
  let asked: Promise<void> | undefined;
  return {
    demo: async () => isDemo(ledger),
    async record(request, actor) {
      asked ??= askWitnesses(ledger);
      await asked;
      return record(ledger, { ...request, actor });
    },
    report: async (name, query) => ledger.report(name, query),
    async reportFile(name, query, { format, ...look }) {
      return writeReport(ledger.report(name, query), format, look);
    },
    entries: async (query) => ledger.entries(query),
    async figureEntries(name, cell, query, page) {
      const show = amountText(ledger, name, cell);
      return ledger
        .entriesOfFigure(name, cell, query, page)
        .flatMap(({ entry, amount }) =>
          ledger.store.read(entry, entry).map((event) => ({ entry, amount: show(amount), event })),
        );
    },
    published: async (query) => ledger.published(query),
    handOver: async (handOver, query) => startHandOver(ledger, handOver, query),
    funds: async () => [...ledger.books().funds.values()],
    async currencyOf(id) {
      const entry = ledger.store.find(id);
      const [event] = entry === undefined ? [] : ledger.store.read(entry, entry);
      return (event?.data as { currency?: string } | undefined)?.currency;
    },
    today: async (opening) => todayIn(ledger.books().ledger.get("ledger")?.zone ?? opening),
    async close() {
      // What was recorded is signed as it closes, on a cluster too when no other node signs.
      if (mode === "write") await ledger.maySign(ASK_MS);
      const refused = made && ledger.store.head() === 0;
      ledger.close();
      if (refused) removeMade(dir, before);
    },
  };
}

/** Asks the witnesses of a ledger before something is recorded. */
export function askWitnesses({ log }: Ledger): Promise<void> {
  return askFirst(log, { now: Date.now, ask: askOverHttp() });
}

// A folder with an empty ledger in it would look like one that was begun.
function removeMade(dir: string, before: readonly string[] | undefined): void {
  const made = before ? readdirSync(dir).filter((name) => !before.includes(name)) : [""];
  for (const name of made) rmSync(join(dir, name), { recursive: true });
}

async function record(ledger: Ledger, request: RecordRequest): Promise<Recorded> {
  const [answer] = await ledger.record([request]);
  switch (answer?.kind) {
    case "recorded":
    case "already": {
      const { entry, id, type, recordedAt } = answer.event;
      return { outcome: answer.kind, entry, id, type, recordedAt };
    }
    case "refused":
      throw answer.refusal;
    case "invalid":
      throw invalidInput(answer.issues, flagOfPath);
    default:
      throw new Error(`the recorder answered ${answer?.kind ?? "nothing"} to a single request`);
  }
}

function amountText(
  ledger: Ledger,
  name: string,
  { row, column }: { row: Readonly<Record<string, string | null>>; column: string },
): (amount: bigint) => string {
  const kind = reportOf(name).columns.find((candidate) => candidate.name === column)?.kind;
  if (kind !== "money") return (amount) => amount.toString();
  const fund = ledger.books().funds.get(row["fund"] ?? "");
  const currency = (row["currency"] ?? fund?.currency ?? "CNY") as Currency;
  return (amount) => formatAmount(amount, currency);
}
