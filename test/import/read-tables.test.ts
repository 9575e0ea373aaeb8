import { write } from "@e965/xlsx";
import { describe, expect, it } from "vitest";
import { bookOf, csvOf, fileOf, importInto, mappingOf, workbookFile } from "./support.ts";

const TITLES = ["日期", "捐赠人", "金额", "备注"];
const amounts = (gifts: readonly { amount: string }[]) => gifts.map((gift) => gift.amount);

describe("a text file", () => {
  it("in GB18030 is recognised and read, characters outside the basic plane too", async () => {
    const file = new URL("../fixtures/import/gb18030.csv", import.meta.url).pathname;
    const { report, gifts } = await importInto(file);
    expect(amounts(gifts)).toEqual(["100.00", "1234.50"]);
    expect(gifts[1]?.donorRef).toBe(`ref-of-${Buffer.from("𠮷氏").toString("hex")}`);
    expect(report.control.agrees).toBe(true);
  });

  it("in GB18030 is refused before its first row when the mapping says UTF-8", async () => {
    const file = new URL("../fixtures/import/gb18030.csv", import.meta.url).pathname;
    const mapping = mappingOf({ csv: { encoding: "utf-8" } });
    const { report, gifts } = await importInto(file, { mapping });
    expect(report.problem?.code).toBe("FILE_ENCODING");
    expect(gifts).toEqual([]);
  });

  it("may start with a byte order mark and end its lines as Windows does", async () => {
    const text = "\ufeff日期,捐赠人,金额,备注\r\n2026-03-01,甲,1,\r\n";
    for (const bytes of [Buffer.from(text), Buffer.from(text, "utf16le")]) {
      const { report, gifts } = await importInto(fileOf(bytes));
      expect(report.problem).toBeNull();
      expect(amounts(gifts)).toEqual(["1.00"]);
    }
  });

  it("may use other delimiters", async () => {
    const mapping = mappingOf({ csv: { delimiter: "\t" } });
    const { gifts } = await importInto(
      fileOf("日期\t捐赠人\t金额\t备注\n2026-03-01\t甲,乙\t1,000\t\n"),
      { mapping },
    );
    expect(amounts(gifts)).toEqual(["1000.00"]);
  });

  it("may hold stray quotes inside its cells", async () => {
    const { gifts } = await importInto(csvOf('2026-03-01,甲 "乙" 丙,1,', "2026-03-01,丁,2,"));
    expect(amounts(gifts)).toEqual(["1.00", "2.00"]);
  });
});

