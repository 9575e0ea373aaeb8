import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dayNumber,
  dayOfInstant,
  dayOfNumber,
  FIRST_DAY,
  isDay,
  LAST_DAY,
  monthsAfter,
} from "../../src/kernel/day.ts";

test.each(["1900-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2999-12-31"])(
  "%s is a day",
  (text) => {
    expect(isDay(text)).toBe(true);
  },
);

test.each([
  "2025-02-29",
  "1900-02-29",
  "2026-02-30",
  "2026-04-31",
  "2026-13-01",
  "2026-00-10",
  "2026-01-00",
  "1899-12-31",
  "3000-01-01",
  "0000-01-01",
  "9999-12-31",
  "2026-1-1",
  "26-01-01",
  "2026-01-01T00:00:00Z",
  "2026-01-01\n",
  "２０２６-01-01",
  "",
])("%j is no day", (text) => {
  expect(isDay(text)).toBe(false);
});

test("day numbers count days from 1970 and give the same day back", () => {
  expect(dayNumber("1970-01-01")).toBe(0);
  expect(dayNumber("1969-12-31")).toBe(-1);
  expect(dayNumber("2000-03-01") - dayNumber("2000-02-28")).toBe(2);
  const range = { min: dayNumber(FIRST_DAY), max: dayNumber(LAST_DAY) };
  fc.assert(
    fc.property(fc.integer(range), (number) => {
      const day = dayOfNumber(number);
      expect(isDay(day)).toBe(true);
      expect(dayNumber(day)).toBe(number);
    }),
  );
});

test.each([
  ["2026-01-31", 1, "2026-02-28"],
  ["2023-11-30", 3, "2024-02-29"],
  ["2026-10-15", 3, "2027-01-15"],
  ["2026-12-31", 12, "2027-12-31"],
])("%s and %i months are %s", (day, months, expected) => {
  expect(monthsAfter(day, months)).toBe(expected);
});

describe("the day of an instant is that of the ledger's zone", () => {
  test.each([
    ["2026-12-31T15:59:59.999Z", "Asia/Shanghai", "2026-12-31"],
    ["2026-12-31T16:00:00.000Z", "Asia/Shanghai", "2027-01-01"],
    ["2026-12-31T16:00:00.000Z", "UTC", "2026-12-31"],
    ["2026-01-01T00:30:00.000Z", "America/New_York", "2025-12-31"],
    ["2026-03-29T23:30:00.000Z", "Europe/Berlin", "2026-03-30"],
  ])("%s in %s", (instant, zone, day) => {
    expect(dayOfInstant(Date.parse(instant), zone)).toBe(day);
  });
});
