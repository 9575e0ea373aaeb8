import { expect, test } from "vitest";
import { given } from "../given.ts";
import { WORLD } from "../world.ts";

const INPUT = {
  vkey: `log.example/a+0a1b2c3d+${"A".repeat(44)}`,
  lastSize: 12,
  retiredOn: "2026-02-01",
};

test("says the last size that a key signs, and moves nothing", () => {
  expect(given(...WORLD).when("RetireLogKey", INPUT)).toMatchObject({ data: INPUT, moves: [] });
});

test("refuses a day to come", () => {
  const input = { ...INPUT, retiredOn: "2099-01-01" };
  expect(given(...WORLD).when("RetireLogKey", input)).toMatchObject({ code: "DAY_IN_FUTURE" });
});
