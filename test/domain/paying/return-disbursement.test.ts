import { describe, expect, test } from "vitest";
import { given, idOf, type Step, step } from "../given.ts";
import {
  allocation,
  chargeback,
  closeFund,
  FUND,
  gift,
  NOBODY,
  payment,
  reversal,
  suspendFund,
  WORLD,
} from "../world.ts";

const INPUT = {
  disbursement: idOf("payment"),
  amount: "10",
  currency: "CNY",
  returnedOn: "2026-04-01",
};
const PAID = [gift("100"), allocation("40"), payment("25")];
const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);

test("returns to the allocation, where it can be paid again; it is no income", () => {
  const ledger = having(...PAID);
  expect(ledger.when("ReturnDisbursement", INPUT)).toMatchObject({
    data: { allocation: idOf("allocation"), fund: FUND },
    moves: [{ measure: "returned", fund: FUND, bucket: "none", amount: 1000n }],
  });
  expect(ledger.balance(FUND)).toEqual({ available: 6000n, committed: 2500n, stock: 0n });
  expect(ledger.when("MakeDisbursement", payment("25").input)).toMatchObject({
    data: { amount: "25.00" },
  });
});

test("returns at most what was paid, over any number of returns", () => {
  const ledger = having(...PAID, step("ReturnDisbursement", INPUT));
  expect(ledger.when("ReturnDisbursement", { ...INPUT, amount: "15.01" })).toMatchObject({
    code: "EXCEEDS_WHAT_IS_LEFT",
    params: { left: "15.00" },
  });
  expect(ledger.when("ReturnDisbursement", { ...INPUT, amount: "15" })).toMatchObject({
    data: { amount: "15.00" },
  });
});

test("the bucket that paid last gets its money back first", () => {
  const bound = gift("10", { restriction: { kind: "fund" } }, "bound");
  expect(
    having(bound, ...PAID).when("ReturnDisbursement", { ...INPUT, amount: "20" }),
  ).toMatchObject({
    data: {
      draws: [
        { bucket: "none", amount: "15.00" },
        { bucket: "fund", amount: "5.00" },
      ],
    },
  });
});

test("is a fact: a suspended and an overdrawn fund take it", () => {
  const ledger = having(...PAID, chargeback("100"), suspendFund());
  expect(ledger.when("ReturnDisbursement", INPUT)).toMatchObject({ data: { amount: "10.00" } });
});

describe("refuses", () => {
  const refusals: [string, string, object][] = [
    ["a return after today", "DAY_IN_FUTURE", { returnedOn: "2026-07-01" }],
    ["a return before the payment", "DAY_BEFORE_ORIGIN", { returnedOn: "2026-03-09" }],
    ["what the ledger has not", "FACT_UNKNOWN", { disbursement: NOBODY }],
    ["what is no payment", "FACT_OF_OTHER_KIND", { disbursement: idOf("gift") }],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }],
  ];
  test.each(refusals)("%s", (_name, code, more) => {
    expect(having(...PAID).when("ReturnDisbursement", { ...INPUT, ...more })).toMatchObject({
      code,
    });
  });
  test("a payment that was reversed", () => {
    const ledger = having(...PAID);
    ledger.when("ReverseEntry", reversal(ledger.entryOf("payment")).input);
    expect(ledger.when("ReturnDisbursement", INPUT)).toMatchObject({ code: "FACT_REVERSED" });
  });
  test("a closed fund", () => {
    const ledger = having(gift("25"), allocation("25"), payment("25"), closeFund());
    expect(ledger.when("ReturnDisbursement", INPUT)).toMatchObject({ code: "FUND_CLOSED" });
  });
});
