// Workbooks are read back by SheetJS, which has nothing of ours in it.

import * as XLSX from "@e965/xlsx";
import { describe, expect, test } from "vitest";
import type { Row } from "../../projections/reports/report.ts";
import { sheetOf } from "../../src/export/sheet.ts";
import { cellOf, columnName } from "../../src/export/xlsx/cells.ts";
import { xlsxOf } from "../../src/export/xlsx/xlsx.ts";
import { COMMUNITY, fileOf, resultOf } from "./sample.ts";

const open = (file: Uint8Array) => XLSX.read(file, { cellNF: true, cellStyles: true });

function sheetsOf(file: Uint8Array) {
  const book = open(file);
  return book.SheetNames.map((name) => {
    const sheet = book.Sheets[name] as XLSX.WorkSheet;
    return { name, sheet, rows: XLSX.utils.sheet_to_json<unknown[]>(sheet, { header: 1 }) };
  });
}

describe("a workbook", () => {
  test("has figures as numbers and ids as texts, leading zeros and all", async () => {
    const [data] = sheetsOf(await fileOf(resultOf([COMMUNITY]), "xlsx"));
    expect(data?.name).toBe("社区合计");
    const [, row] = data?.rows ?? [];
    expect(row?.slice(0, 6)).toEqual([
      "000320505001",
      "横塘街道",
      "乡镇（街道）",
      undefined,
      "CNY",
      1234567.89,
    ]);
    expect(data?.sheet["F2"]).toMatchObject({ t: "n", z: "#,##0.00" });
  });

  test("never holds a formula, whatever a name begins with", async () => {
    const names = ["=1+1", "@SUM(A1)", "-1", "<b>&\"'</b>", "_x0041_", "\u0000\u001b", "𬭚㙍"];
    const rows = names.map((name) => ({ ...COMMUNITY, name }));
    const [data] = sheetsOf(await fileOf(resultOf(rows), "xlsx"));
    for (const [at, name] of names.entries()) {
      const cell = data?.sheet[`B${at + 2}`];
      expect(cell.f).toBeUndefined();
      expect([cell.t, cell.v]).toEqual(["s", name.replace(/\p{Cc}/gu, "\ufffd")]);
    }
  });

  test("says on its last sheet what it is, apart from the data, with exact totals", async () => {
    const sheets = sheetsOf(await fileOf(resultOf([COMMUNITY, COMMUNITY]), "xlsx"));
    expect(sheets.map(({ name }) => name)).toEqual(["社区合计", "说明"]);
    const meta = new Map(sheets[1]?.rows as [string, unknown][]);
    expect(meta.get("截至")).toContain("条目 42");
    expect(meta.get("行数")).toBe(2);
    expect(meta.get("控制合计 收到 CNY")).toBe(2469135.78);
    expect(sheets[0]?.rows).toHaveLength(3);
  });

  test("writes as marked text what a double cannot hold", async () => {
    const rows = [
      { ...COMMUNITY, received: "9999999999999.99" },
      { ...COMMUNITY, received: "90071992547409.93" },
    ];
    const [data, meta] = sheetsOf(await fileOf(resultOf(rows), "xlsx"));
    expect(data?.rows.slice(1).map((row) => row[5])).toEqual([
      9999999999999.99,
      "90071992547409.93",
    ]);
    expect(meta?.rows.at(-1)).toEqual(["超过 15 位有效数字、以文本写出的金额", 1]);
  });

  test("goes on on another sheet when one is full, and has no empty one after it", () => {
    const sheetsWith = (count: number) => {
      const rows = Array.from(
        { length: count },
        (_, at): Row => ({ ...COMMUNITY, name: `n${at}` }),
      );
      const sheet = sheetOf(resultOf(rows), { language: "en", unit: "1" });
      return sheetsOf(Buffer.concat([...xlsxOf(sheet, { sheetRows: 4 })]));
    };
    const seven = sheetsWith(7);
    expect(seven.map(({ name, rows }) => [name, rows.length])).toEqual([
      ["Community totals", 4],
      ["Community totals (2)", 4],
      ["Community totals (3)", 2],
      ["Meta", expect.any(Number)],
    ]);
    expect(
      seven
        .flatMap(({ rows }) => rows.map((row) => row[1]))
        .filter((name) => /^n\d/.test(String(name))),
    ).toHaveLength(7);
    expect(sheetsWith(3).map(({ name }) => name)).toEqual(["Community totals", "Meta"]);
    expect(sheetsWith(0)[0]?.rows).toHaveLength(1);
  });
});

test("a day is Excel's number of it, and a text before Excel's calendar is right", () => {
  expect(cellOf("A1", "2026-03-01", "date")).toBe('<c r="A1" s="6"><v>46082</v></c>');
  expect(cellOf("A1", "1900-02-28", "date")).toContain("inlineStr");
  expect(cellOf("A1", "2026-02-30", "date")).toContain("inlineStr");
});

test("columns are named as in Excel", () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual([
    "A",
    "Z",
    "AA",
    "AZ",
    "BA",
    "ZZ",
    "AAA",
  ]);
});
