// The thread that reads a ledger's whole file, so that nobody waits for it.

import { workerData } from "node:worker_threads";
import { workInThread } from "../start-thread.ts";
import { fileState } from "./file-state.ts";

await workInThread(async () => fileState(workerData as string));
