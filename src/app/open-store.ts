// What a folder holds, opened. The one place of the app that names an engine.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EventStore, LogReader } from "../store/event-store.ts";
import { openLogReader } from "../store/sqlite/log-reader.ts";
import { LEDGER_FILE } from "../store/sqlite/open.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";

/** Whether a ledger is kept in the folder. */
export function holdsLedger(dir: string): boolean {
  return existsSync(join(dir, LEDGER_FILE));
}

/**
 * Opens the log in a folder for writing, making it when there is none.
 * @throws StoreUnavailable STORE_BUSY when another process writes to it.
 */
export function openStoreIn(dir: string, now: () => number): EventStore {
  return openSqliteStore(dir, { now });
}

/**
 * Opens the log in a folder for reading, while another process may write to it. With `still`, only
 * what it holds now is read, and ids are found fast enough to ask for all of them.
 */
export function openReaderIn(dir: string, options: { readonly still?: boolean } = {}): LogReader {
  return openLogReader(dir, options);
}
