// The process that the survival tests harm: records numbered requests and says on stdout what was
// acknowledged, after it was. A failed write is asked again with the same keys.
// Usage: writer DIR FIRST COUNT; prints `ack ENTRY KEY`, `fail CODE`, `done`; once its stdin is
// closed, so that the harm can be ended first, `rebuilt NAME IDENTICAL`.

import { writeSync } from "node:fs";
import { finished } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import type { Answer, RecordRequest } from "../../src/app/recorder.ts";
import { StoreUnavailable } from "../../src/store/event-store.ts";
import { numberedRequest, setupRequests } from "./gift-requests.ts";

const WAVE_MAX = 40;
const ATTEMPTS_MAX = 500;
const RETRY_MS = 10;

async function main(): Promise<void> {
  const [dir = "", first = "0", count = "0"] = process.argv.slice(2);
  const ledger = openLedger(dir);
  await recordUntilKept(ledger, setupRequests());
  const last = Number(first) + Number(count);
  for (let number = Number(first); number < last; ) {
    const size = Math.min(1 + ((number * 7) % WAVE_MAX), last - number);
    const wave = Array.from({ length: size }, (_, index) => numberedRequest(number + index));
    await recordUntilKept(ledger, wave);
    number += size;
  }
  say("done");
  await finished(process.stdin.resume());
  // The tallies that lived through every failure must equal ones folded from entry 1.
  for (const tally of ledger.tallies) {
    const { projection, identical } = await tally.rebuild();
    say(`rebuilt ${projection} ${identical}`);
  }
  ledger.close();
}

async function recordUntilKept(ledger: Ledger, wave: readonly RecordRequest[]): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const answers = wave.map((request) => ledger.record([request]));
    const settled = await Promise.allSettled(answers.map(async (answer) => (await answer)[0]));
    const failed = settled.find((result) => result.status === "rejected");
    for (const [index, result] of settled.entries()) {
      if (result.status === "fulfilled") sayKept(wave[index]?.key ?? "", result.value);
    }
    if (!failed) return;
    if (!(failed.reason instanceof StoreUnavailable)) throw failed.reason;
    say(`fail ${failed.reason.code}`);
    await sleep(RETRY_MS);
  }
  throw new Error(`gave up after ${ATTEMPTS_MAX} attempts`);
}

function sayKept(key: string, answer: Answer | undefined): void {
  if (answer?.kind !== "recorded" && answer?.kind !== "already") {
    throw new Error(`${key} was answered ${JSON.stringify(answer)}`);
  }
  say(`ack ${answer.event.entry} ${key}`);
}

const PIPE_FULL_MS = 1;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

// Written at once and not through a stream: what was said survives the death of this process. A pipe
// that is full, for its reader is busy, takes a part or answers EAGAIN; one without a reader fails.
function say(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, PIPE_FULL_MS);
    }
  }
}

await main();
