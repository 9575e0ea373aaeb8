import { describe, expect, test } from "vitest";
import { given, idOf, type Step } from "../given.ts";
import { closeFund, FUND, NOBODY, suspendFund, TOWN, WORLD } from "../world.ts";

const INPUT = { fund: FUND, amount: "0.37", currency: "CNY", receivedOn: "2026-03-21" };

test("adds interest to the bucket that earned it", () => {
  const ledger = given(...WORLD);
  expect(ledger.when("ReceiveInterest", { ...INPUT, bucket: "fund" }, "interest")).toMatchObject({
    data: { community: TOWN },
    moves: [{ measure: "interest", fund: FUND, bucket: "fund", amount: 37n }],
    event: { stream: `interest-${idOf("interest")}` },
  });
  expect(ledger.balance(FUND, "fund").available).toBe(37n);
});

test("a suspended fund still earns interest", () => {
  expect(given(...WORLD, suspendFund()).when("ReceiveInterest", INPUT)).toMatchObject({
    data: { bucket: "none" },
  });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["interest after today", "DAY_IN_FUTURE", { receivedOn: "2026-07-01" }, []],
    ["a bucket of no project", "PROJECT_UNKNOWN", { bucket: `project:${NOBODY}` }, []],
    ["a bucket of no day", "BUCKET_NOT_ALLOWED", { bucket: "time:2026-02-30" }, []],
    ["an unknown fund", "FUND_UNKNOWN", { fund: NOBODY }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a closed fund", "FUND_CLOSED", {}, [closeFund()]],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    const result = given(...WORLD, ...steps).when("ReceiveInterest", { ...INPUT, ...more });
    expect(result).toMatchObject({ code });
  });
});
