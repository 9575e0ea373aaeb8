// Goal: whatever is asked in whatever order, no money appears, vanishes or is spent twice.
// Method: random commands on two funds and three kinds of bucket, refused or not; after every fact
// the invariants are checked, the sums by a second count of our own. A failure prints its seed.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Balance, EMPTY_BALANCE } from "../../src/domain/books.ts";
import { type Move, seriesKey } from "../../src/domain/move.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { createSums, splitAmount } from "../../src/kernel/sums.ts";
import { type Decided, openStory, type Step, type Story, step } from "../domain/given.ts";
import { CITY_FUND, FUND, HASH, PROJECT, SHOP, VILLAGE, WORLD } from "../domain/world.ts";

const FUNDS = [FUND, CITY_FUND];
const RESTRICTIONS = [
  { kind: "none" },
  { kind: "fund" },
  { kind: "project", project: PROJECT },
  { kind: "purpose", purpose: "助学" },
];
const BUCKETS = ["none", "fund", `project:${PROJECT}`, "purpose:助学"];
const KINDS = [
  "give",
  "allocate",
  "pay",
  "return",
  "release",
  "refund",
  "chargeback",
  "transfer",
  "fee",
  "interest",
  "goods",
  "issue",
  "reverse",
] as const;

type Asked = {
  readonly kind: (typeof KINDS)[number];
  readonly fund: number;
  readonly bucket: number;
  readonly fen: bigint;
  /** Picks one of the earlier facts that the command can refer to. */
  readonly pick: number;
  readonly flag: boolean;
};

const asked: fc.Arbitrary<Asked> = fc.record({
  kind: fc.constantFrom(...KINDS),
  fund: fc.integer({ min: 0, max: 1 }),
  bucket: fc.integer({ min: 0, max: 3 }),
  fen: fc.bigInt({ min: 1n, max: 5000n }),
  pick: fc.nat(1000),
  flag: fc.boolean(),
});

/** The command as a step; undefined when there is nothing yet that it could refer to. */
function stepOf(story: Story, { kind, fund, bucket, fen, pick, flag }: Asked, key: string) {
  const amount = yuan(fen);
  const money = { amount, currency: "CNY" };
  const from = FUNDS[fund];
  const on = "2026-06-01";
  const earlier = (type: string) => {
    const found = story.events.filter((event) => event.type === type);
    return found[pick % Math.max(found.length, 1)]?.id;
  };
  const about = (command: string, type: string, input: (id: string) => object) => {
    const id = earlier(type);
    return id === undefined ? undefined : step(command, input(id), key);
  };
  const restriction = RESTRICTIONS[bucket];
  const cause = kind === "chargeback" ? "chargeback" : "own-error";
  switch (kind) {
    case "give":
      return step("ReceiveDonation", { fund: from, ...money, restriction, receivedOn: on }, key);
    case "interest":
      return step("ReceiveInterest", { fund: from, ...money, receivedOn: on }, key);
    case "fee":
      return step(
        "ChargeFee",
        { fund: from, ...money, bucket: BUCKETS[bucket], agreement: HASH, chargedOn: on },
        key,
      );
    case "transfer":
      return step(
        "MakeTransfer",
        {
          from,
          to: FUNDS[1 - fund],
          ...money,
          bucket: BUCKETS[bucket],
          consent: HASH,
          transferredOn: on,
        },
        key,
      );
    case "allocate": {
      const use = flag ? { project: PROJECT, purpose: "助学" } : {};
      const input = { fund: from, community: VILLAGE, ...use, ...money, allocatedOn: on };
      return step("MakeAllocation", input, key);
    }
    case "pay":
      return about("MakeDisbursement", "AllocationMade", (allocation) => ({
        allocation,
        payee: SHOP,
        ...money,
        paidOn: on,
      }));
    case "release":
      return about("ReleaseAllocation", "AllocationMade", (allocation) => ({
        allocation,
        ...money,
        releasedOn: on,
      }));
    case "return":
      return about("ReturnDisbursement", "DisbursementMade", (disbursement) => ({
        disbursement,
        ...money,
        returnedOn: on,
      }));
    case "refund":
    case "chargeback":
      return about("RefundDonation", "DonationReceived", (donation) => ({
        donation,
        ...money,
        cause,
        refundedOn: on,
      }));
    case "goods": {
      const items = [{ name: "书桌", quantity: 1 + (pick % 7), unit: "张", fairValue: amount }];
      const input = { fund: from, currency: "CNY", items, valuation: "market", receivedOn: on };
      return step("ReceiveGoods", input, key);
    }
    case "issue":
      return about("IssueGoods", "GoodsReceived", (goods) => ({
        goods,
        items: [{ item: 1, quantity: 1 + Number(fen % 3n) }],
        community: VILLAGE,
        issuedOn: on,
      }));
    case "reverse": {
      const entry = WORLD.length + 1 + (pick % Math.max(story.events.length - WORLD.length, 1));
      return step("ReverseEntry", { entry, reversedOn: on, acceptOverdraft: flag }, key);
    }
    default:
      return kind satisfies never;
  }
}

