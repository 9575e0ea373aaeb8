import { expect, test } from "vitest";
import { formatTable } from "../../src/cli/table.ts";

test("aligns Chinese by its width on a terminal, and money right with its thousands grouped", () => {
  const lines = formatTable(
    [
      { title: "名称", kind: "text" },
      { title: "金额", kind: "money" },
    ],
    [
      ["小书桌", "1234567.80"],
      ["a", "-5.00"],
      ["b", null],
    ],
  );
  expect(lines).toEqual([
    "名称            金额",
    "小书桌  1,234,567.80",
    "a              -5.00",
    "b",
  ]);
});
