import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Row } from "../../projections/reports/report.ts";
import { COMMUNITY, fileOf, resultOf } from "./sample.ts";

async function linesOf(rows: readonly Row[], look: Parameters<typeof fileOf>[2] = {}) {
  const text = (await fileOf(resultOf(rows), "csv", look)).toString("utf8");
  expect(text).toMatch(/^\ufeff/);
  return text.slice(1).split("\r\n");
}

describe("a CSV file", () => {
  test("says above its header row what it is, and that it is a demo", async () => {
    expect((await linesOf([COMMUNITY])).slice(0, 8)).toEqual([
      '# 报表,"社区合计 (community-totals)"',
      '# 演示,"【演示】本账本为演示数据，全部虚构"',
      '# 截至,"条目 42 · 记录时间 2026-03-01T04:05:06.000Z · 业务日期 2026-02-28"',
      '# 日志根散列,"3q2+7w==（前 42 条）"',
      '# 筛选,"无（全部）"',
      '# 金额单位,"元"',
      '# 口径,"每个社区的合计 (口径版本 1)"',
      expect.stringMatching(/^"区划代码","名称","层级"/),
    ]);
    expect((await linesOf([COMMUNITY], { bare: true, language: "en" }))[0]).toMatch(/^"Community"/);
  });

  test("keeps leading zeros, leaves an absent value empty and a negative amount a number", async () => {
    const [, row] = await linesOf([COMMUNITY], { bare: true });
    expect(row).toMatch(/^"000320505001","横塘街道","乡镇（街道）",,"CNY",1234567\.89,.*,-5\.00,/);
  });

  test.each([
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "−1",
  ])("disarms %j, which a spreadsheet would run", async (name) => {
    const text = (
      await fileOf(resultOf([{ ...COMMUNITY, name }]), "csv", { bare: true })
    ).toString();
    expect(text).toContain(`"000320505001","'${name}",`);
  });

  test("gives every text back to a reader, whatever stands in it", async () => {
    const texts = fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(texts, async (names) => {
        const rows = names.map((name) => ({ ...COMMUNITY, name }));
        const file = await fileOf(resultOf(rows), "csv", { bare: true });
        const read: string[][] = parse(file, { bom: true, record_delimiter: "\r\n" });
        const bare = (text: string | undefined) =>
          text?.replace(/^'(?=\s*[=+\-@＝＋－＠−\t\r\n])/, "");
        expect(read.slice(1).map(([, name]) => bare(name))).toEqual(names.map(bare));
      }),
      { numRuns: 60, seed: 20261124 },
    );
  });

  test("in 万元 says so in its headings and rounds each amount once", async () => {
    const [header, row] = await linesOf([COMMUNITY], { bare: true, unit: "10000" });
    expect(header).toContain("（万元）");
    expect(row).toContain(",123.46,");
  });
});
