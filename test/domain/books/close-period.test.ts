import { describe, expect, test } from "vitest";
import { given, idOf, type Step, step } from "../given.ts";
import {
  allocation,
  closePeriod,
  FUND,
  gift,
  HOST,
  NOBODY,
  payment,
  reopenPeriod,
  reversal,
  WORLD,
} from "../world.ts";

const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);
const close = (period: string, more: object = {}) => closePeriod(period, more).input;

test("fixes the trial balance of everything up to the period's last day", () => {
  const ledger = having(gift("100"));
  expect(ledger.when("ClosePeriod", close("2026-02"))).toMatchObject({
    data: { lastDay: "2026-02-28", trialBalance: "cd".repeat(32), through: WORLD.length + 1 },
    moves: [],
  });
  expect(ledger.books.closings.get(HOST)?.through).toBe("2026-02-28");
});

describe("a closed month", () => {
  const ledger = () => having(gift("100"), allocation("50"), payment("10"), closePeriod("2026-04"));
  const refused = { code: "PERIOD_CLOSED", params: { open: "2026-05-01" } };

  test.each([
    ["a gift", gift("1", { receivedOn: "2026-04-30" }, "late gift")],
    ["an allocation", allocation("1", { allocatedOn: "2026-03-01" }, "late allocation")],
    ["a payment", payment("1", { paidOn: "2026-04-30" }, "late payment")],
    ["a red entry", reversal(WORLD.length + 3, { reversedOn: "2026-04-30" })],
    [
      "interest",
      step("ReceiveInterest", {
        fund: FUND,
        amount: "1",
        currency: "CNY",
        receivedOn: "2026-01-05",
      }),
    ],
  ])("refuses %s dated into it and tells the first open day", (_what, { command, input, key }) => {
    expect(ledger().when(command, input, key)).toMatchObject(refused);
  });

  test("takes the same correction in the open month, naming what it corrects", () => {
    const entry = WORLD.length + 3;
    expect(ledger().when("ReverseEntry", { entry, reversedOn: "2026-05-01" })).toMatchObject({
      data: { reverses: idOf("payment") },
    });
  });

  test("takes what moves no money", () => {
    const late = { title: "迟登项目", field: "green", registeredOn: "2026-02-01" };
    expect(ledger().when("RegisterProject", late)).toHaveProperty("data");
  });
});

test("is not closed before it is over, twice, or behind a later closing", () => {
  const ledger = having(closePeriod("2026-04"));
  expect(ledger.when("ClosePeriod", close("2026-06"))).toMatchObject({ code: "PERIOD_NOT_OVER" });
  for (const period of ["2026-04", "2026-03", "2025"]) {
    expect(ledger.when("ClosePeriod", close(period))).toMatchObject({
      code: "PERIOD_CLOSED_ALREADY",
    });
  }
});

test("closes a year after its December, once", () => {
  const ledger = having(closePeriod("2025-12"), closePeriod("2025"));
  expect(ledger.books.closings.get(HOST)?.through).toBe("2025-12-31");
  expect(ledger.when("ClosePeriod", close("2025"))).toMatchObject({
    code: "PERIOD_CLOSED_ALREADY",
  });
});

test("is of one host only, which must be known", () => {
  const ledger = having();
  const input = { host: "53320500MJ00000010", period: "2026-04", closedOn: "2026-06-05" };
  expect(() => ledger.when("ClosePeriod", input)).toThrow("check character");
  expect(NOBODY).not.toBe(HOST);
});

describe("reopening", () => {
  test("needs somebody else than who closed it", () => {
    const ledger = having(closePeriod("2026-04"));
    const { command, input } = reopenPeriod("2026-04");
    expect(ledger.when(command, input)).toMatchObject({ code: "SAME_PERSON" });
    expect(ledger.when(command, input, "again", "approver-1")).toMatchObject({
      data: { undoes: [idOf("close 2026-04")] },
    });
  });

  test("opens that period and all after it, and leaves what is before closed", () => {
    const ledger = having(closePeriod("2026-03"), closePeriod("2026-04"), closePeriod("2026-05"));
    const { command, input } = reopenPeriod("2026-04");
    ledger.when(command, input, "reopen", "approver-1");
    expect(ledger.books.closings.get(HOST)).toMatchObject({
      through: "2026-03-31",
      closings: [{ period: "2026-03" }],
    });
    const late = gift("1", { receivedOn: "2026-04-01" });
    expect(ledger.when(late.command, late.input)).toHaveProperty("data");
    const tooLate = gift("1", { receivedOn: "2026-03-31" });
    expect(ledger.when(tooLate.command, tooLate.input, "x")).toMatchObject({
      code: "PERIOD_CLOSED",
    });
    expect(ledger.when("ClosePeriod", close("2026-05"), "close again")).toHaveProperty("data");
  });

  test("of what is not closed is refused", () => {
    const { command, input } = reopenPeriod("2026-05");
    expect(having(closePeriod("2026-04")).when(command, input)).toMatchObject({
      code: "PERIOD_NOT_CLOSED",
    });
  });
});
