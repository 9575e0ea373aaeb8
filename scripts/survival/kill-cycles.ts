// Kills a process that writes and signs again and again, at random times, also while it starts and
// while it signs, and checks after each death that no acknowledged entry is lost and none is doubled,
// and that no checkpoint that was ever seen contradicts the log.

import { setTimeout as sleep } from "node:timers/promises";
import { createKey } from "../../src/app/log/log-keys.ts";
import { type Random, seededRandom } from "../mutation-sweep/mutations.ts";
import { findFaults } from "./check-ledger.ts";
import { type Acknowledged, startWriter, type Writer } from "./start-writer.ts";
import { type LogWatch, nothingSeen, type Seen, watchLog } from "./watch-log.ts";

export type KillOptions = {
  readonly dir: string;
  readonly cycles: number;
  readonly seed: number;
  readonly onCycle?: (report: CycleReport) => void;
};

export type CycleReport = {
  readonly cycle: number;
  readonly acknowledged: number;
  /** Different checkpoints seen so far. */
  readonly checkpoints: number;
  readonly faults: readonly string[];
};

/** Requests asked again by the next writer: acknowledged ones, and ones whose fate is unknown. */
const OVERLAP = 100;
const ENDLESS = 100_000_000;
/** A writer signs within a second of its last signature. */
const SIGNING_WITHIN_MS = 2_000;

/** Runs the cycles on one folder; returns what was acknowledged and every fault found. */
export async function killCycles(options: KillOptions): Promise<{
  acknowledged: Acknowledged;
  seen: Seen;
  faults: string[];
}> {
  const { dir, cycles, seed, onCycle } = options;
  const random = seededRandom(seed);
  const acknowledged: Acknowledged = new Map();
  const seen = nothingSeen();
  const faults: string[] = [];
  createKey(dir, "log.example/survival");
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const first = Math.max(0, acknowledged.size - OVERLAP);
    const writer = startWriter({ dir, first, count: ENDLESS, acknowledged });
    const watch = watchLog(dir, seen);
    await untilDue(cycle, { writer, watch, random });
    writer.child.kill("SIGKILL");
    const code = await writer.ended;
    await watch.stop();
    const found = [
      ...(code === null ? [] : [`the writer ended by itself: ${writer.stderr()}`]),
      ...writer.doubled.map((key) => `${key} was acknowledged twice`),
      ...(await findFaults(dir, acknowledged, seen)),
    ];
    faults.push(...found.map((fault) => `cycle ${cycle}: ${fault}`));
    const checkpoints = seen.heads.size;
    onCycle?.({ cycle, acknowledged: acknowledged.size, checkpoints, faults: found });
  }
  return { acknowledged, seen, faults };
}

type Living = { readonly writer: Writer; readonly watch: LogWatch; readonly random: Random };

/** Every fourth dies while it opens the ledger or shortly after, every other while it signs. */
async function untilDue(cycle: number, { writer, watch, random }: Living): Promise<void> {
  if (cycle % 4 === 0) return void (await sleep(random(700)));
  await writer.firstAcknowledged;
  await sleep(random(250));
  if (cycle % 2 === 1) await Promise.race([watch.signing(), sleep(SIGNING_WITHIN_MS)]);
}
