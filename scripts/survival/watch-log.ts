// Looks at the log's files beside a process that writes and signs, as a monitor would, and remembers
// every tree it saw signed or published; and holds them all against the ledger afterwards.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasher, sha256, verifyEd25519 } from "../../src/app/crypto.ts";
import type { Ledger } from "../../src/app/ledger.ts";
import { LOG_FILES } from "../../src/app/log/log-files.ts";
import { listKeys } from "../../src/app/log/log-keys.ts";
import { consistencyProof } from "../../src/app/log/published-log.ts";
import { openSignedReader, type TreeHead } from "../../src/app/log/signed-file.ts";
import { openTileFileReader } from "../../src/app/log/tile-file.ts";
import { openReaderIn } from "../../src/app/open-store.ts";
import { equalBytes, toUtf8 } from "../../src/proof/bytes.ts";
import { parseVerifierKey } from "../../src/proof/key.ts";
import { verifyConsistency } from "../../src/proof/merkle.ts";
import { openCheckpoint, policyOfKey } from "../../src/proof/policy.ts";

const LOOK_EVERY_MS = 1;

/** What was ever seen of a log, over the lives of many writers. */
export type Seen = {
  /** Trees by their size. */
  readonly heads: Map<number, TreeHead>;
  /** Published checkpoints by their size. */
  readonly notes: Map<number, string>;
  /** What contradicted itself while it was looked at. */
  readonly faults: Set<string>;
};

export type LogWatch = {
  /** Resolves the next time that a tree is written down to be signed and not yet published. */
  signing(): Promise<void>;
  /** Lets go of the files. */
  stop(): Promise<void>;
};

/** Nothing seen yet. */
export function nothingSeen(): Seen {
  return { heads: new Map(), notes: new Map(), faults: new Set() };
}

/** Watches the log in a folder until it is told to stop. */
export function watchLog(dir: string, seen: Seen): LogWatch {
  let stopped = false;
  let tell = (): void => {};
  const watching = (async () => {
    const files = await openFiles(dir, () => stopped);
    for (; files && !stopped; await sleep(LOOK_EVERY_MS)) {
      if (lookAt(files, seen)) tell();
    }
    files?.close();
  })();
  return {
    signing: () =>
      new Promise<void>((resolve) => {
        tell = resolve;
      }),
    async stop() {
      stopped = true;
      await watching;
    },
  };
}

type Files = NonNullable<ReturnType<typeof openAll>>;

/** The files of a folder, once all of them are there. */
async function openFiles(dir: string, isStopped: () => boolean): Promise<Files | undefined> {
  for (; !isStopped(); await sleep(LOOK_EVERY_MS)) {
    const files = openAll(dir);
    if (files) return files;
  }
  return undefined;
}

function openAll(dir: string) {
  const opened: { close(): void }[] = [];
  try {
    const kept = openSignedReader(join(dir, LOG_FILES.signed));
    if (kept) opened.push(kept);
    const tiles = openTileFileReader(join(dir, LOG_FILES.tiles));
    if (tiles) opened.push(tiles);
    if (!kept || !tiles) throw new Error("not yet");
    const entries = openReaderIn(dir);
    opened.push(entries);
    return { kept, tiles, entries, close: () => opened.map((file) => file.close()) };
  } catch {
    // A file that is being made by the writer, or put in order by it after a death, is no fault.
    for (const file of opened) file.close();
    return undefined;
  }
}

/** Takes in what is there now; true while a tree waits for its signature. */
function lookAt({ kept, tiles, entries }: Files, seen: Seen): boolean {
  // In the order opposite to that of the steps: each must already have had its ground.
  const published = kept.published();
  const signed = kept.signed();
  const [treeSize, head] = [tiles.size(), entries.head()];
  if (signed) {
    remember(seen, signed);
    if (signed.size > treeSize) seen.faults.add(`signed ${signed.size} of ${treeSize} in tiles`);
    if (signed.size > head) seen.faults.add(`signed ${signed.size} of ${head} entries`);
  }
  if (published) {
    remember(seen, published);
    seen.notes.set(published.size, published.note);
    if (published.size > (signed?.size ?? 0)) {
      seen.faults.add(`published ${published.size}, signed ${signed?.size}`);
    }
  }
  return (signed?.size ?? 0) > (published?.size ?? 0);
}

function remember({ heads, faults }: Seen, { size, root }: TreeHead): void {
  const before = heads.get(size);
  if (before && !equalBytes(before.root, root)) faults.add(`two roots of ${size} entries`);
  heads.set(size, { size, root });
}

/** The ways in which the ledger does not continue what was seen of its log. */
export async function logFaults(ledger: Ledger, dir: string, seen: Seen): Promise<string[]> {
  const { log, store } = ledger;
  await log.catchUp();
  log.sign();
  const faults = [...seen.faults];
  const { fork, error } = log.status();
  if (fork ?? error) faults.push(`the log says ${JSON.stringify(fork ?? error)}`);
  const now = log.published();
  if (!now) return [...faults, "nothing is published"];
  let last: TreeHead | undefined;
  for (const head of [...seen.heads.values(), now].sort((a, b) => a.size - b.size)) {
    const root = log.rootAt(head.size);
    if (head.size > store.head()) faults.push(`${head.size} signed, ${store.head()} entries left`);
    else if (!root || !equalBytes(root, head.root)) faults.push(`another root of ${head.size}`);
    else if (last && last.size < head.size) {
      const proof = await consistencyProof(log, last.size, head.size);
      const claim = { oldSize: last.size, oldRoot: last.root, newSize: head.size };
      if (!verifyConsistency(hasher, { ...claim, newRoot: head.root, proof })) {
        faults.push(`the tree of ${head.size} does not continue that of ${last.size}`);
      }
    }
    last = head;
  }
  return [...faults, ...(await noteFaults(dir, seen))];
}

async function noteFaults(dir: string, { notes, heads }: Seen): Promise<string[]> {
  const [key] = listKeys(dir);
  if (!key) return ["there is no key"];
  const policy = policyOfKey(parseVerifierKey(sha256, key.vkey));
  const faults: string[] = [];
  for (const [size, note] of notes) {
    const opened = await openCheckpoint(toUtf8(note), policy, verifyEd25519).catch(() => undefined);
    const root = heads.get(size)?.root;
    if (opened?.size !== size || !root || !equalBytes(opened.root, root)) {
      faults.push(`the checkpoint of ${size} is not signed as it should be`);
    }
  }
  return faults;
}
