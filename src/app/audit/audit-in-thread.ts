// The audit of a ledger beside its writer, in the same process: in a thread, for it works out every
// entry again and would keep everybody waiting.

import { resultOfThread, type ThreadOptions } from "../start-thread.ts";
import type { LedgerAudit } from "./audit-ledger.ts";

/** Audits the ledger in a folder. */
export function auditInThread(options: ThreadOptions): Promise<LedgerAudit> {
  return resultOfThread<LedgerAudit>("./ledger-audit-thread", import.meta.url, options);
}
