// Who audits runs of entries: threads for a large log, this thread for a small one.

import { join } from "node:path";
import { LOG_FILES } from "../log/log-files.ts";
import { openTileFileReader } from "../log/tile-file.ts";
import { openAuditReaderIn } from "../open-store.ts";
import { startThread } from "../start-thread.ts";
import { createEntriesAuditor, type EntriesAudit, type EntriesAuditor } from "./audit-entries.ts";

export type AuditJob = {
  /** The ledger's folder. */
  readonly dir: string;
  /** Entries whose hashes were in the kept tiles when the audit began. */
  readonly keptSize: number;
};

export type AuditRequest = { readonly from: number; readonly to: number } | "sums";

/** An `EntriesAuditor` that may work elsewhere; it answers in the order in which it was asked. */
export type Auditor = {
  audit(from: number, to: number): Promise<EntriesAudit>;
  sums(): Promise<Float64Array>;
  close(): Promise<void>;
};

/** Opens a folder's log, in the thread that asks. */
export function openEntriesAuditor({
  dir,
  keptSize,
}: AuditJob): EntriesAuditor & { close(): void } {
  const log = openAuditReaderIn(dir);
  const tiles = keptSize > 0 ? openTileFileReader(join(dir, LOG_FILES.tiles)) : undefined;
  const read = tiles?.read ?? (() => undefined);
  return {
    ...createEntriesAuditor(log, { size: keptSize, read }),
    close() {
      log.close();
      tiles?.close();
    },
  };
}

/** An auditor in this thread. */
export function auditorHere(job: AuditJob): Auditor {
  const auditor = openEntriesAuditor(job);
  return {
    audit: async (from, to) => auditor.audit(from, to),
    sums: async () => auditor.sums(),
    close: async () => auditor.close(),
  };
}

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

/** An auditor in a thread of its own. */
export function auditorInThread(job: AuditJob): Auditor {
  const thread = startThread("./audit-thread", import.meta.url, { workerData: job });
  const waiting: Waiting[] = [];
  thread.on("message", (answer) => waiting.shift()?.resolve(answer));
  thread.on("error", (error) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  const ask = (request: AuditRequest) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.push({ resolve, reject });
      thread.postMessage(request);
    });
  return {
    // The thread answers each request with what the auditor gives for it.
    audit: (from, to) => ask({ from, to }) as Promise<EntriesAudit>,
    sums: () => ask("sums") as Promise<Float64Array>,
    close: async () => void (await thread.terminate()),
  };
}
