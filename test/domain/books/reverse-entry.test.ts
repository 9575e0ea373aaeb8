import { describe, expect, test } from "vitest";
import { factOfType } from "../../../src/domain/facts.ts";
import { type Given, given, idOf, type Step, step } from "../given.ts";
import {
  allocation,
  CITY_FUND,
  chargeback,
  FUND,
  gift,
  goods,
  issue,
  payment,
  refund,
  reversal,
  WORLD,
} from "../world.ts";

const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);
const reverse = (ledger: Given, key: string, more: object = {}) =>
  ledger.when("ReverseEntry", reversal(ledger.entryOf(key), more).input, `reversal of ${key}`);
const returned = (amount: string) =>
  step(
    "ReturnDisbursement",
    { disbursement: idOf("payment"), amount, currency: "CNY", returnedOn: "2026-04-01" },
    "return",
  );
const PAID = [gift("100"), allocation("40"), payment("25")];

test("a reversal must say why", () => {
  expect(factOfType("EntryReversed")?.needsReason).toBe(true);
});

test("names the entry, carries what it undoes and moves exactly that back", () => {
  const ledger = having(gift("100"), allocation("40"));
  expect(reverse(ledger, "allocation")).toMatchObject({
    data: {
      reverses: idOf("allocation"),
      reversedType: "AllocationMade",
      fund: FUND,
      undoes: [{ measure: "allocated", bucket: "none", amount: "40.00" }],
    },
    moves: [{ measure: "allocated", fund: FUND, bucket: "none", amount: -4000n }],
  });
  expect(ledger.balance(FUND)).toEqual({ available: 10000n, committed: 0n, stock: 0n });
});

test("undoes both sides of a transfer, and a pledge, which has no bucket", () => {
  const pledge = { fund: FUND, amount: "5", currency: "CNY", pledgedOn: "2026-02-01" };
  const transfer = {
    from: FUND,
    to: CITY_FUND,
    amount: "40",
    currency: "CNY",
    transferredOn: "2026-03-01",
  };
  const ledger = having(
    gift("100"),
    step("MakeTransfer", transfer, "transfer"),
    step("RecordPledge", pledge, "pledge"),
  );
  reverse(ledger, "transfer");
  expect(ledger.balance(FUND).available).toBe(10000n);
  expect(ledger.balance(CITY_FUND).available).toBe(0n);
  expect(reverse(ledger, "pledge")).toMatchObject({
    moves: [{ measure: "pledged", amount: -500n }],
  });
});

test("an entry is reversed once, and its red entry never", () => {
  const ledger = having(gift("100"));
  reverse(ledger, "gift");
  expect(reverse(ledger, "gift")).toMatchObject({ code: "FACT_REVERSED" });
  expect(reverse(ledger, "reversal of gift")).toMatchObject({ code: "ENTRY_NOT_REVERSIBLE" });
});

test("what builds on an entry is reversed first", () => {
  const ledger = having(...PAID);
  const later = ledger.entryOf("payment");
  expect(reverse(ledger, "allocation")).toMatchObject({
    code: "ENTRY_HAS_FOLLOW_UPS",
    params: { later },
  });
  reverse(ledger, "payment");
  expect(reverse(ledger, "allocation")).toMatchObject({ data: { reversedType: "AllocationMade" } });
  expect(ledger.balance(FUND)).toEqual({ available: 10000n, committed: 0n, stock: 0n });
});

test("a receipt written for a gift does not keep it from being reversed", () => {
  const receipt = {
    donation: idOf("gift"),
    code: "32010125",
    number: "0000000042",
    issuedOn: "2026-02-02",
  };
  expect(reverse(having(gift("1"), step("RecordReceipt", receipt)), "gift")).toMatchObject({
    data: { reversedType: "DonationReceived" },
  });
});

