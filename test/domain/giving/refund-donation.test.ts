import { describe, expect, test } from "vitest";
import { given, idOf, type Step, step } from "../given.ts";
import {
  allocation,
  chargeback,
  closeFund,
  FUND,
  gift,
  NOBODY,
  refund,
  reversal,
  suspendFund,
  TOWN,
  WORLD,
} from "../world.ts";

const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);
const HUNDRED = gift("100");

test("gives a gift back out of its own bucket", () => {
  const ledger = having(gift("100", { restriction: { kind: "fund" } }));
  const result = ledger.when("RefundDonation", refund("30").input);
  expect(result).toMatchObject({
    data: { fund: FUND, community: TOWN, bucket: "fund" },
    moves: [{ measure: "refunded", fund: FUND, bucket: "fund", amount: 3000n }],
    event: { stream: `fund-${FUND}` },
  });
  expect(result).not.toHaveProperty("data.overdraws");
  expect(ledger.balance(FUND, "fund").available).toBe(7000n);
});

test("gives back at most what is left of the gift, over any number of refunds", () => {
  const ledger = having(HUNDRED, gift("100", {}, "other"), refund("60"));
  expect(ledger.when("RefundDonation", refund("40.01").input)).toMatchObject({
    code: "EXCEEDS_WHAT_IS_LEFT",
    params: { asked: "40.01", left: "40.00" },
  });
  expect(ledger.when("RefundDonation", refund("40").input)).toMatchObject({
    data: { amount: "40.00" },
  });
  expect(ledger.when("RefundDonation", refund("0.01").input)).toMatchObject({
    code: "EXCEEDS_WHAT_IS_LEFT",
  });
});

test("a refund that was reversed can be made again", () => {
  const ledger = having(HUNDRED, refund("100"));
  ledger.when("ReverseEntry", reversal(ledger.entryOf("refund")).input);
  expect(ledger.when("RefundDonation", refund("100").input)).toMatchObject({
    data: { amount: "100.00" },
  });
});

describe("a chargeback", () => {
  test("is recorded though the money is spent, and says by how much it overdraws", () => {
    const ledger = having(HUNDRED, allocation("70"));
    expect(ledger.when("RefundDonation", chargeback("100").input)).toMatchObject({
      data: { cause: "chargeback", overdraws: "70.00" },
    });
    expect(ledger.balance(FUND).available).toBe(-7000n);
  });
  test("blocks every decision of the fund until it is covered", () => {
    const ledger = having(HUNDRED, allocation("70"), chargeback("100"));
    const decide = () => ledger.when("MakeAllocation", allocation("1").input);
    expect(decide()).toMatchObject({
      code: "FUND_OVERDRAWN",
      params: { bucket: "none", amount: "70.00" },
    });
    ledger.when("ReceiveDonation", gift("70.99", {}, "cover").input);
    expect(decide()).toMatchObject({ code: "INSUFFICIENT_FUNDS", params: { available: "0.99" } });
    ledger.when("ReceiveDonation", gift("0.01").input);
    expect(decide()).toMatchObject({ data: { amount: "1.00" } });
  });
  test("is recorded on a suspended and on an overdrawn fund", () => {
    const ledger = having(
      HUNDRED,
      gift("50", {}, "other"),
      allocation("150"),
      chargeback("100"),
      suspendFund(),
    );
    const other = chargeback("50", { donation: idOf("other") }).input;
    expect(ledger.when("RefundDonation", other)).toMatchObject({ data: { overdraws: "150.00" } });
  });
  test("takes back at most the gift", () => {
    expect(having(HUNDRED).when("RefundDonation", chargeback("100.01").input)).toMatchObject({
      code: "EXCEEDS_WHAT_IS_LEFT",
    });
  });
});

describe("refuses", () => {
  const asked = refund("10").input;
  const refusals: [string, string, object, Step[]][] = [
    ["a refund after today", "DAY_IN_FUTURE", { refundedOn: "2026-07-01" }, [HUNDRED]],
    ["a gift that the ledger has not", "FACT_UNKNOWN", { donation: NOBODY }, []],
    ["what is no gift", "FACT_OF_OTHER_KIND", { donation: FUND }, []],
    ["a refund before the gift", "DAY_BEFORE_ORIGIN", { refundedOn: "2026-01-31" }, [HUNDRED]],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, [HUNDRED]],
    ["a suspended fund", "FUND_SUSPENDED", {}, [HUNDRED, suspendFund()]],
    ["what the bucket has not", "INSUFFICIENT_FUNDS", {}, [HUNDRED, allocation("95")]],
    ["an overdrawn fund", "FUND_OVERDRAWN", {}, [HUNDRED, allocation("95"), chargeback("50")]],
    [
      "a closed fund",
      "FUND_CLOSED",
      {},
      [HUNDRED, step("ChargeFee", feeOf("100"), "fee"), closeFund()],
    ],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    const result = having(...steps).when("RefundDonation", { ...asked, ...more });
    expect(result).toMatchObject({ code });
  });
  test("a gift that was reversed", () => {
    const ledger = having(HUNDRED);
    ledger.when("ReverseEntry", reversal(ledger.entryOf("gift")).input);
    expect(ledger.when("RefundDonation", asked)).toMatchObject({ code: "FACT_REVERSED" });
  });
});

function feeOf(amount: string) {
  const agreement = "cd".repeat(32);
  return { fund: FUND, amount, currency: "CNY", agreement, chargedOn: "2026-02-10" };
}
