// `almoner demo`: records the scenario of Suzhou in an empty folder. The clock follows the business
// dates of what is recorded, so that the same scenario gives the same bytes.

import { existsSync, readdirSync } from "node:fs";
import { demoPublications } from "../../scripts/demo/publications.ts";
import { type DemoRequest, demoScenario } from "../../scripts/demo/scenario.ts";
import { SHISHAN } from "../../scripts/demo/stories.ts";
import { type Ledger, openLedger } from "../app/ledger.ts";
import { createKey } from "../app/log/log-keys.ts";
import { factOfCommand } from "../domain/facts.ts";
import { type Day, FIRST_DAY } from "../kernel/day.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { EXIT, failure } from "./failure.ts";
import { originOf, showVkey, signLog } from "./keys-verbs.ts";
import type { Session } from "./session.ts";

const BATCH_MAX = 1_000;

/** Makes the demo ledger; the folder must be empty. */
export async function demoVerb(session: Session): Promise<void> {
  const { data, store } = session;
  if (store === undefined && existsSync(data) && readdirSync(data).length > 0) {
    throw failure(EXIT.usage, {
      zh: `${data} 不是空文件夹；演示账本要建在空文件夹里`,
      en: `${data} is not empty; a demo is made in an empty folder`,
    });
  }
  let nowMs = 0;
  let entries = 0;
  const ledger = openLedger(data, { now: () => nowMs });
  const progress = session.progress("demo");
  try {
    if (ledger.store.head() > 0) {
      throw failure(EXIT.usage, {
        zh: `${store} 不是空账本；演示账本要建在空账本里`,
        en: `${store} is not empty; a demo is made in an empty ledger`,
      });
    }
    for (const { day, requests } of daysOf(demoScenario())) {
      nowMs = Date.parse(`${day}T18:00:00+08:00`);
      await recordAll(ledger, requests);
      progress(ledger.store.head());
    }
    for (const publication of demoPublications(SHISHAN)) await recordAll(ledger, [publication]);
    entries = ledger.store.head();
  } finally {
    ledger.close();
  }
  const key = createKey(data, originOf(data));
  await signLog(session);
  session.answer({ demo: true, entries, data, vkey: key.vkey });
  session.label(true);
  session.line(`${entries} ${session.say({ zh: "条，位于", en: "entries in" })} ${data}`);
  showVkey(session, key);
}

type DayOfWork = { readonly day: Day; readonly requests: DemoRequest[] };

// What is dated back is recorded on the latest day so far, as it would have been.
function* daysOf(scenario: Iterable<DemoRequest>): Generator<DayOfWork> {
  let batch: DayOfWork = { day: FIRST_DAY, requests: [] };
  for (const request of scenario) {
    const fact = factOfCommand(request.command);
    const on = fact?.on(request.input) ?? batch.day;
    const day = on > batch.day ? on : batch.day;
    const full = batch.requests.length >= BATCH_MAX;
    if (batch.requests.length > 0 && (day !== batch.day || full)) {
      yield batch;
      batch = { day, requests: [] };
    }
    batch = { day, requests: batch.requests };
    batch.requests.push(request);
  }
  if (batch.requests.length > 0) yield batch;
}

async function recordAll(ledger: Ledger, requests: readonly DemoRequest[]): Promise<void> {
  const answers = await ledger.record(requests);
  const at = answers.findIndex(({ kind }) => kind !== "recorded");
  const answer = answers[at];
  if (!answer) return;
  if (answer.kind === "refused" && isRefusal(answer.refusal)) throw answer.refusal;
  throw new Error(`the scenario's ${requests[at]?.command} ${requests[at]?.key}: ${answer.kind}`);
}
