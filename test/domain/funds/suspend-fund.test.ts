import { describe, expect, test } from "vitest";
import { given } from "../given.ts";
import { allocation, closeFund, FUND, gift, NOBODY, suspendFund, TOWN, WORLD } from "../world.ts";

const INPUT = { fund: FUND, suspendedOn: "2026-02-01" };

test("suspends an open fund, which no longer counts as active", () => {
  const { books, when } = given(...WORLD);
  expect(when("SuspendFund", INPUT)).toMatchObject({
    data: { community: TOWN },
    moves: [{ measure: "funds-open", fund: FUND, community: TOWN, amount: -1n }],
  });
  expect(books.funds.get(FUND)).toMatchObject({ status: "suspended" });
});

test("a suspended fund takes gifts but decides nothing", () => {
  const { when } = given(...WORLD, suspendFund());
  expect(when("ReceiveDonation", gift("5").input)).toMatchObject({ data: { amount: "5.00" } });
  expect(when("MakeAllocation", allocation("1").input)).toMatchObject({ code: "FUND_SUSPENDED" });
});

describe("refuses", () => {
  test("a day before the fund was opened", () => {
    const input = { ...INPUT, suspendedOn: "2026-01-04" };
    expect(given(...WORLD).when("SuspendFund", input)).toMatchObject({ code: "DAY_BEFORE_ORIGIN" });
  });
  test("an unknown fund", () => {
    expect(given(...WORLD).when("SuspendFund", { ...INPUT, fund: NOBODY })).toMatchObject({
      code: "FUND_UNKNOWN",
    });
  });
  test("a fund that is suspended already", () => {
    expect(given(...WORLD, suspendFund()).when("SuspendFund", INPUT)).toMatchObject({
      code: "FUND_SUSPENDED",
    });
  });
  test("a closed fund", () => {
    expect(given(...WORLD, closeFund()).when("SuspendFund", INPUT)).toMatchObject({
      code: "FUND_CLOSED",
    });
  });
  test("a suspension after today", () => {
    const input = { ...INPUT, suspendedOn: "2026-07-01" };
    expect(given(...WORLD).when("SuspendFund", input)).toMatchObject({ code: "DAY_IN_FUTURE" });
  });
});
