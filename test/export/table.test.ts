import { expect, test } from "vitest";
import { tableLines } from "../../src/export/table-lines.ts";

test("aligns Chinese by its width on a terminal, and money right with its thousands grouped", () => {
  const lines = tableLines(
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
  expect([...lines]).toEqual([
    "名称            金额",
    "小书桌  1,234,567.80",
    "a              -5.00",
    "b",
  ]);
});

test("never sends a control character to the terminal", () => {
  const [, line] = tableLines([{ title: "a", kind: "text" }], [["\u001b[31mred\n\u0007"]]);
  expect(line).toBe("\ufffd[31mred\ufffd\ufffd");
});

test("streams: after a thousand rows a line leaves before the next row is read", () => {
  let read = 0;
  function* rows() {
    for (read = 1; read <= 5_000; read++) yield [String(read)];
  }
  const lines = tableLines([{ title: "n", kind: "count" }], rows());
  for (let line = 0; line < 3_000; line++) lines.next();
  expect(read).toBe(3_000 - 1);
});
