// Is a ledger in order, and what is it made of?

import { resolve, sep } from "node:path";
import { isDemo, type Ledger } from "../ledger.ts";
import type { LogStatus } from "../log/transparency-log.ts";
import type { ProjectionStatus } from "../projections/projection.ts";
import { resultOfThread } from "../start-thread.ts";
import type { FileState } from "./file-state.ts";

export type LedgerState = FileState & {
  readonly demo: boolean;
  readonly entries: number;
  readonly projections: readonly ProjectionStatus[];
  readonly log: LogStatus;
};

/** The state of an open ledger; others are answered while its file is read. */
export async function ledgerState(ledger: Ledger): Promise<LedgerState> {
  const files = await resultOfThread<FileState>("./file-state-thread", import.meta.url, ledger);
  const log = ledger.log.status();
  return {
    demo: isDemo(ledger),
    entries: ledger.store.head(),
    ...files,
    projections: projectionStates(ledger),
    log: { ...log, error: log.error && withinFolder(ledger.dir, log.error) },
  };
}

/** How far each projection has come, and why one stopped. */
export function projectionStates(ledger: Pick<Ledger, "dir" | "projections">): ProjectionStatus[] {
  return ledger.projections().map(({ stopped, ...status }) => {
    if (!stopped) return status;
    return { ...status, stopped: { ...stopped, error: withinFolder(ledger.dir, stopped.error) } };
  });
}

// Where the folder lies on its machine is nothing for whoever asks from another.
function withinFolder(dir: string, text: string): string {
  const whole = resolve(dir);
  return text.replaceAll(`${whole}${sep}`, "").replaceAll(whole, ".");
}
