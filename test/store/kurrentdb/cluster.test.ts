// Goal: any number of nodes on one cluster are one ledger. Method: real recorders over real mirrors,
// on the in-process server or the one that KURRENTDB_URL names.

import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Answer } from "../../../src/app/recorder.ts";
import { writeOfEvent } from "../../../src/app/write-of-event.ts";
import { ask, commands, idOf, NOW, SETTING, TOWN } from "../../app/scene.ts";
import { type Node, newFolder, startCluster, startNode } from "./support.ts";

const now = () => NOW;

async function cluster(count: number): Promise<{ url: string; nodes: Node[] }> {
  const { url, close } = await startCluster();
  onTestFinished(close);
  const nodes: Node[] = [];
  for (let at = 0; at < count; at++) nodes.push(await startNode(url, { now }));
  const [first] = nodes;
  const answers = (await first?.ledger.record(SETTING)) ?? [];
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["recorded"]));
  return { url, nodes };
}

/** Waits until every node has read what the others wrote. */
async function level(nodes: readonly Node[]): Promise<number> {
  const head = Math.max(...nodes.map(({ store }) => store.head()));
  for (const { ledger } of nodes) expect(await ledger.atLeast(head, 5_000)).toBe(true);
  return head;
}

const gift = (key: string, amount: string) =>
  ask("ReceiveDonation", key, {
    fund: idOf("fund-town"),
    amount,
    currency: "CNY",
    receivedOn: "2026-03-01",
  });

const allocation = (key: string, amount: string) =>
  ask("MakeAllocation", key, {
    fund: idOf("fund-town"),
    community: TOWN,
    amount,
    currency: "CNY",
    allocatedOn: "2026-03-02",
  });

const kinds = (answers: readonly Answer[]) => answers.map(({ kind }) => kind);
const entryOf = (answer: Answer | undefined) =>
  answer?.kind === "recorded" || answer?.kind === "already" ? answer.event.entry : undefined;

function available({ ledger }: Node): bigint {
  let sum = 0n;
  for (const { available } of ledger.books().balances.get(idOf("fund-town"))?.values() ?? []) {
    sum += available;
  }
  return sum;
}

test("every node has the same entries, bytes and figures, also a fresh one and one that was away", async () => {
  const { url, nodes } = await cluster(2);
  const [a, b] = nodes as [Node, Node];
  await a.ledger.record(commands(1, 40));
  await level(nodes);
  await b.stop();
  await a.ledger.record(commands(2, 40));
  const again = await startNode(url, { now, dir: b.dir });
  const fresh = await startNode(url, { now });
  const head = await level([a, again, fresh]);
  expect(head).toBeGreaterThan(50);
  for (const node of [again, fresh]) {
    expect(node.store.bytes(1, head)).toEqual(a.store.bytes(1, head));
    expect(node.store.lines(1, head)).toEqual(a.store.lines(1, head));
    for (const name of ["fund-balances", "community-totals", "grassroots-total"]) {
      const rows = (of: Node) => [...of.ledger.report(name, {}).rows];
      expect(rows(node)).toEqual(rows(a));
    }
  }
});

test("a node that comes back reads what is new and nothing that it had", async () => {
  const { url, nodes } = await cluster(2);
  const [a, b] = nodes as [Node, Node];
  await a.ledger.record(commands(3, 30));
  await level(nodes);
  await b.stop();
  await a.ledger.record([gift("n1", "1.00"), gift("n2", "1.00"), gift("n3", "1.00")]);
  const read: string[] = [];
  const again = await startNode(url, {
    now,
    dir: b.dir,
    writeOf(event, find) {
      read.push(event.id);
      return writeOfEvent(event, find);
    },
  });
  await level([a, again]);
  expect(read).toEqual(["n1", "n2", "n3"].map(idOf));
});

test("a key gives the first answer on any node, at once and later, and no second entry", async () => {
  const { nodes } = await cluster(3);
  const asked = await Promise.all(
    nodes.flatMap(({ ledger }) => [
      ledger.record([gift("g", "5.00")]),
      ledger.record([allocation("d", "1.00"), gift("h", "7.00")]),
    ]),
  );
  const entries = new Set(asked.flat().map(entryOf));
  await level(nodes);
  const later = await Promise.all(nodes.map(({ ledger }) => ledger.record([gift("g", "5.00")])));
  for (const [answer] of later) entries.add(entryOf(answer));
  entries.delete(undefined);
  expect(entries.size).toBeLessThanOrEqual(3);
  const [first] = nodes as [Node];
  expect(first.store.head()).toBe(SETTING.length + entries.size);
});

test("a key that made something else is refused and names the first entry, on any node", async () => {
  const { nodes } = await cluster(2);
  const [[a], [b]] = (await Promise.all(
    nodes.map(({ ledger }, at) => ledger.record([gift("g", `${at + 1}.00`)])),
  )) as [Answer[], Answer[]];
  const answers = [a, b].map((answer) =>
    answer?.kind === "refused"
      ? `${answer.refusal.code} ${answer.refusal.params["entry"]}`
      : "recorded",
  );
  expect(answers.sort()).toEqual([`KEY_REUSED ${SETTING.length + 1}`, "recorded"]);
});

