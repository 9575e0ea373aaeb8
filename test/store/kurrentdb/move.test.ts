// Goal: a ledger moves to a cluster and back and stays the same to the byte.

import { expect, onTestFinished, test } from "vitest";
import { openLedger } from "../../../src/app/ledger.ts";
import { moveToCluster, moveToFolder } from "../../../src/app/move.ts";
import { commands, NOW, SETTING } from "../../app/scene.ts";
import { inProcess, newFolder, startCluster, startNode } from "./support.ts";

const onProgress = () => {};

async function ledgerFolder(seed: number): Promise<{ dir: string; bytes: string[] }> {
  const dir = newFolder();
  const ledger = openLedger(dir, { now: () => NOW });
  await ledger.record(SETTING);
  await ledger.record(commands(seed, 120));
  const bytes = ledger.store.bytes(1, ledger.store.head());
  ledger.close();
  return { dir, bytes };
}

function bytesIn(dir: string): string[] {
  const ledger = openLedger(dir, { mode: "read" });
  const bytes = ledger.store.bytes(1, ledger.store.head());
  ledger.close();
  return bytes;
}

test("to a cluster and back: the same bytes, and the folder left behind is a mirror", async () => {
  const { url: address, close } = await startCluster();
  onTestFinished(close);
  const { dir, bytes } = await ledgerFolder(5);
  const there = await moveToCluster({ dir, address, onProgress });
  expect(there.entries).toBe(bytes.length);
  expect(await moveToCluster({ dir, address, onProgress })).toEqual(there);
  expect(() => openLedger(dir)).toThrow(/mirrors kurrentdb/);
  const node = await startNode(address, { dir });
  expect(node.store.bytes(1, node.store.head())).toEqual(bytes);
  await node.stop();
  const back = newFolder();
  expect(await moveToFolder({ dir: back, address, onProgress })).toEqual(there);
  expect(bytesIn(back)).toEqual(bytes);
  openLedger(back).close();
});

test.each(["24.10", "25.1", "26.0"] as const)(
  "a move to server %s that broke off goes on where it was",
  async (version) => {
    const { url: address, server } = await inProcess({ version });
    const { dir, bytes } = await ledgerFolder(6);
    const on = version === "24.10" ? "append" : "append-records";
    server.faults.inject({ on, kind: "access-denied", streamPrefix: "test.fund-" });
    await expect(moveToCluster({ dir, address, onProgress })).rejects.toThrow(/run it again/);
    server.faults.clear();
    const { entries } = await moveToCluster({ dir, address, onProgress });
    expect(entries).toBe(bytes.length);
    const node = await startNode(address);
    expect(node.store.bytes(1, entries)).toEqual(bytes);
  },
);

test("a cluster that holds another ledger is refused and left alone", async () => {
  const { url: address, server } = await inProcess();
  const other = await ledgerFolder(7);
  await moveToCluster({ dir: other.dir, address, onProgress });
  const position = server.log.head();
  const { dir } = await ledgerFolder(8);
  await expect(moveToCluster({ dir, address, onProgress })).rejects.toThrow(/another entry/);
  expect(server.log.head()).toBe(position);
  openLedger(dir).close();
});
