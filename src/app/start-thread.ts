// Starts a module of ours as a thread, compiled or from its TypeScript source.

import { Worker, type WorkerOptions } from "node:worker_threads";

/** Starts the module `name`, without its extension, that lies beside the module `beside`. */
export function startThread(name: string, beside: string, options: WorkerOptions): Worker {
  if (!beside.endsWith(".ts")) return new Worker(new URL(`${name}.js`, beside), options);
  const loader = new URL("./thread-from-source.mjs", import.meta.url);
  return new Worker(loader, { ...options, argv: [new URL(`${name}.ts`, beside).href] });
}
