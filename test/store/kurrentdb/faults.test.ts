// Goal: whatever happens to the cluster, what was answered is on the log once, and the rest gets a
// defined answer. Method: the in-process server's faults, under real recorders.

import { expect, test } from "vitest";
import type { Answer } from "../../../src/app/recorder.ts";
import { StoreUnavailable } from "../../../src/store/event-store.ts";
import { ask, idOf, NOW, SETTING, TOWN } from "../../app/scene.ts";
import type { FaultKind } from "../../support/kurrentdb/faults.ts";
import type { KurrentDbOptions } from "../../support/kurrentdb/kurrentdb-server.ts";
import { inProcess, startNode } from "./support.ts";

const now = () => NOW;

const gift = (key: string) =>
  ask("ReceiveDonation", key, {
    fund: idOf("fund-town"),
    amount: "5.00",
    currency: "CNY",
    receivedOn: "2026-03-01",
  });

const allocation = (key: string, amount = "1.00") =>
  ask("MakeAllocation", key, {
    fund: idOf("fund-town"),
    community: TOWN,
    amount,
    currency: "CNY",
    allocatedOn: "2026-03-02",
  });

async function opened(options: KurrentDbOptions = {}) {
  const cluster = await inProcess(options);
  const node = await startNode(cluster.url, { now });
  await node.ledger.record([...SETTING, gift("first")]);
  return { ...cluster, ...node, head: SETTING.length + 1 };
}

const kinds = (answers: readonly Answer[]) => answers.map(({ kind }) => kind);

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    return error instanceof StoreUnavailable ? error.code : String(error);
  }
}

const PASSING: FaultKind[] = [
  "disconnect",
  "unavailable",
  "server-timeout",
  "not-leader",
  "not-ready",
  "hang",
];

test.each(PASSING.flatMap((kind) => [false, true].map((committed) => ({ kind, committed }))))(
  "a gift and a decision are recorded once through $kind, written: $committed",
  async ({ kind, committed }) => {
    const { server, ledger, head } = await opened();
    server.faults.inject({ on: "append", kind, committed, times: 1 });
    expect(kinds(await ledger.record([gift("g")]))).toEqual(["recorded"]);
    server.faults.inject({ on: "append", kind, committed, times: 1 });
    expect(kinds(await ledger.record([allocation("d")]))).toEqual(["recorded"]);
    expect(ledger.store.head()).toBe(head + 2);
  },
);

test.each(PASSING.flatMap((kind) => [false, true].map((committed) => ({ kind, committed }))))(
  "gifts in one call are recorded once each through $kind, written: $committed",
  async ({ kind, committed }) => {
    const { server, ledger, head } = await opened();
    server.faults.inject({ on: "append-records", kind, committed, times: 1 });
    const batch = Array.from({ length: 5 }, (_, at) => gift(`g${at}`));
    expect(kinds(await ledger.record(batch))).toEqual(Array(5).fill("recorded"));
    expect(ledger.store.head()).toBe(head + 5);
  },
);

test.each(["24.10", "25.1", "26.0"] as const)(
  "of gifts in one call to server %s, one that another node recorded meanwhile holds up no other",
  async (version) => {
    const { url, ledger, head } = await opened({ version });
    const other = await startNode(url, { now: () => NOW + 1 });
    // Both send before they have read what the other one sends.
    const [[first], answers] = await Promise.all([
      other.ledger.record([gift("g2")]),
      ledger.record([gift("g1"), gift("g2"), gift("g3")]),
    ]);
    expect(kinds([first, ...answers] as Answer[]).sort()).toEqual([
      "already",
      "recorded",
      "recorded",
      "recorded",
    ]);
    expect(await other.ledger.atLeast(head + 3, 5_000)).toBe(true);
    expect(ledger.store.head()).toBe(head + 3);
  },
);

test("a connection that drops in the middle of a batch loses none of it and doubles none", async () => {
  const { server, ledger, head } = await opened({ version: "24.10" });
  const batch = Array.from({ length: 60 }, (_, at) => gift(`g${at}`));
  const stream = `test.donation-${idOf("g30")}`;
  server.faults.inject({ on: "append", kind: "disconnect", streamPrefix: stream, times: 1 });
  expect(new Set(kinds(await ledger.record(batch)))).toEqual(new Set(["recorded"]));
  expect(ledger.store.head()).toBe(head + 60);
});

