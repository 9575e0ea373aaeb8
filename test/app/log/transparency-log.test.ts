import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasher, publicKey, sha256, verifyEd25519 } from "../../../src/app/crypto.ts";
import { LOG_FILES } from "../../../src/app/log/log-files.ts";
import {
  consistencyProof,
  inclusionProof,
  publishedFile,
  receiptOf,
} from "../../../src/app/log/published-log.ts";
import { openSignedFile } from "../../../src/app/log/signed-file.ts";
import { openTileFile } from "../../../src/app/log/tile-file.ts";
import { openTree } from "../../../src/app/log/tree.ts";
import { toUtf8 } from "../../../src/proof/bytes.ts";
import { KEY_TYPE } from "../../../src/proof/key.ts";
import { verifyConsistency, verifyInclusion } from "../../../src/proof/merkle.ts";
import { formatPolicy, policyOfKey } from "../../../src/proof/policy.ts";
import { createTreeBuilder } from "../../../src/proof/tree-builder.ts";
import { verifyReceipt } from "../../../src/proof/verify-receipt.ts";
import { entryList, entryText, KEY, openLog, tempFolder, verdictOf } from "./support.ts";

describe("the log follows its store", () => {
  test.each([1, 2, 255, 256, 257, 700])(
    "and signs a tree of %d entries that an auditor finds true",
    async (size) => {
      const log = openLog(tempFolder(), entryList(size));
      log.sign();
      expect(await verdictOf(log)).toMatchObject({ pass: true, size });
    },
  );

  test("entry by entry, over restarts, as if never stopped", async () => {
    const dir = tempFolder();
    const entries = entryList(0);
    for (const more of [1, 254, 1, 1, 255, 300]) {
      const log = openLog(dir, entries);
      entries.add(more);
      log.follow();
      log.close();
    }
    const log = openLog(dir, entries);
    expect(log.published()?.size).toBe(812);
    expect(await verdictOf(log)).toMatchObject({ pass: true, size: 812 });
  });

  test("from entry 1 when the ledger is older than its tiles", async () => {
    const log = openLog(tempFolder(), entryList(20_000));
    expect(log.rootAt(20_000)).toBeDefined();
    await log.catchUp();
    log.sign();
    expect(log.published()?.size).toBe(20_000);
  });

  test("and signs nothing without a key, or where another node signs", () => {
    for (const parts of [{ keys: [] }, { canSign: () => false }]) {
      const log = openLog(tempFolder(), entryList(3), parts);
      log.sign();
      expect(log.published()).toBeUndefined();
      expect(log.rootAt(3)).toHaveLength(32);
    }
  });
});

describe("proofs of the published log", () => {
  const entries = entryList(600);

  test("show that an entry is in it, and that a smaller tree is its beginning", async () => {
    const log = openLog(tempFolder(), entries);
    const root = log.rootAt(600) as Uint8Array;
    for (const entry of [1, 256, 257, 600]) {
      const proof = await inclusionProof(log, entry, 600);
      const leaf = hasher.leaf(toUtf8(entryText(entry)));
      const claim = { leaf, index: entry - 1, size: 600, root, proof };
      expect(verifyInclusion(hasher, claim)).toBe(true);
    }
    for (const oldSize of [1, 255, 256, 599]) {
      const proof = await consistencyProof(log, oldSize, 600);
      const oldRoot = log.rootAt(oldSize) as Uint8Array;
      const claim = { oldSize, oldRoot, newSize: 600, newRoot: root, proof };
      expect(verifyConsistency(hasher, claim)).toBe(true);
    }
  });

  test("are given to donors as a receipt that stands alone", async () => {
    const log = openLog(tempFolder(), entries);
    log.sign();
    const bytes = toUtf8((await receiptOf(log, 300)) as string);
    const policy = policyOfKey(publicKey(KEY, KEY_TYPE.log));
    const trust = { policy, sha256, verifyEd25519 };
    expect(await verifyReceipt({ path: "r", bytes }, trust)).toMatchObject({ pass: true });
    expect(await receiptOf(log, 601)).toBeUndefined();
  });

  test("exist for every partial width that was ever published, and for none beyond", () => {
    const log = openLog(tempFolder(), entries);
    log.sign();
    entries.add(1);
    log.follow();
    const has = (path: string) => publishedFile(log, path) !== undefined;
    expect(["tile/0/002.p/88", "tile/0/002.p/1", "tile/entries/002.p/88"].every(has)).toBe(true);
    expect(["tile/0/002.p/89", "tile/0/002", "tile/0/003.p/1", "tile/1/000"].some(has)).toBe(false);
  });
});

