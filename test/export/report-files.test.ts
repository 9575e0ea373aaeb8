// Goal: every report there is comes in every format and both languages, saying the same figures, and
// the same report at the same point is the same bytes, also in another process.

import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REPORTS } from "../../projections/reports/index.ts";
import type { ReportResult } from "../../src/app/ledger.ts";
import { FORMAT_NAMES, type FormatName } from "../../src/export/formats.ts";
import { sheetOf } from "../../src/export/sheet.ts";
import { commands, freshLedger, SETTING } from "../app/scene.ts";
import { COMMUNITY, fileOf, resultOf } from "./sample.ts";

let scene: ReturnType<typeof freshLedger>;
beforeAll(async () => {
  scene = freshLedger();
  await scene.ledger.record([...SETTING, ...commands(7, 120)]);
});
afterAll(() => scene.done());

const read = (name: string): ReportResult => scene.ledger.report(name, {});
// A table groups thousands, so commas are left out of the comparison.
const bare = (text: string): string => text.replaceAll(",", "");
const EVERY = REPORTS.flatMap(({ name }) => FORMAT_NAMES.map((format) => ({ name, format })));

describe("every report in every format", () => {
  test.each(EVERY)("$name as $format, in both languages and units", async ({ name, format }) => {
    const zh = await fileOf(read(name), format);
    expect(zh.length).toBeGreaterThan(200);
    expect(zh.equals(await fileOf(read(name), format))).toBe(true);
    const en = await fileOf(read(name), format, { language: "en", unit: "10000" });
    expect(en.equals(zh)).toBe(format === "json");
  });

  test.each(["csv", "table"] as const)("as %s shows every cell and heading", async (format) => {
    for (const { name } of REPORTS) {
      const file = bare((await fileOf(read(name), format)).toString("utf8"));
      const sheet = sheetOf(read(name), { language: "zh", unit: "1" });
      for (const { heading } of sheet.columns) expect(file).toContain(heading);
      for (const row of sheet.rows) {
        for (const column of sheet.columns) expect(file).toContain(bare(sheet.cell(row, column)));
      }
      for (const [label, value] of sheet.about) {
        expect(file).toContain(label);
        expect(file).toContain(bare(value));
      }
    }
  });

  test("as JSON is the report itself, its row count and its totals", async () => {
    for (const { name, columns } of REPORTS) {
      const parsed = JSON.parse((await fileOf(read(name), "json")).toString("utf8"));
      const { rows, ...head } = read(name);
      const data = [...rows];
      expect(parsed).toMatchObject({ ...head, data, rowCount: data.length, nextCursor: null });
      expect(parsed.columns).toEqual(JSON.parse(JSON.stringify(columns)));
    }
  });
});

test("the same report in another process, and in another time zone, is the same bytes", async () => {
  const script = `
    const { fileOf, resultOf, COMMUNITY } = await import("./test/export/sample.ts");
    const { hash } = await import("node:crypto");
    for (const format of ${JSON.stringify(FORMAT_NAMES)}) {
      console.log(hash("sha256", await fileOf(resultOf([COMMUNITY]), format)));
    }`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const env = { ...process.env, TZ: "America/New_York" };
  const there = execFileSync(process.execPath, args, { env, encoding: "utf8" }).trim().split("\n");
  const here = await Promise.all(
    FORMAT_NAMES.map(async (format: FormatName) =>
      hash("sha256", await fileOf(resultOf([COMMUNITY]), format)),
    ),
  );
  expect(there).toEqual(here);
});
