// The contract of every engine, on a cluster: in the in-process server, or a real one when
// KURRENTDB_URL names it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type KurrentDbStore,
  openKurrentDbStore,
} from "../../../src/store/kurrentdb/kurrentdb-store.ts";
import { describeEventStore } from "../contract.ts";
import { writeOfData } from "../writes.ts";
import { LIMITS, REAL_URL, startCluster } from "./support.ts";

describeEventStore(REAL_URL ? "a KurrentDB server" : "KurrentDB in process", async (clock) => {
  const cluster = await startCluster();
  const dir = mkdtempSync(join(tmpdir(), "almoner-kurrentdb-"));
  const now = () => clock.nowMs;
  const open = () =>
    openKurrentDbStore(dir, cluster.url, { now, writeOf: writeOfData, limits: LIMITS });
  let store: KurrentDbStore = await open();
  return {
    store,
    async reopen() {
      await store.end();
      store = await open();
      return store;
    },
    async dispose() {
      await store.end();
      await cluster.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
