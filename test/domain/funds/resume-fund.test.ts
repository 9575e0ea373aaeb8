import { describe, expect, test } from "vitest";
import { given } from "../given.ts";
import { closeFund, FUND, NOBODY, suspendFund, TOWN, WORLD } from "../world.ts";

const INPUT = { fund: FUND, resumedOn: "2026-03-01" };

test("resumes a suspended fund, which counts as active again", () => {
  const { books, when } = given(...WORLD, suspendFund());
  expect(when("ResumeFund", INPUT)).toMatchObject({
    moves: [{ measure: "funds-open", fund: FUND, community: TOWN, amount: 1n }],
  });
  expect(books.funds.get(FUND)).toMatchObject({ status: "open" });
});

describe("refuses", () => {
  test.each([
    ["an open fund", []],
    ["a closed fund", [closeFund()]],
  ])("%s", (_name, steps) => {
    expect(given(...WORLD, ...steps).when("ResumeFund", INPUT)).toMatchObject({
      code: "FUND_NOT_SUSPENDED",
    });
  });
  test("an unknown fund", () => {
    expect(given(...WORLD).when("ResumeFund", { ...INPUT, fund: NOBODY })).toMatchObject({
      code: "FUND_UNKNOWN",
    });
  });
  test("a resumption after today", () => {
    const input = { ...INPUT, resumedOn: "2026-07-01" };
    expect(given(...WORLD, suspendFund()).when("ResumeFund", input)).toMatchObject({
      code: "DAY_IN_FUTURE",
    });
  });
});
