// Reads a file in a thread that can be killed: by a memory limit, by a time limit, or by the
// caller. Rows come in batches of bounded size, two of them in flight, and no faster than they
// are taken.

import type { Worker } from "node:worker_threads";
import { startThread } from "../../app/start-thread.ts";
import { Refusal } from "../../kernel/refusal.ts";
import { refuseFile } from "../texts.ts";
import type { ReadLimits } from "./limits.ts";
import type { FromReader, RawRow, ReadJob, TableInfo } from "./table.ts";

const BATCHES_IN_FLIGHT = 2;

/** An open file. `batches` ends with the file; `close` ends the thread, also midway. */
export type Table = {
  readonly info: TableInfo;
  readonly batches: AsyncGenerator<readonly RawRow[]>;
  readonly close: () => Promise<void>;
};

/** Messages in order; each wait counts against the thread's time, the caller's own work does not. */
function inbox(
  thread: Worker,
  limits: ReadLimits,
  signal?: AbortSignal,
): () => Promise<FromReader> {
  const messages: FromReader[] = [];
  let failure: Error | undefined;
  let wake = () => {};
  let leftMs = limits.timeMs;
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  thread.on("message", (message: FromReader) => {
    messages.push(message);
    wake();
  });
  thread.on("error", (error: NodeJS.ErrnoException) => {
    const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    fail(outOfMemory ? new Refusal("READING_MEMORY", { limit: limits.heapMb }) : error);
  });
  signal?.addEventListener("abort", () => fail(signal.reason), { once: true });
  thread.on("exit", () => fail(new Error("the reading thread ended before the file did")));
  return async () => {
    const from = performance.now();
    const timer = setTimeout(
      () => fail(new Refusal("READING_TIME", { limit: limits.timeMs })),
      leftMs,
    );
    try {
      while (messages.length === 0 && failure === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
      leftMs = Math.max(0, leftMs - (performance.now() - from));
    }
    const message = messages.shift();
    if (message === undefined) throw failure;
    if (message.kind === "refused") throw new Refusal(message.code, message.params);
    return message;
  };
}

async function* batchesOf(thread: Worker, next: () => Promise<FromReader>) {
  for (let ahead = 0; ahead < BATCHES_IN_FLIGHT; ahead++) thread.postMessage("more");
  for (let message = await next(); message.kind === "rows"; message = await next()) {
    thread.postMessage("more");
    yield message.rows;
  }
}

/**
 * Opens a file and reports what it is before any row.
 * @throws Refusal with a code of `FILE_PROBLEMS`, or the signal's reason; here or in `batches`.
 */
export async function openTable(job: ReadJob, signal?: AbortSignal): Promise<Table> {
  signal?.throwIfAborted();
  const thread = startThread("./worker", import.meta.url, {
    workerData: job,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: job.limits.heapMb },
  });
  const close = async () => void (await thread.terminate());
  try {
    const next = inbox(thread, job.limits, signal);
    const opened = await next();
    if (opened.kind !== "opened") refuseFile("FILE_DAMAGED", { detail: opened.kind });
    return { info: opened.info, batches: batchesOf(thread, next), close };
  } catch (error) {
    await close();
    throw error;
  }
}
