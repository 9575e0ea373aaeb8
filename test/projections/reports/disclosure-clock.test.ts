// Goal: the clock shows who owes what by when, as seen from the day of the report and never from
// the machine's own clock, and says that it cannot know what was done.
// Method: a small ledger with a host, three funds and three projects; days worked out by hand.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { ask, freshLedger, HOST, idOf, SETTING } from "../../app/scene.ts";
import { tell } from "../books-scene.ts";

const project = (key: string, registeredOn: string) =>
  ask("RegisterProject", key, {
    title: key,
    field: "green",
    fund: idOf("fund-town"),
    registeredOn,
  });
const close = (key: string, closedOn: string) =>
  ask("CloseProject", `${key}-end`, { project: idOf(key), result: "succeeded", closedOn });

const STORY = [
  ...SETTING,
  project("short", "2026-01-31"),
  close("short", "2026-05-01"),
  project("long", "2025-11-30"),
  close("long", "2026-10-15"),
];

describe("the clock of a small ledger", () => {
  let scene: ReturnType<typeof freshLedger>;
  let ledger: Ledger;
  beforeAll(async () => {
    scene = freshLedger();
    ledger = scene.ledger;
    await tell(ledger, STORY);
  });
  afterAll(() => scene.done());

  const rows = (filters: Readonly<Record<string, string>> = {}, asOf?: string) => [
    ...ledger.report("disclosure-clock", { asOf, filters }).rows,
  ];
  const told = (filters: Readonly<Record<string, string>>, asOf?: string) =>
    rows(filters, asOf).map(({ due, duty, daysLeft, status }) =>
      [due, duty, daysLeft, status].join(" "),
    );

  it("gives the days of a host, a fund and a project, counted from the last recording", () => {
    expect(told({ about: "host" })).toEqual([
      "2026-03-31 tax-report -215 overdue-unless-done",
      "2026-05-31 annual-report -154 overdue-unless-done",
      "2027-03-31 tax-report 150 due",
      "2027-05-31 annual-report 211 due",
    ]);
    expect(told({ subject: idOf("fund-town") })).toEqual([
      "2026-02-01 fund-basic-data -273 overdue-unless-done",
    ]);
    expect(told({ subject: idOf("long") })).toEqual([
      "2026-02-28 project-progress -246 overdue-unless-done",
      "2026-05-30 project-progress -155 overdue-unless-done",
      "2026-08-30 project-progress -63 overdue-unless-done",
      "2027-01-15 project-report 75 due",
      "2027-01-15 project-surplus 75 due",
    ]);
    expect(told({ subject: idOf("short"), duty: "project-progress" })).toEqual([]);
  });

  it.each([
    ["2026-04-30", "31 due"],
    ["2026-05-01", "30 soon-30"],
    ["2026-05-24", "7 soon-7"],
    ["2026-05-31", "0 today"],
    ["2026-06-01", "-1 overdue-unless-done"],
  ])("counts down to the annual report as of %s", (asOf, expected) => {
    expect(told({ duty: "annual-report", due: "2026-05-31" }, asOf)).toEqual([
      `2026-05-31 annual-report ${expected}`,
    ]);
  });

  it("knows as of a day only what had happened by then", () => {
    expect(told({ subject: idOf("long"), from: "2026-06-01" }, "2026-09-01")).toEqual([
      "2026-08-30 project-progress -2 overdue-unless-done",
      "2026-11-30 project-progress 90 due",
    ]);
    expect(rows({ about: "fund" }, "2026-01-01")).toEqual([]);
  });

  it("narrows to a host, a status and days, and stays in order of the days", () => {
    const own = rows({ host: HOST });
    expect(own.map(({ due }) => due)).toEqual(own.map(({ due }) => due).sort());
    expect(new Set(own.map(({ about }) => about))).toEqual(new Set(["host", "fund", "project"]));
    expect(told({ status: "soon-30", to: "2026-08-01" }, "2026-07-20")).toEqual([
      "2026-08-01 project-report 12 soon-30",
      "2026-08-01 project-surplus 12 soon-30",
    ]);
  });

  it("says that nothing here records what was published, and names its rule", () => {
    for (const row of rows()) {
      expect(row["noteZh"]).toContain("本账本无此记录");
      expect(row["source"]).not.toBe("");
    }
    const { definition } = ledger.report("disclosure-clock", {});
    expect(definition.en).toContain("Whether a thing was published is not recorded");
  });
});