test("a cluster that is gone is said to be, reads go on, and the retry is exact once it is back", async () => {
  const { server, store, ledger, head } = await opened({ nodes: 3 });
  for (const node of [0, 1, 2]) await server.stopNode(node);
  expect(await failureOf(ledger.record([gift("g"), allocation("d")]))).toBe("OUTCOME_UNKNOWN");
  await expect.poll(() => store.health?.()?.connected).toBe(false);
  expect([...ledger.report("fund-balances", {}).rows].length).toBeGreaterThan(0);
  for (const node of [0, 1, 2]) await server.startNode(node);
  await expect
    .poll(
      async () => {
        const work = ledger.record([gift("g"), allocation("d")]);
        return (
          (await failureOf(work)) === "none" &&
          kinds(await work).every((kind) => kind !== "refused")
        );
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  expect(ledger.store.head()).toBe(head + 2);
}, 40_000);

test("an append without an answer that lands later is found by its key", async () => {
  const { server, ledger, head } = await opened();
  const lift = server.faults.inject({ on: "append", kind: "hang", committed: true });
  expect(await failureOf(ledger.record([gift("g")]))).toBe("OUTCOME_UNKNOWN");
  lift();
  expect(kinds(await ledger.record([gift("g")]))).toEqual(["already"]);
  expect(ledger.store.head()).toBe(head + 1);
});

test("a slow cluster is waited for", async () => {
  const { server, ledger } = await opened();
  server.faults.latencyMs = 80;
  expect(kinds(await ledger.record([gift("g"), allocation("d")]))).toEqual([
    "recorded",
    "recorded",
  ]);
});

test("a new leader is followed, for writing and for reading", async () => {
  const { server, ledger, store } = await opened({ nodes: 3 });
  server.elect(undefined);
  const waiting = ledger.record([gift("g")]);
  server.elect(2);
  expect(kinds(await waiting)).toEqual(["recorded"]);
  await server.stopNode(0);
  server.elect(1);
  expect(kinds(await ledger.record([gift("h"), allocation("d")]))).toEqual([
    "recorded",
    "recorded",
  ]);
  expect(store.health?.()?.stopped).toBeNull();
});

test("a lost subscription is made anew, and nothing between is missed", async () => {
  const { server, url, ledger, head } = await opened();
  const other = await startNode(url, { now });
  server.dropConnections();
  await ledger.record([gift("g1"), gift("g2")]);
  expect(await other.ledger.atLeast(head + 2, 5_000)).toBe(true);
  expect(other.store.health?.()?.reconnects).toBeGreaterThan(0);
  expect(other.store.bytes(1, head + 2)).toEqual(ledger.store.bytes(1, head + 2));
});

test("denied access is said to be, and nothing is written", async () => {
  const { server, ledger, head } = await opened();
  server.faults.inject({ on: "append", kind: "access-denied", times: 1 });
  expect(await failureOf(ledger.record([gift("g")]))).toBe("CLUSTER_DENIED");
  expect(ledger.store.head()).toBe(head);
});

test("an entry larger than the server takes is refused with its size, the others are recorded", async () => {
  const { ledger } = await opened({ maxAppendBytes: 2_000, maxEventBytes: 2_000 });
  const large = ask("ReceiveGoods", "large", {
    fund: idOf("fund-town"),
    currency: "CNY",
    items: Array.from({ length: 60 }, (_, at) => ({
      name: `书桌 ${at}`,
      quantity: 1,
      unit: "张",
      fairValue: "10.00",
    })),
    valuation: "market",
    receivedOn: "2026-03-01",
  });
  const [, refused] = await ledger.record([gift("g"), large]);
  expect(refused).toMatchObject({ kind: "refused", refusal: { code: "ENTRY_TOO_LARGE" } });
});

test("an atomic batch is refused by a server that cannot write several streams at once", async () => {
  const { ledger, head } = await opened({ version: "24.10" });
  const answers = await ledger.record([gift("g"), allocation("d")], { atomic: true });
  expect(answers[0]).toMatchObject({ refusal: { code: "ATOMIC_UNSUPPORTED" } });
  expect(ledger.store.head()).toBe(head);
  expect(kinds(await ledger.record([gift("g")], { atomic: true }))).toEqual(["recorded"]);
});

test.each([
  ["shortened", (log: Log, stream: string) => log.softDelete(stream, -2)],
  ["tombstoned", (log: Log, stream: string) => log.tombstone(stream, -2)],
])("a stream that was %s stops the node, also a fresh one after scavenging", async (_how, harm) => {
  const { server, url, ledger, store, head } = await opened();
  harm(server.log, `test.donation-${idOf("first")}`);
  await expect.poll(() => store.health?.()?.stopped).toMatch(/on the cluster/);
  expect(await failureOf(ledger.record([gift("g")]))).toBe("LOG_DAMAGED");
  expect(ledger.store.head()).toBe(head);
  server.log.scavenge();
  expect(await failureOf(startNode(url))).toBe("LOG_DAMAGED");
});

test("a cluster that was put back from an older backup is refused by a node that knows more", async () => {
  const { server, dir, stop } = await opened();
  await stop();
  await server.close();
  const older = await inProcess();
  expect(await failureOf(startNode(older.url, { now, dir }))).toBe("LOG_DAMAGED");
});

test("an event that is none of ours stops the node and is named", async () => {
  const { url, server, store } = await opened();
  const stranger = { id: idOf("stranger"), type: "X", contentType: "application/json" };
  const record = { ...stranger, data: Buffer.from("{}"), metadata: new Uint8Array() };
  server.log.commit([{ stream: "test.x", expected: -2 }], [{ stream: "test.x", record }]);
  await expect.poll(() => store.health?.()?.stopped).toMatch(/stream x .* is not Almoner's/);
  expect(await failureOf(startNode(url))).toBe("LOG_DAMAGED");
});

type Log = Awaited<ReturnType<typeof opened>>["server"]["log"];
