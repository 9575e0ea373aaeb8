import { describe, expect, test } from "vitest";
import { given } from "../given.ts";
import {
  allocation,
  closeFund,
  FUND,
  gift,
  goods,
  NOBODY,
  refund,
  suspendFund,
  TOWN,
  WORLD,
} from "../world.ts";

const INPUT = { fund: FUND, closedOn: "2026-05-01" };

test("closes an empty fund, which no longer counts as active", () => {
  const { books, when } = given(...WORLD, gift("5"), refund("5"));
  expect(when("CloseFund", INPUT)).toMatchObject({
    data: { wasOpen: true },
    moves: [{ measure: "funds-open", fund: FUND, community: TOWN, amount: -1n }],
  });
  expect(books.funds.get(FUND)).toMatchObject({ status: "closed" });
});

test("a suspended fund is closed without being counted off twice", () => {
  expect(given(...WORLD, suspendFund()).when("CloseFund", INPUT)).toMatchObject({
    data: { wasOpen: false },
    moves: [],
  });
});

test("a closed fund takes no gifts", () => {
  expect(given(...WORLD, closeFund()).when("ReceiveDonation", gift("5").input)).toMatchObject({
    code: "FUND_CLOSED",
  });
});

describe("refuses", () => {
  test("a day before the fund was opened", () => {
    const input = { ...INPUT, closedOn: "2026-01-04" };
    expect(given(...WORLD).when("CloseFund", input)).toMatchObject({ code: "DAY_BEFORE_ORIGIN" });
  });
  test.each([
    ["money", [gift("5")], { available: "5.00", committed: "0.00", stock: "0.00" }],
    [
      "an allocation that is not paid",
      [gift("5"), allocation("5")],
      { available: "0.00", committed: "5.00", stock: "0.00" },
    ],
    ["goods", [goods(1, "3")], { available: "0.00", committed: "0.00", stock: "3.00" }],
  ])("a fund that still holds %s", (_name, steps, params) => {
    expect(given(...WORLD, ...steps).when("CloseFund", INPUT)).toMatchObject({
      code: "FUND_NOT_EMPTY",
      params: { fund: FUND, ...params },
    });
  });
  test("a fund that is closed already", () => {
    expect(given(...WORLD, closeFund()).when("CloseFund", INPUT)).toMatchObject({
      code: "FUND_CLOSED",
    });
  });
  test("an unknown fund", () => {
    expect(given(...WORLD).when("CloseFund", { ...INPUT, fund: NOBODY })).toMatchObject({
      code: "FUND_UNKNOWN",
    });
  });
  test("a closing after today", () => {
    const input = { ...INPUT, closedOn: "2026-07-01" };
    expect(given(...WORLD).when("CloseFund", input)).toMatchObject({ code: "DAY_IN_FUTURE" });
  });
});
