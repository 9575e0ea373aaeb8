import { expect, test } from "vitest";
import type { z } from "zod";
import { flagsOf, inputOf } from "../../src/cli/fact-flags.ts";
import { entryReversed } from "../../src/domain/books/reverse-entry.ts";
import { FACTS } from "../../src/domain/facts.ts";
import { donationReceived } from "../../src/domain/giving/receive-donation.ts";
import { bothOf } from "../../src/kernel/in-both.ts";

test("every field of every fact has one flag, and none is taken by a global option", () => {
  const globals = ["data", "url", "token", "json", "lang", "key", "reason"];
  for (const fact of FACTS) {
    const fields = flagsOf(fact).map(({ field }) => field);
    expect(fields).toEqual(Object.keys(fact.input));
    expect(fields.filter((field) => globals.includes(field))).toEqual([]);
  }
});

test("every flag says what it means, in both languages, and whether it is required", () => {
  const undescribed = FACTS.flatMap((fact) =>
    Object.entries(fact.input)
      .filter(([, field]) => bothOf((field as z.ZodType).description ?? "") === undefined)
      .map(([field]) => `${fact.command} ${field}`),
  );
  expect(undescribed).toEqual([]);
  const about = (name: string) => {
    const flag = flagsOf(donationReceived).find(({ field }) => field === name);
    return bothOf(flag?.description ?? "");
  };
  expect(about("amount")).toEqual({
    zh: "金额，如 1234.50；必填",
    en: "decimal text like 1234.50; required",
  });
  expect(about("receivedOn")?.en).toMatch(/; today when left out$/);
  expect(about("fund")?.zh).toMatch(/编号的开头或名称亦可；必填$/);
  expect(about("currency")?.en).toMatch(/; that of the fund or the earlier fact when left out$/);
  expect(about("donor")?.en).not.toMatch(/required/);
});

test("flags are spelled with hyphens and know dates from other text", () => {
  const flags = flagsOf(donationReceived);
  const receivedOn = flags.find(({ field }) => field === "receivedOn");
  expect(receivedOn).toMatchObject({ syntax: "--received-on <day>", isDay: true, required: true });
  const amount = flags.find(({ field }) => field === "amount");
  expect(amount).toMatchObject({ kind: "text", isDay: false, required: true });
});

test("numbers, switches and JSON texts become what the schema wants", () => {
  const reversal = inputOf(flagsOf(entryReversed), { entry: "7", acceptOverdraft: true });
  expect(reversal).toEqual({ entry: 7, acceptOverdraft: true });
  const gift = inputOf(flagsOf(donationReceived), { restriction: '{"kind":"fund"}', amount: "5" });
  expect(gift).toEqual({ restriction: { kind: "fund" }, amount: "5" });
});

test("names the flag whose JSON cannot be read", () => {
  const flags = flagsOf(donationReceived);
  expect(() => inputOf(flags, { restriction: "fund" })).toThrow("--restriction <json>");
});
