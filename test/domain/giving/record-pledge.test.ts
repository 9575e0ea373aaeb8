import { describe, expect, test } from "vitest";
import { given, type Step } from "../given.ts";
import { allocation, closeFund, FUND, NOBODY, TOWN, WORLD } from "../world.ts";

const INPUT = { fund: FUND, amount: "500", currency: "CNY", pledgedOn: "2026-02-01" };

test("a pledge is a memo: it counts as pledged and nothing of it can be allocated", () => {
  const ledger = given(...WORLD);
  expect(ledger.when("RecordPledge", INPUT)).toMatchObject({
    moves: [{ measure: "pledged", fund: FUND, bucket: null, community: TOWN, amount: 50000n }],
  });
  expect(ledger.balance(FUND)).toEqual({ available: 0n, committed: 0n, stock: 0n });
  expect(ledger.when("MakeAllocation", allocation("1").input)).toMatchObject({
    code: "INSUFFICIENT_FUNDS",
  });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["a pledge after today", "DAY_IN_FUTURE", { pledgedOn: "2026-07-01" }, []],
    ["a due day before the pledge", "DAYS_REVERSED", { dueOn: "2026-01-31" }, []],
    ["an unknown fund", "FUND_UNKNOWN", { fund: NOBODY }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a closed fund", "FUND_CLOSED", {}, [closeFund()]],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    const result = given(...WORLD, ...steps).when("RecordPledge", { ...INPUT, ...more });
    expect(result).toMatchObject({ code });
  });
});
