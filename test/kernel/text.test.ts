import { expect, test } from "vitest";
import { fill } from "../../src/kernel/text.ts";

test("fills in parameters by name and leaves an unknown name to be seen", () => {
  expect(fill("需要 {needed}，可用 {available}", { needed: "1.00" })).toBe(
    "需要 1.00，可用 {available}",
  );
  expect(fill("{entry}", { entry: 0 })).toBe("0");
});
