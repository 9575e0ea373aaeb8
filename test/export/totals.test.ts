import { describe, expect, test } from "vitest";
import { type Look, sheetOf } from "../../src/export/sheet.ts";
import { COMMUNITY, resultOf } from "./sample.ts";

function closingOf(
  amounts: readonly string[],
  { filters = {}, ...look }: Partial<Look> & { filters?: Record<string, string> } = {},
) {
  const rows = amounts.map((received) => ({ ...COMMUNITY, received }));
  const sheet = sheetOf(resultOf(rows, { filters }), { language: "zh", unit: "1", ...look });
  expect([...sheet.rows]).toHaveLength(amounts.length);
  return new Map(sheet.closing());
}

describe("what stands below the rows", () => {
  test("is a control total where rows overlap, and says so", () => {
    const closing = closingOf(["0.10", "0.20"]);
    expect(closing.get("行数")).toBe("2");
    expect(closing.get("控制合计 收到 CNY")).toBe("0.30");
    expect(closing.get("控制合计")).toContain("重叠");
  });

  test("is a total, in words too, where they do not", () => {
    const closing = closingOf(["325.03", "0.01"], { filters: { level: "township" } });
    expect(closing.get("合计 收到 CNY")).toBe("325.04");
    expect(closing.get("合计 收到 CNY 大写")).toBe("人民币叁佰贰拾伍元零肆分");
    expect([...closing.keys()].some((label) => label.startsWith("控制"))).toBe(false);
  });

  test("keeps currencies apart and sums of any size exact", () => {
    const yen = { ...COMMUNITY, currency: "JPY" };
    for (const column of ["received", "fiscal-received", "allocated", "disbursed"])
      Object.assign(yen, { [column]: "7" });
    const rows = [yen, { ...COMMUNITY, received: "90071992547409.93" }, COMMUNITY];
    const sheet = sheetOf(resultOf(rows), { language: "en", unit: "1" });
    expect([...sheet.rows]).toHaveLength(3);
    expect(sheet.totals.control()).toContainEqual({
      column: "received",
      currency: "JPY",
      total: "7",
    });
    expect(sheet.totals.control()).toContainEqual({
      column: "received",
      currency: "CNY",
      total: "90071993781977.82",
    });
  });

  test("tells the difference that rounding to 万元 leaves", () => {
    const closing = closingOf(["50.00", "50.00", "50.00"], { unit: "10000" });
    expect(closing.get("控制合计 收到 CNY")).toBe("0.02");
    expect(closing.get("尾差")).toContain("多 0.01 万元");
    expect(closingOf(["100.00"], { unit: "10000" }).has("尾差")).toBe(false);
  });

  test("is refused for money without a currency, which no format could write", () => {
    const sheet = sheetOf(resultOf([{ ...COMMUNITY, currency: null }]), {
      language: "zh",
      unit: "1",
    });
    expect(() => [...sheet.rows]).toThrow(/currency/);
  });
});
