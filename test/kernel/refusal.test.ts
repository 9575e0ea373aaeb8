import { expect, test } from "vitest";
import { isRefusal, Refusal } from "../../src/kernel/refusal.ts";

test("carries its code and parameters, and is told from other errors", () => {
  const refusal = new Refusal("FUND_CLOSED", { fund: "f" });
  expect(refusal).toMatchObject({ code: "FUND_CLOSED", params: { fund: "f" }, name: "Refusal" });
  expect(refusal.message).toContain("FUND_CLOSED");
  expect([isRefusal(refusal), isRefusal(new Error("FUND_CLOSED"))]).toEqual([true, false]);
});
