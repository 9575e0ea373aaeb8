import { describe, expect, test } from "vitest";
import { given, step } from "../given.ts";
import { FUND, NOBODY, PROJECT, TOWN, WORLD } from "../world.ts";

const INPUT = { project: PROJECT, result: "succeeded", closedOn: "2026-05-01" };

test.each([
  ["succeeded", "projects-succeeded"],
  ["ended", "projects-ended"],
])("a project that %s counts among %s", (result, measure) => {
  const { books, when } = given(...WORLD);
  expect(when("CloseProject", { ...INPUT, result })).toMatchObject({
    data: { fund: FUND, community: TOWN },
    moves: [{ measure, fund: FUND, community: TOWN, amount: 1n }],
  });
  expect(books.projects.get(PROJECT)).toMatchObject({ result });
});

describe("refuses", () => {
  test("an unknown project", () => {
    expect(given(...WORLD).when("CloseProject", { ...INPUT, project: NOBODY })).toMatchObject({
      code: "PROJECT_UNKNOWN",
    });
  });
  test("a project that has ended already", () => {
    const closed = given(...WORLD, step("CloseProject", INPUT));
    expect(closed.when("CloseProject", INPUT)).toMatchObject({ code: "PROJECT_ENDED" });
  });
  test("a closing before the project was registered", () => {
    const input = { ...INPUT, closedOn: "2026-01-09" };
    expect(given(...WORLD).when("CloseProject", input)).toMatchObject({
      code: "DAY_BEFORE_ORIGIN",
    });
  });
  test("a closing after today", () => {
    const input = { ...INPUT, closedOn: "2026-07-01" };
    expect(given(...WORLD).when("CloseProject", input)).toMatchObject({ code: "DAY_IN_FUTURE" });
  });
});