test("one key for a gift here and a decision there makes one entry, the same everywhere", async () => {
  const { nodes } = await cluster(2);
  const [a, b] = nodes as [Node, Node];
  await a.ledger.record([gift("money", "100.00")]);
  await level(nodes);
  const answers = await Promise.all([
    a.ledger.record([gift("k", "5.00")]),
    b.ledger.record([allocation("k", "5.00")]),
  ]);
  expect(kinds(answers.flat()).sort()).toEqual(["recorded", "refused"]);
  const head = await level(nodes);
  expect(head).toBe(SETTING.length + 2);
  expect(b.store.bytes(1, head)).toEqual(a.store.bytes(1, head));
  // The stream whose event was none goes on, whichever of the two came first.
  const next = await b.ledger.record([allocation("next", "1.00")]);
  expect(kinds(next)).toEqual(["recorded"]);
});

test("two nodes that register the same thing at once register it once", async () => {
  const { nodes } = await cluster(2);
  const answers = await Promise.all(
    nodes.map(({ ledger }, at) =>
      ledger.record([
        ask("RegisterCommunity", `district-${at}`, {
          community: "320506",
          name: "吴中区",
          level: "district",
          parent: "320500",
          validFrom: "2020-01-01",
        }),
      ]),
    ),
  );
  const codes = answers
    .flat()
    .map((answer) => (answer.kind === "refused" ? answer.refusal.code : answer.kind));
  expect(codes.sort()).toEqual(["COMMUNITY_EXISTS", "recorded"]);
});

test("an atomic batch over several streams is on the log whole, in its order", async () => {
  const { nodes } = await cluster(1);
  const [a] = nodes as [Node];
  const batch = [gift("g1", "5.00"), allocation("d1", "5.00"), gift("g2", "1.00")];
  expect(kinds(await a.ledger.record(batch, { atomic: true }))).toEqual(Array(3).fill("recorded"));
  const events = a.store.read(SETTING.length + 1, a.store.head());
  expect(events.map(({ id }) => id)).toEqual(["g1", "d1", "g2"].map(idOf));
  const broken = [gift("g3", "5.00"), allocation("d2", "999.00")];
  expect(kinds(await a.ledger.record(broken, { atomic: true }))).toEqual(["aborted", "refused"]);
  expect(a.store.head()).toBe(events.at(-1)?.entry);
});

test("a fund is never overspent, however nodes and their decisions interleave", async () => {
  const decision = fc.record({
    node: fc.integer({ min: 0, max: 2 }),
    kind: fc.constantFrom("gift", "allocate", "fee", "transfer", "refund", "reverse"),
    yuan: fc.integer({ min: 1, max: 60 }),
    pause: fc.integer({ min: 0, max: 3 }),
  });
  const { nodes } = await cluster(3);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(decision, { minLength: 6, maxLength: 24 }), async (list) => {
      run += 1;
      const start = `r${run}`;
      const [first] = nodes as [Node];
      await first.ledger.record([gift(start, "100.00")]);
      await level(nodes);
      const asked = list.map(async ({ node, kind, yuan, pause }, at) => {
        const { ledger, store } = nodes[node] as Node;
        for (let turn = 0; turn < pause; turn++) await new Promise(setImmediate);
        const key = `r${run}-${at}`;
        const sum = { amount: `${yuan}.00`, currency: "CNY" };
        const fund = idOf("fund-town");
        const on = "2026-03-03";
        const request = {
          gift: () => gift(key, sum.amount),
          allocate: () => allocation(key, sum.amount),
          fee: () =>
            ask("ChargeFee", key, { fund, ...sum, agreement: "ab".repeat(32), chargedOn: on }),
          transfer: () =>
            ask("MakeTransfer", key, {
              from: fund,
              to: idOf("fund-city"),
              ...sum,
              transferredOn: on,
            }),
          refund: () =>
            ask("RefundDonation", key, {
              donation: idOf(start),
              ...sum,
              cause: "own-error",
              refundedOn: on,
            }),
          reverse: () => ask("ReverseEntry", key, { entry: store.head(), reversedOn: on }, "重复"),
        }[kind]();
        return ledger.record([request]);
      });
      await Promise.all(asked);
      const head = await level(nodes);
      const texts = nodes.map(({ store }) => store.bytes(1, head));
      expect(texts[1]).toEqual(texts[0]);
      expect(texts[2]).toEqual(texts[0]);
      for (const node of nodes) expect(available(node)).toBe(available(first));
      expect(lowestAvailable(first, head)).toBeGreaterThanOrEqual(0n);
    }),
    { numRuns: 12 },
  );
}, 60_000);

const SIGNS: Readonly<Record<string, bigint>> = {
  received: 1n,
  refunded: -1n,
  "transferred-in": 1n,
  "transferred-out": -1n,
  fee: -1n,
  allocated: -1n,
};

/** The least that any bucket of any fund had to spend after any entry, counted here anew. */
function lowestAvailable({ store }: Node, head: number): bigint {
  const sums = new Map<string, bigint>();
  const { entry, series, amount } = store.lines(1, head);
  let lowest = 0n;
  for (const [line, of] of entry.entries()) {
    const { fund, bucket, measure } = store.seriesAt(series[line] as number);
    const key = `${fund} ${bucket}`;
    sums.set(key, (sums.get(key) ?? 0n) + (SIGNS[measure] ?? 0n) * BigInt(amount[line] as number));
    if (entry[line + 1] === of) continue;
    for (const sum of sums.values()) if (sum < lowest) lowest = sum;
  }
  return lowest;
}

test("a folder is the mirror of one ledger and of no other", async () => {
  const { url, nodes } = await cluster(1);
  const [a] = nodes as [Node];
  await a.stop();
  const other = await startCluster();
  onTestFinished(other.close);
  await expect(startNode(other.url, { dir: a.dir })).rejects.toThrow(/mirrors kurrentdb/);
  const node = await startNode(url, { now, dir: newFolder() });
  expect(node.store.head()).toBe(SETTING.length);
});
