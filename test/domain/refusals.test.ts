import { expect, test } from "vitest";
import { REFUSALS, refusalMessage, refusalStatus } from "../../src/domain/refusals.ts";
import { Refusal } from "../../src/kernel/refusal.ts";

test("says a refusal in both languages, with its parameters filled in", () => {
  const refusal = new Refusal("INSUFFICIENT_FUNDS", { needed: "5.00", available: "1.00" });
  expect(refusalMessage(refusal, "zh")).toBe("可用余额不足：需要 5.00，可用 1.00");
  expect(refusalMessage(refusal, "en")).toBe("Not enough money: 5.00 needed, 1.00 available");
  expect(refusalStatus("INSUFFICIENT_FUNDS")).toBe(409);
});

test("both languages of a refusal name the same parameters", () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [code, { zh, en }] of Object.entries(REFUSALS)) {
    expect(names(zh), code).toEqual(names(en));
  }
});

test("a code from a later version is shown as it is", () => {
  expect(refusalMessage(new Refusal("SOME_DAY"), "zh")).toBe("SOME_DAY");
  expect(refusalStatus("SOME_DAY")).toBe(409);
});
