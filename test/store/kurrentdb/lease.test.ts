// Goal: of several nodes one signs, and another takes over when it is gone. Real servers and clocks.

import { expect, onTestFinished, test } from "vitest";
import { parseAddress } from "../../../src/store/kurrentdb/address.ts";
import { openConnection } from "../../../src/store/kurrentdb/connection.ts";
import { createLease, type Lease } from "../../../src/store/kurrentdb/lease.ts";
import { startCluster } from "./support.ts";

const TTL_MS = 900;

async function leases(count: number): Promise<Lease[]> {
  const { url, close } = await startCluster();
  onTestFinished(close);
  const { connectionString, ledger } = parseAddress(url);
  const made: Lease[] = [];
  for (let at = 0; at < count; at++) {
    const lease = createLease(await openConnection(connectionString), ledger, { ttlMs: TTL_MS });
    onTestFinished(() => lease.close());
    made.push(lease);
  }
  return made;
}

const holders = (all: readonly Lease[]) => all.filter((lease) => lease.held()).length;

test("never more than one of three nodes holds it, and it stays where it is while renewed", async () => {
  const all = await leases(3);
  await expect.poll(() => holders(all), { timeout: 5_000 }).toBe(1);
  const first = all.findIndex((lease) => lease.held());
  const until = performance.now() + 2 * TTL_MS;
  while (performance.now() < until) {
    expect(holders(all)).toBeLessThanOrEqual(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await expect.poll(() => all.findIndex((lease) => lease.held())).toBe(first);
});

test("whoever lets go of it makes room for another, who is told", async () => {
  const [a, b] = (await leases(2)) as [Lease, Lease];
  await expect.poll(() => a.held(), { timeout: 5_000 }).toBe(true);
  let told = 0;
  b.onHeld(() => {
    told += 1;
  });
  expect(b.held()).toBe(false);
  await a.close();
  expect(a.held()).toBe(false);
  await expect.poll(() => b.held(), { timeout: 5_000 }).toBe(true);
  expect(told).toBe(1);
});
