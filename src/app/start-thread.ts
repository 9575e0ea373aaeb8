// Modules of ours as threads, compiled or from their TypeScript source.

import { parentPort, Worker, type WorkerOptions } from "node:worker_threads";
import type { Progress } from "../kernel/progress.ts";
import { MissingEntry, StoreUnavailable } from "../store/event-store.ts";
import { DamagedLines } from "../store/lines.ts";

/** Starts the module `name`, without its extension, that lies beside the module `beside`. */
export function startThread(name: string, beside: string, options: WorkerOptions): Worker {
  if (!beside.endsWith(".ts")) return new Worker(new URL(`${name}.js`, beside), options);
  const loader = new URL("./thread-from-source.mjs", import.meta.url);
  return new Worker(loader, { ...options, argv: [new URL(`${name}.ts`, beside).href] });
}

/** What a thread that works on a ledger's folder tells, by `workInThread`. */
type Told = { readonly what: string; readonly done: number } | { readonly result: unknown };

export type ThreadOptions = {
  /** The ledger's folder. */
  readonly dir: string;
  readonly progress?: Progress;
  /** Ends the thread; its reason is then thrown. */
  readonly signal?: AbortSignal;
};

/** What the module's work on a folder comes to, done in a thread of its own. */
export async function resultOfThread<T>(
  name: string,
  beside: string,
  { dir, progress, signal }: ThreadOptions,
): Promise<T> {
  signal?.throwIfAborted();
  const thread = startThread(name, beside, { workerData: dir });
  try {
    return await new Promise<T>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      thread.on("message", (told: Told) => {
        // The module's work says what its result is.
        if ("result" in told) resolve(told.result as T);
        else progress?.(told.what)(told.done);
      });
      thread.on("error", (error) => reject(asThrown(error)));
      thread.on("exit", () => reject(new Error(`the thread ${name} ended without a result`)));
    });
  } finally {
    await thread.terminate();
  }
}

/** Does the work of a thread that `resultOfThread` started. */
export async function workInThread(work: (progress: Progress) => Promise<unknown>): Promise<void> {
  const tell = (told: Told) => parentPort?.postMessage(told);
  tell({ result: await work((what) => (done) => tell({ what, done })) });
}

// An error that crosses threads keeps its name and what it carries, and loses its class.
function asThrown(error: Error): Error {
  const { code, text, entry } = error as Partial<StoreUnavailable & DamagedLines>;
  if (entry && error.name === MissingEntry.name) return new MissingEntry(entry);
  if (code && text && error.name === StoreUnavailable.name) {
    return new StoreUnavailable(code, text, error.cause);
  }
  return entry && error.name === DamagedLines.name ? new DamagedLines(entry) : error;
}
