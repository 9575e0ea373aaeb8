// Nodes on one cluster: the in-process server, or the real one that KURRENTDB_URL names. Every
// cluster of a test has a ledger name of its own, so nothing is shared and nothing must be cleaned.

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { JUDGED } from "../../../src/app/gate.ts";
import { openLedger } from "../../../src/app/ledger.ts";
import {
  type KurrentDbStore,
  type KurrentDbStoreOptions,
  openKurrentDbStore,
} from "../../../src/store/kurrentdb/kurrentdb-store.ts";
import {
  type KurrentDbOptions,
  type KurrentDbServer,
  startKurrentDbServer,
} from "../../support/kurrentdb/kurrentdb-server.ts";

/** The real server to test against, when there is one. */
export const REAL_URL = process.env["KURRENTDB_URL"];

/** Short, because the server is on this machine. */
export const LIMITS = { callMs: 300, totalMs: 1_500, mirrorMs: 3_000, openMs: 3_000 };

export type Cluster = {
  readonly url: string;
  /** The in-process server; absent when a real one is used. */
  readonly server: KurrentDbServer | undefined;
  close(): Promise<void>;
};

/** An empty ledger on a cluster. */
export async function startCluster(options: KurrentDbOptions = {}): Promise<Cluster> {
  const ledger = `test-${randomBytes(6).toString("hex")}`;
  if (REAL_URL !== undefined) {
    const sign = REAL_URL.includes("?") ? "&" : "?";
    return { url: `${REAL_URL}${sign}ledger=${ledger}`, server: undefined, close: async () => {} };
  }
  const server = await startKurrentDbServer(options);
  const url = `${server.connectionString}&defaultDeadline=300&ledger=${ledger}`;
  return { url, server, close: () => server.close() };
}

/** An in-process cluster, for what only it can be made to do; closed when the test ends. */
export async function inProcess(
  options: KurrentDbOptions = {},
): Promise<Cluster & { readonly server: KurrentDbServer }> {
  const server = await startKurrentDbServer(options);
  onTestFinished(() => server.close());
  const url = `${server.connectionString}&defaultDeadline=300&ledger=test`;
  return { url, server, close: () => server.close() };
}

export type Node = {
  readonly dir: string;
  readonly store: KurrentDbStore;
  readonly ledger: ReturnType<typeof openLedger>;
  stop(): Promise<void>;
};

/** A folder that is removed when the test ends. */
export function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "almoner-node-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts a node with its own folder, or with one that it had before. */
export async function startNode(
  url: string,
  { dir = newFolder(), ...options }: Partial<KurrentDbStoreOptions> & { dir?: string } = {},
): Promise<Node> {
  const now = options.now ?? Date.now;
  const store = await openKurrentDbStore(dir, url, {
    now,
    ...JUDGED,
    limits: LIMITS,
    ...options,
  });
  const ledger = openLedger(dir, { now, store });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    ledger.close();
    await store.end();
  };
  onTestFinished(stop);
  return { dir, store, ledger, stop };
}
