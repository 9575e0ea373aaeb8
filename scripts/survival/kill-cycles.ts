// Kills a writing process again and again, at random times, also while it starts, and checks after
// each death that no acknowledged entry is lost and none is doubled.

import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../mutation-sweep/mutations.ts";
import { findFaults } from "./check-ledger.ts";
import { type Acknowledged, startWriter } from "./start-writer.ts";

export type KillOptions = {
  readonly dir: string;
  readonly cycles: number;
  readonly seed: number;
  readonly onCycle?: (report: CycleReport) => void;
};

export type CycleReport = {
  readonly cycle: number;
  readonly acknowledged: number;
  readonly faults: readonly string[];
};

/** Requests asked again by the next writer: acknowledged ones, and ones whose fate is unknown. */
const OVERLAP = 100;
const ENDLESS = 100_000_000;

/** Runs the cycles on one folder; returns what was acknowledged and every fault found. */
export async function killCycles(options: KillOptions): Promise<{
  acknowledged: Acknowledged;
  faults: string[];
}> {
  const { dir, cycles, seed, onCycle } = options;
  const random = seededRandom(seed);
  const acknowledged: Acknowledged = new Map();
  const faults: string[] = [];
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const first = Math.max(0, acknowledged.size - OVERLAP);
    const writer = startWriter({ dir, first, count: ENDLESS, acknowledged });
    // Every fourth dies while it opens the ledger or shortly after.
    const early = cycle % 4 === 0;
    if (!early) await writer.firstAcknowledged;
    await sleep(early ? random(700) : random(250));
    writer.child.kill("SIGKILL");
    const code = await writer.ended;
    const found = [
      ...(code === null ? [] : [`the writer ended by itself: ${writer.stderr()}`]),
      ...writer.doubled.map((key) => `${key} was acknowledged twice`),
      ...(await findFaults(dir, acknowledged)),
    ];
    faults.push(...found.map((fault) => `cycle ${cycle}: ${fault}`));
    onCycle?.({ cycle, acknowledged: acknowledged.size, faults: found });
  }
  return { acknowledged, faults };
}
