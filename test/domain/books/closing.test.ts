import { expect, test } from "vitest";
import { dayAfter, dayBefore, daysOf } from "../../../src/domain/books/closing.ts";

test.each([
  ["2026-01", "2026-01-01", "2026-01-31"],
  ["2024-02", "2024-02-01", "2024-02-29"],
  ["2026-12", "2026-12-01", "2026-12-31"],
  ["2026", "2026-01-01", "2026-12-31"],
])("%s runs from %s to %s", (period, first, last) => {
  expect(daysOf(period)).toEqual({ first, last });
});

test("days follow each other over the ends of months and years", () => {
  expect(dayAfter("2025-12-31")).toBe("2026-01-01");
  expect(dayBefore("2024-03-01")).toBe("2024-02-29");
});
