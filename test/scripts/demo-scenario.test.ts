// The demo must tell the story it promises. The rules themselves judge every request, without a
// store: what is refused fails the test, and the figures are summed from the moves.

import { beforeAll, describe, expect, test } from "vitest";
import { FIRST_DAY, LAST_DAY } from "../../scripts/demo/request.ts";
import { type DemoRequest, demoScenario } from "../../scripts/demo/scenario.ts";
import { FACTS, factOfCommand } from "../../src/domain/facts.ts";
import type { Move } from "../../src/domain/move.ts";
import { formatAmount } from "../../src/kernel/money.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import { pureLedger } from "./demo-ledger.ts";

const ledger = pureLedger();

beforeAll(() => {
  for (const request of demoScenario()) ledger.record(request);
});

/** The sum of the charity moves that `sign` gives a sign to. */
function total(sign: (move: Move) => bigint): bigint {
  let sum = 0n;
  for (const { moves } of ledger.facts) {
    for (const move of moves) {
      if (!move.bucket?.startsWith("fiscal/")) sum += sign(move) * move.amount;
    }
  }
  return sum;
}

/** A sum over what is done for townships and villages. */
function forGrassroots(plus: string, minus: string): bigint {
  return total(({ measure, community }) => {
    const level = ledger.books.communities.get(community ?? "")?.level;
    if (level !== "township" && level !== "village") return 0n;
    return measure === plus ? 1n : measure === minus ? -1n : 0n;
  });
}

function openFunds(level: string): number {
  return [...ledger.books.funds.values()].filter(
    (fund) => fund.level === level && fund.status === "open",
  ).length;
}

describe("the demo of Suzhou", () => {
  test("allocates exactly 52,000,000.00 yuan to the grassroots", () => {
    expect(formatAmount(forGrassroots("allocated", "released"), "CNY")).toBe("52000000.00");
  });

  test("received and disbursed are other figures", () => {
    const received = total(({ measure, fund }) => {
      const level = ledger.books.funds.get(fund ?? "")?.level;
      if (level !== "township" && level !== "village") return 0n;
      if (measure === "received" || measure === "transferred-in") return 1n;
      return measure === "refunded" || measure === "transferred-out" ? -1n : 0n;
    });
    expect(formatAmount(received, "CNY")).toBe("54788200.00");
    expect(formatAmount(forGrassroots("disbursed", "returned"), "CNY")).toBe("49480663.00");
  });

  test("has 97 township and 565 village funds, and 118 projects closed successfully", () => {
    expect(openFunds("township")).toBe(97);
    expect(openFunds("village")).toBe(565);
    const results = [...ledger.books.projects.values()].map(({ result }) => result);
    expect(results.filter((result) => result === "succeeded")).toHaveLength(118);
    expect(results.filter((result) => result === "ended")).toHaveLength(4);
    expect(results.filter((result) => result === null)).toHaveLength(9);
  });

  test("pays for what it does: nothing is overdrawn at the end", () => {
    for (const buckets of ledger.books.balances.values()) {
      for (const { available, committed, stock } of buckets.values()) {
        expect(available >= 0n && committed >= 0n && stock >= 0n).toBe(true);
      }
    }
  });

  test("shows every kind of fact there is", () => {
    // Figures are published once everything else is on the log, and keys are the log's own matter.
    const others = ["FigurePublished", "LogKeyAnnounced", "LogKeyRetired"];
    const kinds = new Set([...ledger.facts.map(({ event }) => event.type), ...others]);
    expect(FACTS.map(({ type }) => type).filter((type) => !kinds.has(type))).toEqual([]);
  });

  test("is of a size that loads in seconds", () => {
    expect(ledger.facts.length).toBeGreaterThan(6_000);
    expect(ledger.facts.length).toBeLessThanOrEqual(10_000);
  });

  test("hands money down from the city over a township to a village", () => {
    const tiers = dataOf("TransferMade").map(
      ({ fromCommunity, toCommunity }) =>
        `${String(fromCommunity).length}>${String(toCommunity).length}`,
    );
    expect(dataOf("TransferMade").some(({ fromCommunity }) => fromCommunity === "320500")).toBe(
      true,
    );
    expect(new Set(tiers)).toEqual(new Set(["6>9", "9>12", "12>12"]));
  });

  test("overdraws one bucket by a chargeback, and covers it", () => {
    const overdrawn = dataOf("DonationRefunded").filter(({ overdraws }) => overdraws);
    expect(overdrawn).toMatchObject([
      { cause: "chargeback", overdraws: "5000.00", bucket: "purpose:冬衣" },
    ]);
    const [{ fund }] = overdrawn as [{ fund: string }];
    expect(ledger.books.balances.get(fund)?.get("purpose:冬衣")?.available).toBe(0n);
  });

  test("tells of the wish that became a desk", () => {
    const project = ledger.books.projects.get(eventIdOfKey("demo-desk"));
    expect(project).toMatchObject({ title: "微梦想：小书桌", result: "succeeded" });
    const paid = dataOf("DisbursementMade").filter(({ forProject }) => forProject === project?.id);
    expect(paid).toMatchObject([{ amount: "1600.00", community: "320505002015" }]);
  });

  test("keeps fiscal money in buckets of its own", () => {
    const fiscal = ledger.facts.flatMap(({ moves }) =>
      moves.filter(({ bucket }) => bucket?.startsWith("fiscal/")),
    );
    const buckets = new Set(fiscal.map(({ bucket }) => bucket));
    expect(buckets).toEqual(new Set(["fiscal/purpose:社工培训", "fiscal/purpose:社区服务社会化"]));
  });

  test("says everywhere that it is a demo, and lies within its years", () => {
    expect(ledger.books.ledger.get("ledger")).toMatchObject({ demo: true });
    for (const { name } of [...ledger.books.hosts.values(), ...ledger.books.funds.values()]) {
      expect(name).toMatch(/（演示）$/);
    }
    const days = [...demoScenario()].map(dayOf);
    expect(days.every((day) => day >= FIRST_DAY && day <= LAST_DAY)).toBe(true);
    expect(days.some((day, index) => day < (days[index - 1] ?? day))).toBe(true);
  });

  test("is the same every time", () => {
    expect([...demoScenario()]).toEqual([...demoScenario()]);
  });
});

function dayOf({ command, input }: DemoRequest): string {
  return factOfCommand(command)?.on(input) ?? "";
}

function dataOf(type: string): Record<string, unknown>[] {
  return ledger.facts
    .filter(({ event }) => event.type === type)
    .map(({ event }) => event.data as Record<string, unknown>);
}
