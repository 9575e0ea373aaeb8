import { describe, expect, test } from "vitest";
import { given, idOf, type Step } from "../given.ts";
import {
  allocation,
  chargeback,
  FUND,
  gift,
  NOBODY,
  payment,
  reversal,
  suspendFund,
  VILLAGE,
  WORLD,
} from "../world.ts";

const INPUT = {
  allocation: idOf("allocation"),
  amount: "10",
  currency: "CNY",
  releasedOn: "2026-04-01",
};
const GRANTED = [gift("100"), allocation("40")];
const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);

test("gives back what is not yet paid", () => {
  const ledger = having(...GRANTED, payment("25"));
  expect(ledger.when("ReleaseAllocation", { ...INPUT, amount: "15" })).toMatchObject({
    data: { fund: FUND, community: VILLAGE, forProject: null },
    moves: [{ measure: "released", fund: FUND, bucket: "none", community: VILLAGE, amount: 1500n }],
  });
  expect(ledger.balance(FUND)).toEqual({ available: 7500n, committed: 0n, stock: 0n });
});

test("the bucket that paid last gets its money back first", () => {
  const bound = gift("30", { restriction: { kind: "fund" } }, "bound");
  const result = having(bound, ...GRANTED).when("ReleaseAllocation", { ...INPUT, amount: "15" });
  expect(result).toMatchObject({
    data: {
      draws: [
        { bucket: "none", amount: "10.00" },
        { bucket: "fund", amount: "5.00" },
      ],
    },
  });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["a fen more than is left", "EXCEEDS_WHAT_IS_LEFT", { amount: "15.01" }, [payment("25")]],
    ["a release after today", "DAY_IN_FUTURE", { releasedOn: "2026-07-01" }, []],
    ["a release before the decision", "DAY_BEFORE_ORIGIN", { releasedOn: "2026-02-28" }, []],
    ["what the ledger has not", "FACT_UNKNOWN", { allocation: NOBODY }, []],
    ["what is no allocation", "FACT_OF_OTHER_KIND", { allocation: idOf("gift") }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a suspended fund", "FUND_SUSPENDED", {}, [suspendFund()]],
    ["an overdrawn fund", "FUND_OVERDRAWN", {}, [chargeback("100")]],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    const result = having(...GRANTED, ...steps).when("ReleaseAllocation", { ...INPUT, ...more });
    expect(result).toMatchObject({ code });
  });
  test("an allocation that was reversed", () => {
    const ledger = having(...GRANTED);
    ledger.when("ReverseEntry", reversal(ledger.entryOf("allocation")).input);
    expect(ledger.when("ReleaseAllocation", INPUT)).toMatchObject({ code: "FACT_REVERSED" });
  });
});