/** Carries the commands out; calls back before and after each fact that was recorded. */
function play(
  commands: readonly Asked[],
  check: (decided: Decided, before: Balances, after: Balances) => void,
): { story: Story; moves: Move[] } {
  const story = openStory();
  for (const one of WORLD) story.record(one);
  const moves: Move[] = [];
  commands.forEach((command, at) => {
    const one: Step | undefined = stepOf(story, command, `command ${at}`);
    if (one === undefined) return;
    const before = balancesOf(story);
    try {
      const decided = story.record(one);
      moves.push(...decided.moves);
      check(decided, before, balancesOf(story));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      expect(balancesOf(story)).toEqual(before);
    }
  });
  return { story, moves };
}

type Balances = ReadonlyMap<string, Balance>;

function balancesOf({ books }: Story): Balances {
  const balances = new Map<string, Balance>();
  for (const fund of FUNDS) {
    for (const [bucket, balance] of books.balances.get(fund) ?? []) {
      balances.set(`${fund} ${bucket}`, balance);
    }
  }
  return balances;
}

/** Below zero by how much, as the entry itself says, by fund and bucket. */
function recordedOverdrafts({ data, moves }: Decided): Map<string, string> {
  const { overdraws } = data;
  if (typeof overdraws === "string") {
    return new Map(moves.map(({ fund, bucket }) => [`${fund} ${bucket}`, overdraws]));
  }
  const list = (overdraws ?? []) as { fund: string; bucket: string; amount: string }[];
  return new Map(list.map(({ fund, bucket, amount }) => [`${fund} ${bucket}`, amount]));
}

const commands = fc.array(asked, { minLength: 1, maxLength: 60, size: "max" });
const RUNS = { numRuns: 150 };

test("no bucket goes below zero but by an overdraft that its entry records", () => {
  fc.assert(
    fc.property(commands, (list) => {
      play(list, (decided, before, after) => {
        const recorded = recordedOverdrafts(decided);
        for (const [bucket, { available, committed, stock }] of after) {
          expect(committed >= 0n && stock >= 0n, bucket).toBe(true);
          const was = before.get(bucket)?.available ?? 0n;
          if (available >= was || available >= 0n) continue;
          expect(recorded.get(bucket)).toBe(yuan(-available));
        }
      });
    }),
    RUNS,
  );
});

test("an overdrawn fund takes no decision that draws on it", () => {
  const decisions = ["AllocationMade", "TransferMade", "FeeCharged", "GoodsIssued"];
  fc.assert(
    fc.property(commands, (list) => {
      play(list, ({ event, data }, before) => {
        if (!decisions.includes(event.type)) return;
        const fund = String(data["fund"] ?? data["from"]);
        for (const [bucket, { available }] of before) {
          if (bucket.startsWith(fund)) expect(available).toBeGreaterThanOrEqual(0n);
        }
      });
    }),
    RUNS,
  );
});

test("what funds hold is the sum of what moved, and transfers cancel out", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const { story, moves } = play(list, () => {});
      const sum = (...measures: string[]) =>
        moves
          .filter(({ measure }) => measures.includes(measure))
          .reduce((total, { amount }) => total + amount, 0n);
      const held = [...balancesOf(story).values()].reduce(
        (a, b) => ({
          available: a.available + b.available,
          committed: a.committed + b.committed,
          stock: a.stock + b.stock,
        }),
        EMPTY_BALANCE,
      );
      expect(sum("transferred-in")).toBe(sum("transferred-out"));
      expect(held).toEqual({
        available: sum("received", "interest", "released") - sum("refunded", "fee", "allocated"),
        committed: sum("allocated", "returned") - sum("released", "disbursed"),
        stock: sum("goods-received") - sum("goods-issued"),
      });
    }),
    RUNS,
  );
});

test("the store's sums of all series equal a bigint sum of the same moves", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const { moves } = play(list, () => {});
      const exact = new Map<string, bigint>();
      const sums = createSums(1);
      const series = new Map<string, number>();
      for (const move of moves) {
        const key = seriesKey(move);
        exact.set(key, (exact.get(key) ?? 0n) + move.amount);
        if (!series.has(key)) series.set(key, series.size);
        for (const part of splitAmount(move.amount)) sums.add(series.get(key) ?? 0, part);
      }
      for (const [key, index] of series) expect(sums.get(index)).toBe(exact.get(key));
    }),
    RUNS,
  );
});

test("a reversal undoes exactly what its entry did, once, and nothing else", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const done = new Map<string, readonly Move[]>();
      const reversed = new Set<string>();
      play(list, ({ event, data, moves }) => {
        done.set(event.id, moves);
        if (event.type !== "EntryReversed") return;
        const target = String(data["reverses"]);
        expect(reversed.has(target)).toBe(false);
        reversed.add(target);
        const undone = moves.map((move) => ({ ...move, amount: -move.amount }));
        expect(undone).toEqual(done.get(target));
      });
    }),
    RUNS,
  );
});

function yuan(fen: bigint): string {
  return `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
}