describe("a ledger that does not continue what it signed", () => {
  test("has rolled back when entries are missing: nothing is signed", () => {
    const dir = tempFolder();
    openLog(dir, entryList(100)).close();
    const older = entryList(90);
    const log = openLog(dir, older);
    expect(log.fork()).toMatchObject({ kind: "rollback", size: 100, head: 90 });
    older.add(20);
    log.follow();
    log.sign();
    expect(log.published()?.size).toBe(100);
    expect(openLog(dir, entryList(110)).fork()).toBeUndefined();
  });

  test("has forked when a signed entry is another one now", () => {
    const dir = tempFolder();
    openLog(dir, entryList(300)).close();
    const other = entryList(280);
    other.texts.push("{}");
    other.add(40);
    const log = openLog(dir, other);
    expect(log.fork()).toMatchObject({ kind: "fork", size: 300, head: 321 });
    log.sign();
    expect(log.published()?.size).toBe(300);
  });

  test("is found out although its tiles were made anew from it", async () => {
    const dir = tempFolder();
    openLog(dir, entryList(300)).close();
    rmSync(join(dir, LOG_FILES.tiles));
    const other = entryList(0);
    other.texts.push("{}");
    other.add(400);
    const log = openLog(dir, other);
    await log.catchUp();
    log.sign();
    expect(log.fork()).toMatchObject({ kind: "fork", size: 300 });
    expect(log.published()?.size).toBe(300);
  });
});

describe("a crash", () => {
  // Each step of signing is durable before the next begins, so a crash is a folder in which the
  // first steps were done and the rest were not.
  const rootOf = (size: number) => {
    const builder = createTreeBuilder(hasher);
    for (let n = 1; n <= size; n++) builder.append(hasher.leaf(toUtf8(entryText(n))));
    return builder.root();
  };

  const steps = {
    "before the tiles": () => {},
    "after the tiles": (dir: string) => {
      const file = openTileFile(join(dir, LOG_FILES.tiles));
      const tree = openTree(file, file.size());
      tree.append(entryList(270).texts.slice(file.size()));
      tree.keep();
      file.close();
    },
    "after the size and root were written down": (dir: string) => {
      steps["after the tiles"](dir);
      const kept = openSignedFile(join(dir, LOG_FILES.signed));
      kept.keepSigned({ size: 270, root: rootOf(270) });
      kept.close();
    },
  };

  test.each(Object.entries(steps))("%s is gone on from", async (_name, crash) => {
    const dir = tempFolder();
    openLog(dir, entryList(250)).close();
    crash(dir);
    const log = openLog(dir, entryList(270));
    expect(log.fork()).toBeUndefined();
    log.sign();
    expect(log.published()).toMatchObject({ size: 270, root: Buffer.from(rootOf(270)) });
    expect(await verdictOf(log)).toMatchObject({ pass: true, size: 270 });
  });

  test("that loses entries which were about to be signed is a rollback", () => {
    const dir = tempFolder();
    openLog(dir, entryList(250)).close();
    steps["after the size and root were written down"](dir);
    expect(openLog(dir, entryList(260)).fork()).toMatchObject({ kind: "rollback", size: 270 });
  });
});

test("a reader beside it tells whom to trust, as the process that signs does", () => {
  const dir = tempFolder();
  const entries = entryList(3);
  const reader = openLog(dir, entries, { mode: "read", keys: [] });
  expect(reader.trust.logs).toEqual([]);
  const log = openLog(dir, entries);
  expect(formatPolicy(reader.trust)).toBe(formatPolicy(log.trust));
  const { origin, vkeys } = log.status();
  expect(reader.status()).toMatchObject({ origin, vkeys });
});
