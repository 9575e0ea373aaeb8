import { describe, expect, test } from "vitest";
import { given, type Step, step } from "../given.ts";
import {
  CITY,
  CITY_FUND,
  chargeback,
  closeFund,
  FUND,
  gift,
  HASH,
  NOBODY,
  suspendFund,
  TOWN,
  WORLD,
} from "../world.ts";

const INPUT = {
  from: FUND,
  to: CITY_FUND,
  amount: "40",
  currency: "CNY",
  transferredOn: "2026-03-01",
};
const HUNDRED = gift("100");
const transfer = (more: object, ...steps: readonly Step[]) =>
  given(...WORLD, ...steps).when("MakeTransfer", { ...INPUT, ...more });

test("moves money between two funds in one entry, and none of it is income", () => {
  const ledger = given(...WORLD, HUNDRED);
  expect(ledger.when("MakeTransfer", INPUT)).toMatchObject({
    data: { fromCommunity: TOWN, toCommunity: CITY, bucket: "none" },
    moves: [
      { measure: "transferred-out", fund: FUND, community: TOWN, amount: 4000n },
      { measure: "transferred-in", fund: CITY_FUND, community: CITY, amount: 4000n },
    ],
    event: { stream: `fund-${FUND}` },
  });
  expect(ledger.balance(FUND).available).toBe(6000n);
  expect(ledger.balance(CITY_FUND).available).toBe(4000n);
});

test("the restriction goes along", () => {
  const ledger = given(
    ...WORLD,
    gift("100", { restriction: { kind: "purpose", purpose: "助学" } }),
  );
  ledger.when("MakeTransfer", { ...INPUT, bucket: "purpose:助学" });
  expect(ledger.balance(CITY_FUND, "purpose:助学").available).toBe(4000n);
  expect(ledger.balance(CITY_FUND).available).toBe(0n);
});

test("what is bound to the fund leaves it with the donor's consent only", () => {
  const bound = gift("100", { restriction: { kind: "fund" } });
  expect(transfer({ bucket: "fund" }, bound)).toMatchObject({ code: "CONSENT_NEEDED" });
  expect(transfer({ bucket: "fund", consent: HASH }, bound)).toMatchObject({
    data: { consent: HASH },
  });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["a transfer after today", "DAY_IN_FUTURE", { transferredOn: "2026-07-01" }, []],
    ["one fund on both sides", "SAME_FUND", { to: FUND }, []],
    ["an unknown source", "FUND_UNKNOWN", { from: NOBODY }, []],
    ["an unknown target", "FUND_UNKNOWN", { to: NOBODY }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a closed source", "FUND_CLOSED", {}, [closeFund()]],
    ["a closed target", "FUND_CLOSED", {}, [HUNDRED, closeFund(CITY_FUND)]],
    ["a suspended source", "FUND_SUSPENDED", {}, [HUNDRED, suspendFund()]],
    ["a fen more than there is", "INSUFFICIENT_FUNDS", { amount: "100.01" }, [HUNDRED]],
    ["money of another bucket", "INSUFFICIENT_FUNDS", { bucket: "purpose:助老" }, [HUNDRED]],
    [
      "an overdrawn source",
      "FUND_OVERDRAWN",
      { amount: "1", bucket: "purpose:助学" },
      [
        HUNDRED,
        gift("5", { restriction: { kind: "purpose", purpose: "助学" } }, "other"),
        step("MakeTransfer", INPUT),
        chargeback("100"),
      ],
    ],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    expect(transfer(more, ...steps)).toMatchObject({ code });
  });
});
