// Goal: no file stops the program, fills its memory or records half a truth. Method: each known
// trick against the reader itself, through the real thread.

import { readFileSync } from "node:fs";
import { strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type ReadLimits, readLimits } from "../../src/import/read/limits.ts";
import { openTable } from "../../src/import/read/open-table.ts";
import { bookOf, csvOf, fileOf, importInto, mappingOf, workbookFile } from "./support.ts";

const HEADER = "日期,捐赠人,金额,备注\n";

async function problemOf(file: string, limits: Partial<ReadLimits> = {}): Promise<string> {
  const { report, gifts } = await importInto(file, { limits });
  expect(report.finished).toBe(false);
  expect(gifts).toEqual([]);
  return report.problem?.code ?? "none";
}

const parts = (extra: Zippable = {}): Zippable => ({
  "[Content_Types].xml": strToU8("<Types/>"),
  "xl/workbook.xml": strToU8("<workbook/>"),
  ...extra,
});

describe("a file that is not what it says", () => {
  it.each([
    ["a PDF", Buffer.from("%PDF-1.7\n")],
    ["a web page named .xls", Buffer.from("\n <html><table><tr><td>1")],
    ["a gzip", Buffer.from("1f8b0800", "hex")],
    ["a picture", Buffer.from("89504e470d0a1a0a", "hex")],
    ["a zip of something else", zipSync({ "word/document.xml": strToU8("<x/>") })],
  ])("is refused by its bytes: %s", async (_name, bytes) => {
    expect(await problemOf(fileOf(bytes, "xls"))).toBe("FILE_KIND");
  });

  it("is refused when it is empty, absent or a folder", async () => {
    expect(await problemOf(fileOf(""))).toBe("FILE_EMPTY");
    expect(await problemOf(`${fileOf("")}.absent`)).toBe("FILE_UNREADABLE");
    expect(await problemOf(new URL(".", import.meta.url).pathname)).toBe("FILE_UNREADABLE");
  });

  it("is refused when the mapping asks for another format", async () => {
    const { report } = await importInto(csvOf("2026-03-01,甲,1,"), {
      mapping: mappingOf({ format: "xls" }),
    });
    expect(report.problem).toMatchObject({ code: "FILE_FORMAT" });
  });

  it("is refused when text holds NUL bytes, naming the place", async () => {
    const { report } = await importInto(fileOf(`${HEADER}2026-03-01,甲\0,1,`));
    expect(report.problem).toMatchObject({ code: "FILE_NUL" });
    expect(report.problem?.reason.en).toContain(
      String(Buffer.byteLength(`${HEADER}2026-03-01,甲\0`)),
    );
  });

  it("is refused when it is neither UTF-8 nor GB18030", async () => {
    const bytes = Buffer.concat([Buffer.from(HEADER), Buffer.from([0x81, 0x20, 0xff, 0xff])]);
    expect(await problemOf(fileOf(bytes))).toBe("FILE_ENCODING");
  });
});

describe("a container that inflates", () => {
  const bomb = parts({ "xl/worksheets/sheet1.xml": new Uint8Array(30_000_000) });

  it("beyond the size or the ratio allowed is refused before it is inflated", async () => {
    const file = fileOf(zipSync(bomb), "xlsx");
    expect(await problemOf(file)).toBe("ZIP_RATIO");
    expect(await problemOf(file, { expandedBytes: 1_000_000 })).toBe("ZIP_EXPANDED");
  });

  it("to more than it claims is refused as soon as it does", async () => {
    const bytes = Buffer.from(zipSync(bomb));
    // The directory's record of the last part, whose size stands 24 bytes in.
    const record = bytes.lastIndexOf(Buffer.from("504b0102", "hex"));
    bytes.writeUInt32LE(1_000, record + 24);
    expect(await problemOf(fileOf(bytes, "xlsx"))).toBe("FILE_DAMAGED");
  });

  it("into too many parts or sheets is refused", async () => {
    const many: Zippable = {};
    for (let n = 0; n < 100; n++) many[`xl/worksheets/sheet${n}.xml`] = strToU8("<x/>");
    const file = fileOf(zipSync(parts(many)), "xlsx");
    expect(await problemOf(file, { zipEntries: 99 })).toBe("ZIP_ENTRIES");
    expect(await problemOf(file)).toBe("SHEETS_TOO_MANY");
  });

  it("cut short or with a flipped bit is refused", async () => {
    const whole = Buffer.from(zipSync(parts({ "xl/a.xml": strToU8("x".repeat(1_000)) })));
    expect(await problemOf(fileOf(whole.subarray(0, whole.length - 40), "xlsx"))).toBe(
      "FILE_DAMAGED",
    );
    const flipped = Buffer.from(whole);
    const inside = flipped.indexOf("xl/a.xml") + "xl/a.xml".length + 2;
    flipped.writeUInt8(flipped.readUInt8(inside) ^ 1, inside);
    expect(await problemOf(fileOf(flipped, "xlsx"))).toBe("FILE_DAMAGED");
  });

  it("never reads parts outside the workbook, whatever they are called", async () => {
    const book = workbookFile(
      bookOf([
        ["日期", "捐赠人", "金额", "备注"],
        ["2026-03-01", "甲", 1],
      ]),
      "xlsx",
    );
    const inside = unzipSync(readFileSync(book));
    const file = fileOf(
      zipSync({ ...inside, "../../escape.xml": strToU8("x"), "/etc/x": strToU8("x") }),
      "xlsx",
    );
    const { gifts } = await importInto(file);
    expect(gifts).toHaveLength(1);
  });
});

