// The audit of a ledger: its log against its own rules, and every projection against a replay of the
// log, side by side.

import type { Progress } from "../../kernel/progress.ts";
import { isDemo, type Ledger, openLedger } from "../ledger.ts";
import type { Keys } from "../projections/lookup-file.ts";
import type { Rebuilt } from "../projections/projection.ts";
import type { EntriesAudit, Finding } from "./audit-entries.ts";
import { auditLog, type LogAudit } from "./audit-log.ts";

export type LedgerAudit = LogAudit & {
  readonly demo: boolean;
  /** One for each projection; empty when the log itself is not as it should be. */
  readonly projections: readonly Rebuilt[];
  readonly passed: boolean;
  readonly seconds: number;
};

/** Audits the ledger in a folder, also while it is written to. */
export async function auditLedger(dir: string, progress: Progress): Promise<LedgerAudit> {
  const startedMs = performance.now();
  const audit = await auditBoth(dir, progress);
  const { findings, projections } = audit;
  const passed = findings.length === 0 && projections.every(({ identical }) => identical);
  return { ...audit, passed, seconds: (performance.now() - startedMs) / 1_000 };
}

async function auditBoth(dir: string, progress: Progress) {
  const replay = openReplay(dir, progress);
  const told = progress("audit");
  try {
    const log = await auditLog(dir, (run) => {
      replay.onRun(run);
      told(run.to);
    });
    // What is wrong with the log is wrong with its replay as well.
    if (log.findings.length > 0) return { ...log, demo: false, projections: [] };
    return { ...log, demo: replay.demo, ...(await replay.done()) };
  } finally {
    await replay.close();
  }
}

type Replay = {
  readonly demo: boolean;
  /** Lookups are compared with what the audit of the log reads. */
  onRun(run: EntriesAudit): void;
  /** @throws what kept the ledger from being opened or replayed. */
  done(): Promise<Pick<LedgerAudit, "projections" | "findings">>;
  /** Ends what is still being replayed. */
  close(): Promise<void>;
};

function openReplay(dir: string, progress: Progress): Replay {
  try {
    return replayOf(openLedger(dir, { mode: "read" }), progress);
  } catch (error) {
    // A damaged log may not open as a ledger; then its audit says more than this error.
    return { demo: false, onRun() {}, done: () => Promise.reject(error), async close() {} };
  }
}

function replayOf(ledger: Ledger, progress: Progress): Replay {
  const lookups = ledger.lookups.map((lookup) => lookup.compare());
  const ended = new AbortController();
  const tallies = rebuildTallies(ledger, (what) => {
    const told = progress(what);
    return (entries) => {
      ended.signal.throwIfAborted();
      told(entries);
    };
  });
  tallies.catch(() => {}); // Told by `done`.
  return {
    demo: isDemo(ledger),
    onRun({ keys, to }) {
      for (const [number, lookup] of lookups.entries()) lookup.add(keys[number] as Keys, to);
    },
    async done() {
      const projections = [...(await tallies), ...lookups.map((lookup) => lookup.finish())];
      return { projections, findings: closingsOff(ledger) };
    },
    async close() {
      ended.abort();
      await Promise.allSettled([tallies]);
      ledger.close();
    },
  };
}

async function rebuildTallies(ledger: Ledger, progress: Progress): Promise<Rebuilt[]> {
  const rebuilt: Rebuilt[] = [];
  for (const tally of ledger.tallies) {
    rebuilt.push(await tally.rebuild(progress(`rebuild ${tally.tally.name}`)));
  }
  return rebuilt;
}

/** Closings whose trial balance is another now. */
function closingsOff(ledger: Ledger): Finding[] {
  const { rows } = ledger.report("closings", { filters: { check: "differs" } });
  return [...rows].map(({ entry, host, period, trialBalance, recomputed }) => ({
    entry: Number(entry),
    problem: {
      zh: `${host} 的 ${period} 结账所固定的试算平衡表为 ${trialBalance}，按条目应为 ${recomputed}`,
      en: `closing ${period} of ${host} fixed trial balance ${trialBalance}, the entries give ${recomputed}`,
    },
  }));
}