describe("a reversal that overdraws", () => {
  const spent = () => having(gift("100"), allocation("70"));
  test("is refused unless the overdraft is accepted", () => {
    expect(reverse(spent(), "gift")).toMatchObject({
      code: "WOULD_OVERDRAW",
      params: { bucket: "none", amount: "70.00" },
    });
  });
  test("records the overdraft it was told to accept, which then blocks decisions", () => {
    const ledger = spent();
    expect(reverse(ledger, "gift", { acceptOverdraft: true })).toMatchObject({
      data: { overdraws: [{ fund: FUND, bucket: "none", amount: "70.00" }] },
    });
    expect(ledger.balance(FUND).available).toBe(-7000n);
    expect(ledger.when("MakeAllocation", allocation("1").input)).toMatchObject({
      code: "FUND_OVERDRAWN",
    });
  });
  test("is one that lowers a bucket: what helps an overdrawn one needs no word", () => {
    const ledger = having(gift("100"), allocation("70"), chargeback("100"));
    const result = reverse(ledger, "allocation");
    expect(result).toMatchObject({ data: { acceptOverdraft: false } });
    expect(result).not.toHaveProperty("data.overdraws");
    expect(ledger.balance(FUND).available).toBe(0n);
  });
  test("is named on the side that would be overdrawn", () => {
    const transfer = {
      from: FUND,
      to: CITY_FUND,
      amount: "40",
      currency: "CNY",
      transferredOn: "2026-03-01",
    };
    const away = { ...allocation("30").input, fund: CITY_FUND };
    const ledger = having(
      gift("100"),
      step("MakeTransfer", transfer, "transfer"),
      step("MakeAllocation", away, "away"),
    );
    expect(reverse(ledger, "transfer", { acceptOverdraft: true })).toMatchObject({
      data: { overdraws: [{ fund: CITY_FUND, bucket: "none", amount: "30.00" }] },
    });
  });
});

test("refuses to take from an allocation what it has paid since", () => {
  const again = payment("25", {}, "again");
  const ledger = having(...PAID, returned("10"), again);
  expect(reverse(ledger, "return")).toMatchObject({
    code: "WOULD_UNCOVER_PAYMENTS",
    params: { entry: ledger.entryOf("allocation"), bucket: "none" },
  });
  reverse(ledger, "again");
  expect(reverse(ledger, "return")).toMatchObject({
    data: { follows: [idOf("payment"), idOf("allocation")] },
  });
});

test("a refund, a chargeback and goods can be reversed, and leave what was before", () => {
  const ledger = having(
    gift("100"),
    refund("30"),
    allocation("70"),
    goods(3, "10"),
    issue(1),
    chargeback("70"),
  );
  for (const key of ["issue", "chargeback", "refund"]) {
    expect(reverse(ledger, key)).toHaveProperty("data.reverses", idOf(key));
  }
  expect(ledger.balance(FUND)).toEqual({ available: 3000n, committed: 7000n, stock: 1000n });
});

describe("refuses", () => {
  test("an entry that does not exist", () => {
    expect(having().when("ReverseEntry", reversal(999).input)).toMatchObject({
      code: "ENTRY_UNKNOWN",
    });
  });
  test.each(["ledger", "fund", "project"])("an entry that moves no money: %s", (key) => {
    expect(reverse(having(), key)).toMatchObject({ code: "ENTRY_NOT_REVERSIBLE" });
  });
  test("a reversal dated before what it undoes", () => {
    const ledger = having(gift("1"));
    expect(reverse(ledger, "gift", { reversedOn: "2026-01-31" })).toMatchObject({
      code: "DAY_BEFORE_ORIGIN",
      params: { day: "2026-01-31", origin: "2026-02-01" },
    });
    expect(reverse(ledger, "gift", { reversedOn: "2026-02-01" })).toHaveProperty("event");
  });
  test("a reversal after today", () => {
    expect(reverse(having(gift("1")), "gift", { reversedOn: "2026-07-01" })).toMatchObject({
      code: "DAY_IN_FUTURE",
    });
  });
});

test("refuses to undo what a closed fund was a part of", () => {
  const ledger = having(gift("5"), refund("5"));
  expect(ledger.when("CloseFund", { fund: FUND, closedOn: "2026-05-01" })).toMatchObject({
    event: { type: "FundClosed" },
  });
  expect(reverse(ledger, "gift")).toMatchObject({ code: "FUND_CLOSED", params: { fund: FUND } });
});
