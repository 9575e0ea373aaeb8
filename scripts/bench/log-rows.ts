// What the log that anyone can verify costs: recording with and without a key in one run, and the
// time of an inclusion proof and of a root.

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "../../src/app/ledger.ts";
import { createKey } from "../../src/app/log/log-keys.ts";
import { inclusionProof } from "../../src/app/log/published-log.ts";
import { generate } from "../demo/generate.ts";
import { recordAll } from "./ledger-rows.ts";
import { p50, p99, type Row, timed } from "./row.ts";

const ENTRIES = 50_000;
const ROUNDS = 2;
const SAMPLES = 1_000;
/** Proofs before the clock runs, as a server has made that has been up for a while. */
const WARM_UP = 500;

/** Signing against not signing, by turns, and proofs on the ledger of the other rows. */
export async function logRows(dir: string): Promise<Row[]> {
  const seconds = { plain: 0, signed: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    seconds.plain += await recordSeconds(dir, false);
    seconds.signed += await recordSeconds(dir, true);
  }
  const ratio = seconds.plain / seconds.signed;
  return [
    { row: "signed appends to unsigned", value: ratio, unit: "ratio", aim: { atLeast: 0.9 } },
    ...(await proofRows(dir)),
  ];
}

/** CPU seconds, which other work on the machine does not lengthen. */
async function recordSeconds(dir: string, signs: boolean): Promise<number> {
  const folder = mkdtempSync(join(dir, "log-"));
  if (signs) createKey(folder, "bench.example/log");
  const ledger = openLedger(folder);
  const before = process.cpuUsage();
  await recordAll(ledger, generate(ENTRIES));
  ledger.close();
  const { user, system } = process.cpuUsage(before);
  rmSync(folder, { recursive: true });
  return (user + system) / 1e6;
}

async function proofRows(dir: string): Promise<Row[]> {
  const ledger = openLedger(dir);
  await ledger.log.catchUp();
  const size = ledger.store.head();
  const proofs: number[] = [];
  const roots: number[] = [];
  for (let sample = -WARM_UP; sample < SAMPLES; sample++) {
    const entry = 1 + (((sample + WARM_UP) * 7_919) % size);
    const proof = await timed(() => inclusionProof(ledger.log, entry, size));
    const root = await timed(() => ledger.log.rootAt(entry));
    if (sample < 0) continue;
    proofs.push(proof.seconds * 1_000);
    roots.push(root.seconds * 1_000);
  }
  ledger.close();
  return [
    { row: "inclusion proof, p50", value: p50(proofs), unit: "ms", aim: { atMost: 1 } },
    { row: "inclusion proof, p99", value: p99(proofs), unit: "ms", aim: { atMost: 1 } },
    { row: "root at an entry, p99", value: p99(roots), unit: "ms", aim: { atMost: 1 } },
  ];
}
