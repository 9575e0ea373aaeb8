import { describe, expect, test } from "vitest";
import { given, idOf, type Step } from "../given.ts";
import { allocation, closeFund, FUND, goods, NOBODY, TOWN, WORLD } from "../world.ts";

const receive = (more: object, ...steps: readonly Step[]) =>
  given(...WORLD, ...steps).when("ReceiveGoods", goods(3, "100", more).input, "goods");

test("adds up the fair value of its items", () => {
  const items = [
    { name: "书桌", quantity: 3, unit: "张", fairValue: "100" },
    { name: "台灯", quantity: 3, unit: "盏", fairValue: "0.01" },
  ];
  expect(receive({ items })).toMatchObject({
    data: { amount: "100.01", community: TOWN, items: [{ fairValue: "100.00" }, {}] },
    moves: [{ measure: "goods-received", fund: FUND, bucket: "none", amount: 10001n }],
    event: { stream: `goods-${idOf("goods")}` },
  });
});

test("goods add nothing to the money that a fund can allocate", () => {
  const ledger = given(...WORLD, goods(3, "100"));
  expect(ledger.balance(FUND)).toEqual({ available: 0n, committed: 0n, stock: 10000n });
  expect(ledger.when("MakeAllocation", allocation("1").input)).toMatchObject({
    code: "INSUFFICIENT_FUNDS",
  });
});

describe("refuses", () => {
  const refusals: [string, string, object, Step[]][] = [
    ["goods after today", "DAY_IN_FUTURE", { receivedOn: "2026-07-01" }, []],
    ["an unknown fund", "FUND_UNKNOWN", { fund: NOBODY }, []],
    [
      "goods for a project that does not exist",
      "PROJECT_UNKNOWN",
      { restriction: { kind: "project", project: NOBODY } },
      [],
    ],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, []],
    ["a closed fund", "FUND_CLOSED", {}, [closeFund()]],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    expect(receive(more, ...steps)).toMatchObject({ code });
  });
});

test.each([
  ["no items", { items: [] }],
  ["a part of a piece", { items: [{ name: "米", quantity: 0.5, unit: "kg", fairValue: "1" }] }],
  ["a value of nothing", { items: [{ name: "米", quantity: 1, unit: "kg", fairValue: "0" }] }],
])("takes no input with %s", (_name, more) => {
  expect(() => receive(more)).toThrow();
});
