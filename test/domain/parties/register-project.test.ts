import { describe, expect, test } from "vitest";
import { given, idOf } from "../given.ts";
import { FUND, NOBODY, TOWN, WORLD } from "../world.ts";

const INPUT = { title: "一米菜园", field: "green", registeredOn: "2026-02-01" };
const register = (more: object) => given(...WORLD).when("RegisterProject", { ...INPUT, ...more });

test("registers a project and counts it for its fund and community", () => {
  expect(register({ fund: FUND, community: TOWN })).toMatchObject({
    data: { parties: [] },
    moves: [{ measure: "projects-registered", fund: FUND, community: TOWN, amount: 1n }],
  });
});

test("a project has no result until it is closed", () => {
  const { books, when } = given(...WORLD);
  when("RegisterProject", INPUT, "garden");
  expect(books.projects.get(idOf("garden"))).toMatchObject({ fund: null, result: null });
});

describe("refuses", () => {
  test("an unknown fund", () => {
    expect(register({ fund: NOBODY })).toMatchObject({ code: "FUND_UNKNOWN" });
  });
  test("an unknown community", () => {
    expect(register({ community: "320582" })).toMatchObject({ code: "COMMUNITY_UNKNOWN" });
  });
  test("a registration after today", () => {
    expect(register({ registeredOn: "2026-07-01" })).toMatchObject({ code: "DAY_IN_FUTURE" });
  });
});