describe.each(["xlsx", "xls"] as const)("an .%s workbook", (bookType) => {
  it("gives exact amounts, days without a zone, and its own total with float noise", async () => {
    const book = bookOf([
      ["捐款公示"],
      TITLES,
      ["2026-03-01", "甲\t", 0.1, "助学"],
      [43856, "乙", 0.2, ""],
      [43856.999, "丙", "1,234.50", ""],
      ["合计", null, 0.1 + 0.2 + 1234.5],
    ]);
    const { report, gifts } = await importInto(workbookFile(book, bookType));
    expect(gifts.map((gift) => `${gift.row} ${gift.date} ${gift.amount}`)).toEqual([
      "3 2026-03-01 0.10",
      "4 2020-01-26 0.20",
      "5 2020-01-26 1234.50",
    ]);
    expect(report).toMatchObject({
      format: bookType,
      sheet: "表",
      control: { total: "1234.80", agrees: true },
      finished: true,
    });
  });

  it("lists cells whose value is no amount or no day", async () => {
    const book = bookOf([
      TITLES,
      ["2026-03-01", "甲", 1.005, ""],
      ["2026-03-01", "乙", null, ""],
      ["2026-03-01", "丙", true, ""],
      [60, "丁", 1, ""],
    ]);
    const { report, gifts } = await importInto(workbookFile(book, bookType));
    expect(report.exceptions.first.map(({ row, code }) => `${row} ${code}`)).toEqual([
      "2 AMOUNT_PRECISION",
      "3 AMOUNT_MISSING",
      "4 AMOUNT_INVALID",
      "5 DATE_INVALID",
    ]);
    expect(gifts).toEqual([]);
  });

  it("reads a merged cell once; the rows below it have no value of their own", async () => {
    const book = bookOf([TITLES, ["2026-03-01", "甲", 1, ""], [null, "乙", 2, ""]]);
    const sheet = book.Sheets["表"];
    if (!sheet) throw new Error("no sheet");
    sheet["!merges"] = [{ s: { r: 1, c: 0 }, e: { r: 2, c: 0 } }];
    const { report, gifts } = await importInto(workbookFile(book, bookType));
    expect(amounts(gifts)).toEqual(["1.00"]);
    expect(report.exceptions.first).toMatchObject([{ row: 3, code: "DATE_MISSING" }]);
  });

  it("says which sheets it did not read, and reads the one that is named", async () => {
    const book = bookOf([TITLES, ["2026-03-01", "甲", 1, ""]], "一月");
    const other = bookOf([TITLES, ["2026-03-02", "乙", 2, ""]], "二月");
    book.SheetNames.push("二月");
    Object.assign(book.Sheets, other.Sheets);
    const file = workbookFile(book, bookType);
    const first = await importInto(file);
    expect(first.report).toMatchObject({ sheet: "一月", otherSheets: ["二月"] });
    const named = await importInto(file, { mapping: mappingOf({ sheet: "二月" }) });
    expect(amounts(named.gifts)).toEqual(["2.00"]);
    const absent = await importInto(file, { mapping: mappingOf({ sheet: "三月" }) });
    expect(absent.report.problem?.reason.en).toContain("一月、二月");
  });

  it("counts its days from 1904 where it says so", async () => {
    const book = bookOf([TITLES, [42394, "甲", 1, ""]]);
    book.Workbook = { WBProps: { date1904: true } };
    const { gifts } = await importInto(workbookFile(book, bookType));
    expect(gifts).toMatchObject([{ date: "2020-01-26" }]);
  });
});

it("the same gifts in a text file and in a workbook are the same gifts", async () => {
  const book = bookOf([TITLES, ["2026-03-01", "甲", 100, ""]]);
  const { ledger } = await importInto(csvOf("2026-03-01,甲,100.00,"));
  const { report } = await importInto(workbookFile(book, "xlsx"), { ledger });
  expect(report).toMatchObject({ recorded: 0, alreadyRecorded: 1 });
});

// In .xlsx only, as the library that makes these files writes no formulas into .xls.
it("takes the kept value of a formula in a workbook and says so, and never computes one", async () => {
  const book = bookOf([TITLES, ["2026-03-01", "甲", 3, ""], ["2026-03-01", "乙", 4, ""]]);
  const sheet = book.Sheets["表"];
  if (!sheet) throw new Error("no sheet");
  sheet["C2"] = { t: "n", v: 3, f: "1+1" };
  const { report, gifts } = await importInto(workbookFile(book, "xlsx"));
  expect(amounts(gifts)).toEqual(["3.00", "4.00"]);
  expect(report.computed).toBe(1);
});

it("an .xls file of Excel 95 is read in its code page", async () => {
  const book = bookOf([
    ["AAAA", "BBBBBB", "CCCC", "DDDD"],
    ["2026-03-01", "A", 1, ""],
  ]);
  let hex = Buffer.from(write(book, { type: "buffer", bookType: "biff5" })).toString("hex");
  // The library writes no Chinese into this format, so code page 936 and its bytes are put in here.
  hex = hex.replace("42000200e404", "42000200a803");
  for (const [ascii, gbk] of [
    // 日期, 捐赠人, 金额, 备注
    ["AAAA", "c8d5c6da"],
    ["BBBBBB", "bee8d4f9c8cb"],
    ["CCCC", "bdf0b6ee"],
    ["DDDD", "b1b8d7a2"],
  ] as const) {
    hex = hex.replace(Buffer.from(ascii).toString("hex"), gbk);
  }
  const { report, gifts } = await importInto(fileOf(Buffer.from(hex, "hex"), "xls"));
  expect(report.problem).toBeNull();
  expect(amounts(gifts)).toEqual(["1.00"]);
});
