import { describe, expect, it, test } from "vitest";
import { given, idOf, openStory, type Step, step } from "../given.ts";
import { postingsIn, told } from "../journal/journal.ts";
import { closePeriod, HOST, NOBODY, PROJECT, reversal, WORLD } from "../world.ts";

const cost = (more: object = {}, key = "cost"): Step =>
  step(
    "RecordCost",
    {
      host: HOST,
      amount: "80",
      currency: "CNY",
      function: "management",
      kind: "staff",
      incurredOn: "2026-03-31",
      ...more,
    },
    key,
  );

/** The lines of the last of these steps. */
function linesOf(...steps: readonly Step[]): string[] {
  const story = openStory();
  for (const one of [...WORLD, ...steps]) story.record(one);
  return told(postingsIn(story, story.events.at(-1) as (typeof story.events)[number]));
}

const when = (more: object, ...before: readonly Step[]) =>
  given(...WORLD, ...before).when("RecordCost", cost(more).input);

test("moves no fund's money and needs no balance", () => {
  expect(when({ amount: "999999" })).toMatchObject({
    event: { stream: `host-${HOST}` },
    moves: [],
  });
});

describe("is posted under the regime of its day", () => {
  it.each([
    ["activity", "2026-03-31", "510101"],
    ["management", "2026-03-31", "530101"],
    ["fundraising", "2026-03-31", "540101"],
    ["other", "2026-03-31", "590101"],
    ["activity", "2025-03-31", "5101"],
    ["management", "2025-03-31", "5201"],
    ["fundraising", "2025-03-31", "5301"],
    ["other", "2025-03-31", "5401"],
  ])("%s on %s in %s", (purpose, incurredOn, account) => {
    const lines = linesOf(cost({ function: purpose, incurredOn }));
    expect(lines).toEqual([`${account} debit 8000`, "1002 credit 8000"]);
  });

  it("taxes have an account of their own since 2026, whatever they are for", () => {
    const tax = { kind: "taxes", function: "activity" };
    expect(linesOf(cost(tax))).toEqual(["520101 debit 8000", "1002 credit 8000"]);
    expect(linesOf(cost({ ...tax, incurredOn: "2025-06-01" }))).toEqual([
      "5101 debit 8000",
      "1002 credit 8000",
    ]);
  });

  it("depreciation pays nothing", () => {
    expect(linesOf(cost({ kind: "depreciation" }))).toEqual([
      "530101 debit 8000",
      "1502 credit 8000",
    ]);
  });
});

test("stands in the line of the cash flow statement that its kind asks for", () => {
  const items = ["staff", "purchases", "taxes", "other"].map((kind) => {
    const story = openStory();
    for (const one of [...WORLD, cost({ kind })]) story.record(one);
    const [, paid] = postingsIn(story, story.events.at(-1) as (typeof story.events)[number]);
    return paid?.item;
  });
  expect(items).toEqual(["staff-out", "purchases-out", "taxes-out", "other-out"]);
});

test("is taken back by a red entry, once, and by year through net assets", () => {
  const ledger = given(...WORLD, cost());
  const entry = ledger.entryOf("cost");
  const reverse = (key: string) => ledger.when("ReverseEntry", reversal(entry).input, key);
  expect(reverse("red")).toMatchObject({
    event: { stream: `host-${HOST}` },
    data: { fund: null, host: HOST, currency: "CNY", undoes: [] },
  });
  expect(reverse("again")).toMatchObject({ code: "FACT_REVERSED" });
  const red = reversal(WORLD.length + 1);
  expect(linesOf(cost(), red)).toEqual(["530101 debit -8000", "1002 credit -8000"]);
  const old = cost({ incurredOn: "2025-03-31" });
  expect(linesOf(old, red)).toEqual(["320101 debit -8000", "1002 credit -8000"]);
});

test("is refused in a closed month, and so is its reversal", () => {
  expect(when({}, closePeriod("2026-03"))).toMatchObject({ code: "PERIOD_CLOSED" });
  const ledger = given(...WORLD, cost(), closePeriod("2026-04"));
  const input = reversal(ledger.entryOf("cost"), { reversedOn: "2026-04-30" }).input;
  expect(ledger.when("ReverseEntry", input)).toMatchObject({ code: "PERIOD_CLOSED" });
});

test("is refused for an unknown host or project, and for a day to come", () => {
  expect(when({ host: "53320505DEM000001M" })).toMatchObject({ code: "HOST_UNKNOWN" });
  expect(when({ project: NOBODY })).toMatchObject({ code: "PROJECT_UNKNOWN" });
  expect(when({ project: PROJECT })).toMatchObject({ data: { project: idOf("project") } });
  expect(when({ incurredOn: "2026-12-31" })).toMatchObject({ code: "DAY_IN_FUTURE" });
});
