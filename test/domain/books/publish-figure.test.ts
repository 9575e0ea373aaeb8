import { describe, expect, test } from "vitest";
import { factOfType } from "../../../src/domain/facts.ts";
import { given, type Step } from "../given.ts";
import { allocation, FUND, gift, reversal, WORLD } from "../world.ts";

const ROW = { definition: "allocated", currency: "CNY" };
const publish = (steps: readonly Step[], more: object = {}) =>
  given(...WORLD, ...steps).when("PublishFigure", {
    figure: "grassroots-total.value",
    row: ROW,
    publishedOn: "2026-06-30",
    ...more,
  });

test("is an approver's to record", () => {
  expect(factOfType("FigurePublished")?.roles).toEqual(["approver"]);
});

test("records what the entries add up to, from how many, and moves nothing", () => {
  expect(publish([gift("100"), allocation("40"), allocation("2.50", {}, "more")])).toMatchObject({
    data: {
      definition: "grassroots-total",
      definitionVersion: 1,
      size: WORLD.length + 3,
      value: "42.50",
      currency: "CNY",
      entries: 2,
    },
    moves: [],
  });
});

test("counts an entry that was reversed and its reversal", () => {
  const steps = [gift("100"), allocation("40"), reversal(WORLD.length + 2)];
  expect(publish(steps)).toMatchObject({ data: { value: "0.00", entries: 2 } });
});

test("counts nothing after the entry or the day that was asked for", () => {
  const steps = [
    gift("100"),
    allocation("40"),
    allocation("5", { allocatedOn: "2026-04-01" }, "b"),
  ];
  expect(publish(steps, { asOf: WORLD.length + 2 })).toMatchObject({ data: { value: "40.00" } });
  expect(publish(steps, { upTo: "2026-03-31" })).toMatchObject({ data: { value: "40.00" } });
});

test("a count has no currency, a figure of a fund has the fund's", () => {
  const count = { figure: "counts.value", row: { count: "funds-open-township" } };
  expect(publish([], count)).toMatchObject({ data: { value: "1", entries: 1 } });
  expect(publish([], count)).not.toHaveProperty("data.currency");
  const cash = { figure: "fund-balances.cash", row: { bucket: "*", fund: FUND } };
  expect(publish([gift("7")], cash)).toMatchObject({ data: { value: "7.00", currency: "CNY" } });
});

test("stores the row's names in one order", () => {
  const row = { definition: "allocated", currency: "CNY" };
  expect(JSON.stringify(publish([], { row }))).toContain('{"currency":"CNY","definition"');
});

describe("refuses", () => {
  test("a day that has not come", () => {
    const tomorrow = { publishedOn: "2026-07-01" };
    expect(publish([], tomorrow)).toMatchObject({ code: "DAY_IN_FUTURE" });
    expect(publish([], { upTo: "2026-07-01" })).toMatchObject({ code: "DAY_IN_FUTURE" });
  });

  test("a figure that does not exist", () => {
    expect(publish([], { figure: "nothing.value" })).toMatchObject({ code: "FIGURE_UNKNOWN" });
  });

  test("a value that the caller brings along", () => {
    expect(() => publish([], { value: "1.00" })).toThrow(/unrecognized/i);
  });
});
