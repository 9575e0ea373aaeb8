import { describe, expect, test } from "vitest";
import { given, idOf, type Step } from "../given.ts";
import {
  allocation,
  chargeback,
  FUND,
  gift,
  NOBODY,
  PROJECT,
  payment,
  reversal,
  suspendFund,
  VILLAGE,
  WORLD,
} from "../world.ts";

const GRANTED = [gift("100"), allocation("40", { project: PROJECT })];
const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);
const pay = (amount: string, more: object = {}) => payment(amount, more).input;

test("pays a payee out of what the allocation holds", () => {
  const ledger = having(...GRANTED);
  expect(ledger.when("MakeDisbursement", pay("25"))).toMatchObject({
    data: { fund: FUND, community: VILLAGE, forProject: PROJECT, evidence: [] },
    moves: [{ measure: "disbursed", bucket: "none", project: PROJECT, amount: 2500n }],
    event: { stream: `fund-${FUND}` },
  });
  expect(ledger.balance(FUND)).toEqual({ available: 6000n, committed: 1500n, stock: 0n });
});

test("pays from the buckets in the order of the allocation's draws", () => {
  const bound = gift("30", { restriction: { kind: "fund" } }, "bound");
  expect(having(bound, ...GRANTED).when("MakeDisbursement", pay("35"))).toMatchObject({
    data: {
      draws: [
        { bucket: "fund", amount: "30.00" },
        { bucket: "none", amount: "5.00" },
      ],
    },
  });
});

test("pays at most the allocation, over any number of payments", () => {
  const ledger = having(...GRANTED, payment("39.99"));
  expect(ledger.when("MakeDisbursement", pay("0.02"))).toMatchObject({
    code: "EXCEEDS_WHAT_IS_LEFT",
    params: { asked: "0.02", left: "0.01" },
  });
  expect(ledger.when("MakeDisbursement", pay("0.01"))).toMatchObject({ data: { amount: "0.01" } });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["a payment after today", "DAY_IN_FUTURE", { paidOn: "2026-07-01" }, []],
    ["a payment before the decision", "DAY_BEFORE_ORIGIN", { paidOn: "2026-02-28" }, []],
    ["an unknown payee", "PAYEE_UNKNOWN", { payee: NOBODY }, []],
    ["what the ledger has not", "FACT_UNKNOWN", { allocation: NOBODY }, []],
    ["what is no allocation", "FACT_OF_OTHER_KIND", { allocation: idOf("gift") }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a suspended fund", "FUND_SUSPENDED", {}, [suspendFund()]],
    ["an overdrawn fund", "FUND_OVERDRAWN", {}, [chargeback("100")]],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    const result = having(...GRANTED, ...steps).when("MakeDisbursement", pay("1", more));
    expect(result).toMatchObject({ code });
  });
  test("an allocation that was reversed", () => {
    const ledger = having(...GRANTED);
    ledger.when("ReverseEntry", reversal(ledger.entryOf("allocation")).input);
    expect(ledger.when("MakeDisbursement", pay("1"))).toMatchObject({ code: "FACT_REVERSED" });
  });
});

test("takes no memo that holds a phone number", () => {
  expect(() =>
    having(...GRANTED).when("MakeDisbursement", pay("1", { memo: "电话13000000000" })),
  ).toThrow("no personal data");
});
