// The thread that audits the ledger in a folder while its process answers others.

import { workerData } from "node:worker_threads";
import { workInThread } from "../start-thread.ts";
import { auditLedger } from "./audit-ledger.ts";

await workInThread((progress) => auditLedger(workerData as string, progress));
