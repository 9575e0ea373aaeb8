// Goal: whatever is asked in whatever order, no money appears, vanishes or is spent twice.
// Method: random commands on two funds and three kinds of bucket, refused or not; after every fact
// the invariants are checked, the sums by a second count of our own. A failure prints its seed.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Balance, EMPTY_BALANCE } from "../../src/domain/books.ts";
import { type Move, seriesKey } from "../../src/domain/move.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { createSums, splitAmount } from "../../src/kernel/sums.ts";
import { type Decided, openStory, type Story } from "../domain/given.ts";
import { type Asked, askedCommand, FUNDS, stepOf, yuan } from "../domain/random-commands.ts";
import { WORLD } from "../domain/world.ts";

/** Carries the commands out; calls back before and after each fact that was recorded. */
function play(
  commands: readonly Asked[],
  check: (decided: Decided, before: Balances, after: Balances) => void,
): { story: Story; moves: Move[] } {
  const story = openStory();
  for (const one of WORLD) story.record(one);
  const moves: Move[] = [];
  commands.forEach((command, at) => {
    const one = stepOf(story, command, `command ${at}`);
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

const commands = fc.array(askedCommand, { minLength: 1, maxLength: 60, size: "max" });
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

// On a cluster the order of a fund's own stream is all that keeps two nodes from spending its money
// twice, so nothing may take from a fund without standing there.
test("whatever takes from what a fund holds stands on that fund's stream", () => {
  fc.assert(
    fc.property(commands, (list) => {
      play(list, ({ event }, before, after) => {
        for (const [bucket, { available, committed, stock }] of after) {
          const was = before.get(bucket) ?? EMPTY_BALANCE;
          if (available >= was.available && committed >= was.committed && stock >= was.stock) {
            continue;
          }
          expect(event.stream).toBe(`fund-${bucket.split(" ")[0]}`);
        }
      });
    }),
    RUNS,
  );
});

test("the random commands reach every fact that moves money, and overdrafts", () => {
  const types = new Set<string>();
  let overdrafts = 0;
  for (const list of fc.sample(commands, { numRuns: 200, seed: 1 })) {
    play(list, (decided) => {
      types.add(decided.event.type);
      overdrafts += recordedOverdrafts(decided).size;
    });
  }
  expect(types.size).toBe(13);
  expect(overdrafts).toBeGreaterThan(5);
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
