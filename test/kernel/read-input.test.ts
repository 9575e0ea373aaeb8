import { expect, test } from "vitest";
import { z } from "zod";
import { donationReceived } from "../../src/domain/giving/receive-donation.ts";
import { inBoth } from "../../src/kernel/in-both.ts";
import { issuesText, readInput } from "../../src/kernel/read-input.ts";

const GIFT = { fund: "x", amount: "5", currency: "CNY", receivedOn: "2026-03-01" };

/** What is told about one field of a gift, or of another thing. */
function told(
  change: object,
  field = Object.keys(change)[0],
  schema = donationReceived.inputSchema,
) {
  const read = readInput(schema, { ...GIFT, ...change });
  return read.success ? [] : read.issues.filter(({ path }) => path === field);
}

test.each([
  [{ amount: "-5" }, "普通的十进制数", "a plain decimal"],
  [{ amount: "1234567890123456789" }, "金额过大", "too large"],
  [{ amount: "0" }, "金额须大于零", "an amount above zero"],
  [{ amount: "1.005" }, "CNY 至多 2 位小数", "CNY has at most 2 decimals"],
  [{ amount: undefined }, "必填", "required"],
  [{ amount: 5 }, "期望 string", "expected string"],
  [{ receivedOn: "2026-02-30" }, "真实存在的日期", "an existing calendar day"],
  [{ currency: "XXX" }, '期望以下之一 "CNY"', 'expected one of "CNY"'],
  [{ note: "x" }, "没有这个字段", "there is no such field"],
])("tells what is wrong with %o once, in both languages", (change, zh, en) => {
  expect(told(change).map(({ text }) => text)).toEqual([
    { zh: expect.stringContaining(zh), en: expect.stringContaining(en) },
  ]);
});

test("names what a discriminator may be, and the path into what is nested", () => {
  const [issue] = told({ restriction: { kind: "x" } }, "restriction.kind");
  expect(issue?.text.zh).toContain('"none"|"fund"');
  expect(issue?.text.en).toContain("'none' | 'fund'");
  expect(told({ restriction: { kind: "fund", more: 1 } }, "restriction.more")).toHaveLength(1);
});

test("tells of a hundred fields and no more", () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, 1]));
  const read = readInput(z.strictObject({}), many);
  expect(read).toMatchObject({ success: false, issues: { length: 100 } });
});

test("gives the value that the schema makes", () => {
  expect(readInput(z.string().transform(Number), "5")).toEqual({ success: true, data: 5 });
});

test("refuses two Chinese texts for one English one", () => {
  const text = { zh: "甲", en: "one English text" };
  expect(inBoth(text)).toBe(inBoth({ ...text }));
  expect(() => inBoth({ ...text, zh: "乙" })).toThrow("two texts");
});

test("writes issues as lines behind their fields", () => {
  const text = { zh: "甲", en: "a" };
  const issues = [
    { path: "x.y", text },
    { path: "", text },
  ];
  expect(issuesText(issues)).toEqual({ zh: "x.y: 甲\n甲", en: "x.y: a\na" });
});
