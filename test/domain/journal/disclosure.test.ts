// Goal: each duty falls due on the days that its rule gives, and on no others.
// Method: occasions at the edges of months and of the six months, worked out by hand.

import { expect, it } from "vitest";
import { DUTIES, dueDays, type Occasion } from "../../../src/domain/journal/disclosure.ts";

function due(id: string, occasion: Occasion, today = "2026-11-01"): string[] {
  const duty = DUTIES.find((each) => each.id === id);
  if (!duty) throw new Error(`no duty ${id}`);
  return dueDays(duty, occasion, today);
}

const project = (startedOn: string, endedOn: string | null) =>
  ({ kind: "project", startedOn, endedOn }) as const;

it("counts the reports of a year into the next one, from when the rule holds", () => {
  expect(due("annual-report", { kind: "year", year: 2025 })).toEqual(["2026-05-31"]);
  expect(due("tax-report", { kind: "year", year: 2025 })).toEqual(["2026-03-31"]);
  expect(due("annual-report", { kind: "year", year: 2024 })).toEqual([]);
});

it("counts thirty days from a fund's forming", () => {
  expect(due("fund-basic-data", { kind: "fund", formedOn: "2026-01-02" })).toEqual(["2026-02-01"]);
  expect(due("fund-basic-data", project("2026-01-02", null))).toEqual([]);
});

it("asks for progress every three months, to the end or to the next one ahead", () => {
  expect(due("project-progress", project("2025-11-30", "2026-10-15"))).toEqual([
    "2026-02-28",
    "2026-05-30",
    "2026-08-30",
  ]);
  expect(due("project-progress", project("2026-08-31", null))).toEqual(["2026-11-30"]);
  expect(due("project-progress", project("2026-08-01", null))).toEqual(["2026-11-01"]);
});

it("asks for no progress of a project of six months, but of one a day longer", () => {
  expect(due("project-progress", project("2026-01-31", "2026-07-31"))).toEqual([]);
  expect(due("project-progress", project("2026-01-31", "2026-08-01"))).toEqual([
    "2026-04-30",
    "2026-07-31",
  ]);
});

it("asks for the full report and the surplus three months after the end, not before it ended", () => {
  for (const id of ["project-report", "project-surplus"]) {
    expect(due(id, project("2026-01-31", "2026-11-30"))).toEqual(["2027-02-28"]);
    expect(due(id, project("2026-01-31", null))).toEqual([]);
  }
});