describe("a workbook", () => {
  it("with broken bytes is refused", async () => {
    const book = workbookFile(bookOf([["日期"]]), "xls");
    expect(await problemOf(fileOf(readFileSync(book).subarray(0, 2_000), "xls"))).toBe(
      "FILE_DAMAGED",
    );
  });

  it("with an entity bomb is read without expanding it", async () => {
    const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "${"&a;".repeat(1_000)}">]>`;
    const sheet = `${laughs}<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>`;
    const file = fileOf(zipSync(parts({ "xl/worksheets/sheet1.xml": strToU8(sheet) })), "xlsx");
    expect(await problemOf(file)).toMatch(/^(?:FILE_DAMAGED|HEADER_NOT_FOUND)$/);
  });

  it("that is too large is refused before it is read", async () => {
    const file = workbookFile(bookOf([["日期"]]), "xls");
    expect(await problemOf(file, { sheetFileBytes: 1_000 })).toBe("FILE_TOO_LARGE");
  });

  it("with more rows than allowed is refused, not cut short", async () => {
    const rows = Array.from({ length: 30 }, (_, n) => [n]);
    expect(await problemOf(workbookFile(bookOf(rows), "xlsx"), { rows: 20 })).toBe("ROWS_TOO_MANY");
  });

  it("whose reading takes too long or too much memory is given up", async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => [`文字${n}`, n, n, n, n, n]);
    const file = workbookFile(bookOf(rows), "xlsx");
    expect(await problemOf(file, { timeMs: 50 })).toBe("READING_TIME");
    expect(await problemOf(file, { heapMb: 32 })).toBe("READING_MEMORY");
  });
});

describe("a text file", () => {
  it("with a quote that never closes is refused, naming the line", async () => {
    const { report } = await importInto(csvOf("2026-03-01,甲,1,", '2026-03-01,"乙,1,', "x,y,z,"));
    expect(report.problem).toMatchObject({ code: "QUOTE_OPEN" });
    expect(report.problem?.reason.en).toContain("line 3");
    expect(report.finished).toBe(false);
  });

  it("with an endless record is refused at the cap", async () => {
    const file = csvOf(`2026-03-01,"${"x".repeat(3_000_000)}`);
    expect(await problemOf(file, { recordChars: 1_000_000 })).toBe("QUOTE_OPEN");
  });

  it("lists a row with a million columns or a huge cell, and goes on", async () => {
    const file = csvOf(
      `2026-03-01,甲,1${",".repeat(1_000_000)}`,
      `2026-03-01,${"x".repeat(40_000)},1,`,
      "2026-03-01,乙,2,",
    );
    const { report, gifts } = await importInto(file);
    expect(report.exceptions.first.map(({ row, code }) => `${row} ${code}`)).toEqual([
      "2 TOO_MANY_COLUMNS",
      "3 CELL_TOO_LONG",
    ]);
    expect(gifts).toHaveLength(1);
  });

  it("with too many rows or bytes is refused", async () => {
    const rows = Array.from({ length: 2_000 }, () => "2026-03-01,甲,1,");
    const { report } = await importInto(csvOf(...rows), { limits: { rows: 1_500 } });
    expect(report.problem?.code).toBe("ROWS_TOO_MANY");
    expect(await problemOf(csvOf(...rows), { fileBytes: 1_000 })).toBe("FILE_TOO_LARGE");
  });

  it("is not believed when it names no header for ever", async () => {
    expect(await problemOf(fileOf("a,b\n".repeat(10_000)))).toBe("HEADER_NOT_FOUND");
  });

  it("cannot take the ledger's pace: rows wait until they are recorded", async () => {
    const rows = Array.from({ length: 40_000 }, (_, n) => `2026-03-01,甲,${1 + n},`);
    const sizes: number[] = [];
    const { report } = await importInto(csvOf(...rows), {
      record: async (batch) => {
        sizes.push(batch.length);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return batch.map((_, index) => ({ kind: "recorded", entry: index + 1 }));
      },
    });
    expect(report.recorded).toBe(40_000);
    expect(Math.max(...sizes)).toBe(500);
  });

  it("of wide rows comes in batches that its taker can hold", async () => {
    const cells = Array.from({ length: 250 }, () => "x".repeat(4_000)).join(",");
    const path = csvOf(...Array.from({ length: 20 }, () => cells));
    const limits = readLimits.parse({});
    const { batches, close } = await openTable({ path, limits, mapping: mappingOf() });
    const chars: number[] = [];
    for await (const batch of batches) {
      chars.push(batch.flatMap(({ cells }) => cells).join("").length);
    }
    await close();
    expect(chars.reduce((sum, each) => sum + each)).toBeGreaterThan(20_000_000);
    expect(Math.max(...chars)).toBeLessThan(2_000_001);
  });

  it("leaves others their turn while its rows are judged, whatever a mapping looks for", async () => {
    const texts = Array.from({ length: 200 }, (_, n) => `${"x".repeat(20)}${n}y`);
    const rule = { when: { column: "note", contains: texts }, restriction: { kind: "fund" } };
    const mapping = mappingOf({ rules: Array(12).fill(rule) });
    const note = "x".repeat(4_000);
    const rows = Array.from({ length: 100 }, (_, n) => `2026-03-01,甲,${1 + n},${note}`);
    const began = performance.now();
    let last = began;
    let longest = 0;
    const turn = () => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    };
    const others = setInterval(turn, 1);
    const { report } = await importInto(csvOf(...rows), { mapping });
    turn();
    clearInterval(others);
    expect(report.recorded).toBe(100);
    expect(longest * 3).toBeLessThan(performance.now() - began);
  });
});
