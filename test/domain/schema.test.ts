// Hostile and unlucky text: what a name, a memo, a code or an amount may never be.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  amount,
  currency,
  day,
  divisionCode,
  id,
  ledgerObject,
  line,
  memo,
  personRef,
  purpose,
  reference,
  sha256,
} from "../../src/domain/schema.ts";

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe("one line of text", () => {
  const name = line(10);
  test("is counted in code points and kept in NFC", () => {
    expect(takes(name, "😀".repeat(10))).toBe(true);
    expect(takes(name, "😀".repeat(11))).toBe(false);
    expect(name.parse("Cafe\u0301")).toBe("Caf\u00e9");
    expect(takes(name, "𠮷野家")).toBe(true);
  });
  test.each([
    "",
    " a",
    "a ",
    "a\u3000",
    "a\nb",
    "a\r",
    "a\tb",
    "a\0b",
    "\ufeffa",
    "a\u200bb",
    "a\u202eb",
    "a\u2066b",
    "\ud800",
    "b\u2028c",
    5,
    null,
  ])("is not %j", (text) => {
    expect(takes(name, text)).toBe(false);
  });
});

describe("a memo", () => {
  test.each([
    "电话13000000000",
    "身份证00000000000000000X",
    "卡0000000000000000",
    "0000000000000000000",
  ])("holds no personal number: %s", (text) => {
    expect(takes(memo(140), text)).toBe(false);
  });
  test("nor does what a gift is bound to, nor the reference of its payment", () => {
    expect(takes(purpose, "给 110101199003070011")).toBe(false);
    expect(takes(reference, "收款 张三 13812345678")).toBe(false);
    expect(takes(reference, "4200001234202601011234567890")).toBe(true);
  });
  test.each(["一张书桌", "凭证20260301001", "合同号 123456789012"])("may be %s", (text) => {
    expect(takes(memo(140), text)).toBe(true);
  });
});

test.each([
  ["a division code", divisionCode, ["320500", "320581102", "320581102201"]],
  ["an id", id, ["891d28e8-4f53-5a80-b018-ecba26033a0b"]],
  ["a hash", sha256, ["ab".repeat(32)]],
  ["a person's reference", personRef, ["d_000001", "x".repeat(64)]],
  ["a day", day, ["2026-02-28"]],
])("takes %s", (_name, schema, texts) => {
  for (const text of texts) expect(takes(schema, text), text).toBe(true);
});

test.each([
  ["a division code", divisionCode, ["32050", "3205811", "020500", "320581102201001", "320500\n"]],
  ["an id", id, ["891D28E8-4F53-5A80-B018-ECBA26033A0B", "891d28e8", ""]],
  ["a hash", sha256, ["AB".repeat(32), "ab".repeat(31)]],
  ["a person's reference", personRef, ["short", "张三张三张三张三", "x".repeat(65), "a b c d e f"]],
  ["a day", day, ["2026-02-29", "20260228", "2026-02-28T00:00:00Z", 20260228]],
])("takes no %s of another form", (_name, schema, values) => {
  for (const value of values) expect(takes(schema, value), String(value)).toBe(false);
});

describe("an object with a currency", () => {
  const money = ledgerObject({ currency, amount, parts: z.array(z.strictObject({ amount })) });
  test("writes every amount in canonical form, at any depth", () => {
    const input = { currency: "CNY", amount: "9007199254740993", parts: [{ amount: "0.1" }] };
    expect(money.parse(input)).toEqual({
      currency: "CNY",
      amount: "9007199254740993.00",
      parts: [{ amount: "0.10" }],
    });
  });
  test.each([
    ["VND", "9007199254740993"],
    ["KWD", "1.005"],
    ["JPY", "52000000"],
  ])("keeps the decimals of %s: %s", (unit, text) => {
    expect(money.parse({ currency: unit, amount: text, parts: [] })).toMatchObject({
      amount: text,
    });
  });
  test("names the amount that has more decimals than the currency", () => {
    const result = money.safeParse({ currency: "CNY", amount: "1", parts: [{ amount: "1.005" }] });
    expect(result.error?.issues.map(({ path }) => path)).toEqual([["parts", 0, "amount"]]);
  });
  test.each([{ currency: "cny" }, { currency: "XXX" }, { currency: undefined }, { more: 1 }])(
    "refuses %o",
    (wrong) => {
      expect(takes(money, { currency: "CNY", amount: "1", parts: [], ...wrong })).toBe(false);
    },
  );
});
