import { describe, expect, test } from "vitest";
import { given, type Step, step } from "../given.ts";
import {
  chargeback,
  closeFund,
  FUND,
  gift,
  HASH,
  NOBODY,
  PROJECT,
  PROJECT_BUCKET,
  suspendFund,
  TOWN,
  WORLD,
} from "../world.ts";

const INPUT = {
  fund: FUND,
  amount: "10",
  currency: "CNY",
  agreement: HASH,
  chargedOn: "2026-03-01",
};
const HUNDRED = gift("100");

test("takes the fee out of unrestricted money unless told", () => {
  const ledger = given(...WORLD, HUNDRED);
  expect(ledger.when("ChargeFee", INPUT)).toMatchObject({
    data: { bucket: "none", community: TOWN },
    moves: [{ measure: "fee", fund: FUND, bucket: "none", amount: 1000n }],
  });
  expect(ledger.balance(FUND).available).toBe(9000n);
});

test("takes the fee out of the bucket that the agreement names", () => {
  const ledger = given(
    ...WORLD,
    gift("100", { restriction: { kind: "project", project: PROJECT } }),
  );
  ledger.when("ChargeFee", { ...INPUT, bucket: PROJECT_BUCKET });
  expect(ledger.balance(FUND, PROJECT_BUCKET).available).toBe(9000n);
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["a fee after today", "DAY_IN_FUTURE", { chargedOn: "2026-07-01" }, []],
    ["an unknown fund", "FUND_UNKNOWN", { fund: NOBODY }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a closed fund", "FUND_CLOSED", {}, [closeFund()]],
    ["a suspended fund", "FUND_SUSPENDED", {}, [HUNDRED, suspendFund()]],
    ["a fen more than there is", "INSUFFICIENT_FUNDS", { amount: "100.01" }, [HUNDRED]],
    ["money of another bucket", "INSUFFICIENT_FUNDS", { bucket: "fund" }, [HUNDRED]],
    [
      "an overdrawn fund",
      "FUND_OVERDRAWN",
      {},
      [HUNDRED, step("ChargeFee", INPUT), chargeback("100")],
    ],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    expect(given(...WORLD, ...steps).when("ChargeFee", { ...INPUT, ...more })).toMatchObject({
      code,
    });
  });
});
