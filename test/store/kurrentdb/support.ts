// Nodes on one cluster: the in-process server, or the real one that KURRENTDB_URL names. Every
// cluster of a test has a ledger name of its own, so nothing is shared and nothing must be cleaned.

import { randomBytes } from "node:crypto";
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
