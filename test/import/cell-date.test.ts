import { describe, expect, it } from "vitest";
import { dateReader } from "../../src/import/cell-date.ts";

describe("a date in a cell", () => {
  it.each([
    ["YYYY-M-D", "2026-03-01", "2026-03-01"],
    ["YYYY-M-D", "2026-03-01 23:59:59", "2026-03-01"],
    ["YYYY-M-D", "2026-03-01T00:00:00.5", "2026-03-01"],
    ["YYYY/M/D", "2020/1/26", "2020-01-26"],
    ["YYYY.M.D", "2020.01.26", "2020-01-26"],
    ["YYYY年M月D日", "2020年1月26日", "2020-01-26"],
    ["YYYYMMDD", "20200126", "2020-01-26"],
    ["D/M/YYYY", "26/09/2024", "2024-09-26"],
    ["M/D/YYYY", "9/26/2024 8:05", "2024-09-26"],
    ["D.M.YYYY", "26.9.2024", "2024-09-26"],
    ["D-M-YYYY", "26-09-2024", "2024-09-26"],
  ] as const)("is read in the shape %s: %j", (shape, text, day) => {
    expect(dateReader([shape], false)(text)).toBe(day);
  });

  it.each([
    "2026-02-30",
    "2025-02-29",
    "2026-13-01",
    "0000-01-01",
    "9999-12-31",
    "2026-03-01 25:00",
    "2026-03-01 24:00",
    "2026-03-01Z",
    "26-03-01",
    "２０２６-03-01",
    "2026-03-01 ".padEnd(100_000, "1"),
  ])("is refused when it is no day: %s", (text) => {
    expect(dateReader(["YYYY-M-D"], false)(text)).toBe("DATE_INVALID");
  });

  it("is the day of a spreadsheet's day number, in either system", () => {
    const read = dateReader(["excel"], false);
    expect([read(43856), read(43856.99), read(61), read(59)]).toEqual([
      "2020-01-26",
      "2020-01-26",
      "1900-03-01",
      "1900-02-28",
    ]);
    expect(dateReader(["excel"], true)(42394)).toBe("2020-01-26");
  });

  it("is refused for a day number that is no day", () => {
    const read = dateReader(["excel"], false);
    for (const serial of [0, 60, -1, 1e9, Number.NaN]) expect(read(serial)).toBe("DATE_INVALID");
    expect(dateReader(["YYYY-M-D"], false)(43856)).toBe("DATE_INVALID");
  });

  it("is read as digits before it is taken for a day number", () => {
    expect(dateReader(["YYYYMMDD", "excel"], false)(20200126)).toBe("2020-01-26");
  });

  it("is missing when the cell is empty", () => {
    expect(dateReader(["YYYY-M-D"], false)("\u3000")).toBeNull();
  });
});
