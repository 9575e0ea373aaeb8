// A trial balance into a real ledger, as every face of it imports it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { importOpening, type OpeningAsk } from "../../../src/import/opening/import-opening.ts";
import { loadOpeningMapping } from "../../../src/import/opening/opening-mapping.ts";
import { openingReport } from "../../../src/import/opening/opening-report.ts";
import { freshLedger, HOST, idOf, SETTING } from "../../app/scene.ts";

const HEADER = "科目编码,期末借方,期末贷方,基金,限定\n";
const SOUND = `${HEADER}1002,100.00,,,\n3101,,100.00,,\n`;

let scene: ReturnType<typeof freshLedger>;
let folder: string;
beforeEach(async () => {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
  folder = mkdtempSync(join(tmpdir(), "almoner-opening-"));
});
afterEach(() => {
  scene.done();
  rmSync(folder, { recursive: true });
});

async function importText(text: string, ask: Partial<OpeningAsk> = {}) {
  const path = join(folder, "balances");
  writeFileSync(path, text);
  const { ledger } = scene;
  const mapping = await loadOpeningMapping("trial-balance");
  const whole = { host: HOST, on: "2026-01-03", dryRun: false, mapping, ...ask };
  const report = await importOpening({ ledger, actor: "test" }, { path, name: "余额.csv" }, whole);
  return openingReport.parse(report);
}

test("records once what it records, by the host's name too", async () => {
  const before = scene.ledger.store.head();
  const dry = await importText(SOUND, { dryRun: true });
  expect(dry).toMatchObject({ dryRun: true, sound: true, entries: null, debit: "100.00" });
  expect(scene.ledger.store.head()).toBe(before);
  const { entries, file } = await importText(SOUND, { host: "试验慈善总会" });
  expect([file, entries]).toEqual(["余额.csv", [before + 1]]);
  expect((await importText(SOUND)).entries).toEqual([before + 1]);
  await expect(importText(`${SOUND}\n`)).rejects.toMatchObject({
    code: "OPENING_RECORDED",
    params: { host: HOST, entry: before + 1 },
  });
});

test("names the fund that does not balance, and records nothing", async () => {
  const report = await importText(`${SOUND}1002,7,,fund-town 基金,\n`);
  expect(report).toMatchObject({
    sound: false,
    entries: null,
    unbalanced: [{ fund: idOf("fund-town"), name: "fund-town 基金", difference: "7.00" }],
  });
});

test("reports a file that cannot be read", async () => {
  const report = await importText("<html>");
  expect(report).toMatchObject({ sound: false, sha256: null, problem: { code: "FILE_KIND" } });
});

test("names a host that there is not", async () => {
  await expect(importText(SOUND, { host: "没有" })).rejects.toMatchObject({
    issues: [{ path: "host" }],
  });
});

test("judges as many rows as it takes in a moment, and takes no more", async () => {
  const rows = (count: number) =>
    HEADER +
    Array.from({ length: count }, (_, at) => `${"1".repeat(1 + (at % 2000))}${at},1,,,\n`).join("");
  const { exceptions } = await importText(rows(19_000));
  expect([exceptions.count > 10_000, exceptions.first.length]).toEqual([true, 200]);
  expect(JSON.stringify(exceptions).length).toBeLessThan(100_000);
  expect((await importText(rows(20_001))).problem?.code).toBe("ROWS_TOO_MANY");
}, 20_000);
