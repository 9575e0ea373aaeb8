import { expect, test } from "vitest";
import { dayNumber, dayOfNumber } from "../../../src/kernel/day.ts";
import { given } from "../given.ts";
import { LEDGER } from "../world.ts";

test("opens the ledger with the zone of its days, Shanghai unless told", () => {
  const { books, when } = given();
  const result = when("OpenLedger", { name: "善账", demo: true, openedOn: "2026-01-01" });
  expect(result).toMatchObject({ data: { zone: "Asia/Shanghai", demo: true }, moves: [] });
  expect(books.ledger.get("ledger")).toEqual({ name: "善账", zone: "Asia/Shanghai", demo: true });
});

test("refuses to open a ledger twice", () => {
  expect(given(LEDGER).when("OpenLedger", LEDGER.input)).toMatchObject({
    code: "LEDGER_ALREADY_OPEN",
  });
});

test("refuses a zone that nobody knows", () => {
  const input = { name: "善账", zone: "Asia/Atlantis", openedOn: "2026-01-01" };
  expect(given().when("OpenLedger", input)).toMatchObject({ code: "ZONE_UNKNOWN" });
});

test.each([
  ["Pacific/Kiritimati", "2026-06-30"],
  ["America/New_York", "2026-06-30"],
  ["Pacific/Pago_Pago", "2026-06-29"],
])("judges the day in the ledger's own zone: in %s it is %s", (zone, today) => {
  const open = (openedOn: string) => given().when("OpenLedger", { name: "善账", zone, openedOn });
  const dayAfter = dayOfNumber(dayNumber(today) + 1);
  expect(open(today)).toMatchObject({ data: { openedOn: today } });
  expect(open(dayAfter)).toMatchObject({ code: "DAY_IN_FUTURE", params: { today } });
});

test("refuses a day that has not come", () => {
  const input = { name: "善账", openedOn: "2999-01-01" };
  expect(given().when("OpenLedger", input)).toMatchObject({ code: "DAY_IN_FUTURE" });
});
