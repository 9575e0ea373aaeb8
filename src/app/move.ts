// Moves a ledger between a folder and a cluster: the same entries, numbers and bytes, hence the same
// root. What was interrupted is run again and goes on; at the end every byte is read back.

import { resolve } from "node:path";
import { emptyBooks } from "../domain/books.ts";
import { toBase64 } from "../proof/bytes.ts";
import { createTreeBuilder } from "../proof/tree-builder.ts";
import { openSqliteStore, type SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { hasher, leafOfText } from "./crypto.ts";
import { createGate, JUDGED } from "./gate.ts";
import { writeOfEvent } from "./write-of-event.ts";

export type Moved = {
  readonly entries: number;
  /** Root of the entries as they were read back from the cluster. */
  readonly root: string;
};

export type Move = {
  readonly dir: string;
  readonly address: string;
  readonly onProgress: (entries: number) => void;
};

/**
 * Copies the ledger in a folder to an address, where there must be nothing or the beginning of it.
 * The folder then is a mirror of the cluster: nothing can be recorded beside it any more.
 * @throws Error at the first entry that is another one there.
 */
export async function moveToCluster({ dir, address, onProgress }: Move): Promise<Moved> {
  const { parseAddress } = await import("../store/kurrentdb/address.ts");
  const { copyToCluster } = await import("../store/kurrentdb/copy.ts");
  const { log } = parseAddress(address);
  const store = openEither(dir, log);
  try {
    const { comparison, root } = await startComparison(address, store);
    try {
      await comparison.complete();
      await copyToCluster(store, comparison.count() + 1, { address, onProgress });
      await comparison.reach(store.head());
      store.mirror({ log, position: comparison.position() });
      return { entries: store.head(), root: root() };
    } finally {
      await comparison.close();
    }
  } finally {
    store.close();
  }
}

/**
 * Copies the ledger at an address into a folder, which must be empty or hold the beginning of it,
 * and makes it a ledger of its own. Stop the nodes first: what they record later stays there.
 */
export async function moveToFolder({ dir, address, onProgress }: Move): Promise<Moved> {
  const { openKurrentDbStore } = await import("../store/kurrentdb/kurrentdb-store.ts");
  const mirror = await openKurrentDbStore(resolve(dir), address, {
    now: Date.now,
    ...JUDGED,
    onProgress,
  });
  const { log } = mirror.address;
  await mirror.end();
  const store = openSqliteStore(dir, { now: Date.now, mirrorOf: log });
  try {
    const { comparison, root } = await startComparison(address, store);
    try {
      await comparison.complete();
    } finally {
      await comparison.close();
    }
    if (comparison.count() !== store.head()) {
      throw new Error(`the cluster has only ${comparison.count()} of ${store.head()} entries`);
    }
    store.mirror(undefined);
    return { entries: store.head(), root: root() };
  } finally {
    store.close();
  }
}

/** A folder before its move, or one that has been moved already. */
function openEither(dir: string, log: string): SqliteStore {
  try {
    return openSqliteStore(dir, { now: Date.now });
  } catch {
    return openSqliteStore(dir, { now: Date.now, mirrorOf: log });
  }
}

async function startComparison(address: string, store: SqliteStore) {
  const { compareWithCluster } = await import("../store/kurrentdb/comparison.ts");
  const tree = createTreeBuilder(hasher);
  const comparison = await compareWithCluster(address, {
    log: store,
    writeOf: writeOfEvent,
    gateOf: (log) => createGate(log, emptyBooks()),
    onEntry(bytes) {
      tree.append(leafOfText(bytes));
      tree.takeFullTiles();
    },
  });
  return { comparison, root: () => toBase64(tree.root()) };
}
