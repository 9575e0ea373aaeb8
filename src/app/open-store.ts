// What a folder holds, opened. The one place of the app that names an engine.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type AuditReader,
  type EventStore,
  type LogReader,
  type StoreHealth,
  StoreUnavailable,
} from "../store/event-store.ts";
import { openAuditReader, openLogReader } from "../store/sqlite/log-reader.ts";
import { LEDGER_FILE } from "../store/sqlite/open.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { JUDGED } from "./gate.ts";

/** Whether a ledger is kept in the folder. */
export function holdsLedger(dir: string): boolean {
  return existsSync(join(dir, LEDGER_FILE));
}

/**
 * Opens the log in a folder for writing, making it when there is none.
 * @throws StoreUnavailable STORE_BUSY when another process writes to it.
 */
export function openStoreIn(dir: string, now: () => number): EventStore {
  return attached.get(resolve(dir))?.open(now) ?? openSqliteStore(dir, { now });
}

/** How the cluster is doing that the folder is connected to. */
export function clusterHealth(dir: string): StoreHealth | undefined {
  return attached.get(resolve(dir))?.health();
}

type Attached = {
  readonly open: (now: () => number) => EventStore;
  readonly health: () => StoreHealth | undefined;
};

/** Folders that mirror a cluster while this process runs. */
const attached = new Map<string, Attached>();

/**
 * Connects the folder to the ledger at an address: until the returned function ends it, whoever
 * opens the folder for writing writes to the cluster, and the folder is kept up to date. Does
 * nothing when another process does so already; the folder can then be read.
 * @throws StoreUnavailable when the cluster does not answer or the folder is not its mirror.
 */
export async function attachCluster(
  dir: string,
  address: string,
  onProgress?: (entries: number) => void,
): Promise<() => Promise<void>> {
  const { openKurrentDbStore } = await import("../store/kurrentdb/kurrentdb-store.ts");
  let clock = Date.now;
  const now = () => clock();
  const options = { now, ...JUDGED, ...(onProgress ? { onProgress } : {}) };
  try {
    const store = await openKurrentDbStore(dir, address, options);
    attached.set(resolve(dir), {
      open(newClock) {
        clock = newClock;
        return handleOf(store);
      },
      health: () => store.health?.(),
    });
    return async () => {
      attached.delete(resolve(dir));
      await store.end();
    };
  } catch (error) {
    if (!(error instanceof StoreUnavailable && error.code === "STORE_BUSY")) throw error;
    return async () => {};
  }
}

/** The store for one user of it, who hears nothing any more once it is closed. */
function handleOf(store: EventStore): EventStore {
  const stops: (() => void)[] = [];
  return {
    ...store,
    subscribe(listener) {
      const stop = store.subscribe(listener);
      stops.push(stop);
      return stop;
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

/** Opens the log in a folder for reading, while another process may write to it. */
export function openReaderIn(dir: string): LogReader {
  return openLogReader(dir);
}

/** Opens what a folder's log holds now for an audit. */
export function openAuditReaderIn(dir: string): AuditReader {
  return openAuditReader(dir);
}
