// Publishing: the value comes from the projections, and the entries alone give the same.

import { afterAll, describe, expect, test } from "vitest";
import { REPORTS } from "../../projections/reports/index.ts";
import { isPublishable } from "../../src/app/figures.ts";
import type { Answer } from "../../src/app/recorder.ts";
import { createFigureFold, differenceOf } from "../../src/proof/figure-fold.ts";
import { ask, commands, freshLedger, SETTING } from "./scene.ts";

const scene = freshLedger();
let { ledger } = scene;
await ledger.record([...SETTING, ...commands(5, 400)]);
const SIZE = ledger.store.head();
afterAll(scene.done);

const ROW = { definition: "allocated", currency: "CNY" };
const publish = async (key: string, more: object = {}): Promise<Answer | undefined> => {
  const input = { figure: "grassroots-total.value", row: ROW, publishedOn: "2026-11-01", ...more };
  return (await ledger.record([ask("PublishFigure", key, input)]))[0];
};

/** Every figure of every row of every report whose figures can be published. */
function allFigures() {
  return REPORTS.filter(isPublishable).flatMap((report) =>
    [...ledger.report(report.name, {}).rows].flatMap((row) =>
      report.columns
        .filter(({ kind }) => kind === "money" || kind === "count")
        .map(({ name }) => ({
          figure: `${report.name}.${name}`,
          row: Object.fromEntries(report.key.map((key) => [key, row[key] ?? ""])),
        })),
    ),
  );
}

test("every figure, as of any entry and day, is what the entries alone add up to", async () => {
  const points = [{}, { asOf: SIZE - 150 }, { upTo: "2026-05-01" }];
  const asked = allFigures().map((each, n) => ({ ...each, ...points[n % points.length] }));
  const input = (each: object) => ({ ...each, publishedOn: "2026-11-01" });
  const answers = await ledger.record(
    asked.map((each, n) => ask("PublishFigure", `all-${n}`, input(each))),
  );
  const refused = answers.filter(({ kind }) => kind !== "recorded");
  // A row that had not moved yet by the point that was asked for does not exist there.
  for (const answer of refused)
    expect(answer).toMatchObject({ refusal: { code: "FIGURE_ROW_UNKNOWN" } });
  const published = ledger.published({ after: 0, limit: 10_000 });
  expect(published.length).toBeGreaterThan(150);
  const fold = createFigureFold(published);
  for (const event of ledger.store.read(1, SIZE)) fold.add(event);
  const found = published.map((each, n) => [
    each.figure,
    each.row,
    differenceOf(each, fold.sumOf(n)),
  ]);
  expect(found.filter(([, , difference]) => difference !== undefined)).toEqual([]);
});

test("the same key is one publication, whatever was recorded since", async () => {
  const first = await publish("once");
  const again = await publish("once");
  expect(first?.kind).toBe("recorded");
  expect(again).toMatchObject({ kind: "already", event: { data: { size: expect.any(Number) } } });
  expect(await publish("once", { asOf: 3 })).toMatchObject({ refusal: { code: "KEY_REUSED" } });
});

test("a report shows what was published of it, also after a restart, and only that", async () => {
  await publish("shown", { asOf: 60 });
  ledger = scene.reopen();
  const at = (asOf: string) => ledger.report("grassroots-total", { asOf }).published;
  expect(at("60")).toMatchObject([{ figure: "grassroots-total.value", row: ROW, size: 60 }]);
  expect(at("59")).toEqual([]);
  expect(ledger.report("grassroots-total", { asOf: "2026-02-01" }).published).toEqual([]);
});

describe("refuses", () => {
  test.each([
    ["an unknown report", { figure: "nothing.value" }, "FIGURE_UNKNOWN"],
    ["a column of text", { figure: "grassroots-total.currency" }, "FIGURE_UNKNOWN"],
    ["a row that is not there", { row: { ...ROW, currency: "USD" } }, "FIGURE_ROW_UNKNOWN"],
    ["a line of a statement", { figure: "trial-balance.closing" }, "FIGURE_OF_PERIOD"],
    ["half a key", { row: { currency: "CNY" } }, "FIGURE_ROW_UNKNOWN"],
    ["a key with more", { row: { ...ROW, level: "village" } }, "FIGURE_ROW_UNKNOWN"],
    ["an entry that is not there yet", { asOf: 100_000 }, "AS_OF_NOT_YET"],
  ])("%s", async (name, more, code) => {
    expect(await publish(name, more)).toMatchObject({ kind: "refused", refusal: { code } });
  });
});
