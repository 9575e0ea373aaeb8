// A file's gifts into a real ledger, as every face of it imports them.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GiftsAsk, importGifts } from "../../src/import/import-gifts.ts";
import { freshLedger, idOf, SETTING } from "../app/scene.ts";
import { csvOf, fileOf, mappingOf } from "./support.ts";

let scene: ReturnType<typeof freshLedger>;
beforeEach(async () => {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
});
afterEach(() => scene.done());

const ASK = { fund: "fund-town 基金", source: "九月", dryRun: false, mapping: mappingOf() };

function importCsv(
  path: string,
  { actor = "test", ...ask }: Partial<GiftsAsk> & { actor?: string } = {},
) {
  const { ledger } = scene;
  return importGifts({ ledger, actor }, { path, name: "名单.csv" }, { ...ASK, ...ask });
}

const gifts = () => scene.ledger.entries({ after: 0, limit: 100, type: "DonationReceived" });

test("records in the name of whoever imports, into the fund that is meant", async () => {
  const file = csvOf("2026-03-01,甲,100,助学", "2026-03-02,乙,5.50,");
  const report = await importCsv(file, { actor: "token:1" });
  expect(report).toMatchObject({ file: "名单.csv", recorded: 2, finished: true });
  const fund = idOf("fund-town");
  expect(gifts().map(({ actor, data }) => [actor, (data as { fund: string }).fund])).toEqual([
    ["token:1", fund],
    ["token:1", fund],
  ]);
  const again = await importCsv(file, { fund: fund.slice(0, 12), actor: "cli" });
  expect(again).toMatchObject({ recorded: 0, alreadyRecorded: 2, recordedOtherwise: { count: 0 } });
  expect(await importCsv(file, { fund: "fund-city 基金" })).toMatchObject({
    recordedOtherwise: { count: 2, rows: [2, 3] },
  });
});

test("refuses a file whose gifts are on the log when it cannot tell its rows again", async () => {
  const file = csvOf("2026-03-01,甲,100,助学", "2026-03-02,乙,5.50,");
  await importCsv(file);
  const [first, second] = gifts();
  const refused = { code: "FILE_RECORDED", params: { source: "十月", entry: first?.entry } };
  await expect(importCsv(file, { source: "十月" })).rejects.toMatchObject(refused);
  await expect(importCsv(file, { source: "十月", dryRun: true })).rejects.toMatchObject(refused);
  // A log that was restored without what lies beside it.
  for (const name of ["people.db", "sources.db"]) rmSync(join(scene.ledger.dir, name));
  await expect(importCsv(file)).rejects.toMatchObject({ code: "FILE_RECORDED" });
  expect(await importCsv(csvOf("2026-03-03,丙,1,"))).toMatchObject({ recorded: 1 });
  expect(gifts()).toHaveLength(3);

  const reversals = [first, second].map((gift) => ({
    command: "ReverseEntry",
    key: `reverse ${gift?.entry}`,
    actor: "test",
    reason: "记入了错误的来源",
    input: { entry: gift?.entry, reversedOn: "2026-03-02" },
  }));
  await scene.ledger.record(reversals);
  expect(await importCsv(file, { source: "十月" })).toMatchObject({ recorded: 2 });
});

test("keeps names beside the log, and makes no file for a dry run", async () => {
  const file = csvOf("2026-03-01,某某某,100,");
  const { dir } = scene.ledger;
  const files = ["people.db", "sources.db"].map((name) => join(dir, name));
  expect(await importCsv(file, { dryRun: true })).toMatchObject({ dryRun: true, recorded: 1 });
  expect(files.filter(existsSync)).toEqual([]);
  expect(gifts()).toEqual([]);
  await importCsv(file);
  expect(files.filter(existsSync)).toEqual(files);
  expect(readFileSync(join(dir, "ledger.db")).includes("某某某")).toBe(false);
});

test.each([
  ["a fund that there is not", { fund: "没有" }, "fund", /no fund 没有/],
  ["a fund that could be several", { fund: "" }, "fund", /more than one fund/],
  [
    "a balance finer than the currency",
    { openingBalance: "1.005" },
    "openingBalance",
    /decimals than CNY/,
  ],
])("names the field of %s, before anything is read or written", async (_what, ask, path, en) => {
  const { dir } = scene.ledger;
  await expect(importCsv(fileOf(""), ask)).rejects.toMatchObject({
    issues: [{ path, text: { en: expect.stringMatching(en) } }],
  });
  expect(existsSync(join(dir, "people.db"))).toBe(false);
});

test("refuses a mapping that would count a source's gifts anew", async () => {
  const file = csvOf("2026-03-01,甲,100,");
  await importCsv(file);
  const mapping = mappingOf({ identity: ["date", "amount"] });
  await expect(importCsv(file, { mapping })).rejects.toMatchObject({
    code: "SOURCE_IDENTITY",
    params: { source: "九月", kept: "amount, date, donor", asked: "amount, date" },
  });
  expect(gifts()).toHaveLength(1);
});
