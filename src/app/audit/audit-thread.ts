// The thread that audits runs of entries, one for each message.

import { parentPort, workerData } from "node:worker_threads";
import type { EntriesAudit } from "./audit-entries.ts";
import { type AuditJob, type AuditRequest, openEntriesAuditor } from "./auditors.ts";

// Started by `auditors.ts` alone, which sends nothing else.
const auditor = openEntriesAuditor(workerData as AuditJob);

parentPort?.on("message", (request: AuditRequest) => {
  if (request === "sums") parentPort?.postMessage(auditor.sums());
  else parentPort?.postMessage(auditor.audit(request.from, request.to) satisfies EntriesAudit);
});
