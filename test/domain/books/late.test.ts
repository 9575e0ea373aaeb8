import { describe, expect, test } from "vitest";
import { type AtPlace, comesTooLate } from "../../../src/domain/books/late.ts";
import type { Books } from "../../../src/domain/books.ts";
import type { Move } from "../../../src/domain/move.ts";
import { given } from "../given.ts";
import { closePeriod, FUND, gift, HOST, PROJECT, WORLD } from "../world.ts";

const received: Move = {
  measure: "received",
  fund: FUND,
  bucket: "none",
  community: null,
  project: null,
  amount: 1n,
};

function event(more: Partial<AtPlace> = {}): AtPlace {
  return {
    type: "DonationReceived",
    stream: "donation-x",
    data: {},
    moves: [received],
    ownBooks: null,
    day: "2026-05-01",
    daysAfter: () => [],
    ...more,
  };
}

function withFundClosed({ books }: { books: Books }): Books {
  const fund = books.funds.get(FUND);
  if (!fund) throw new Error("the world has no fund");
  books.funds.set(FUND, { ...fund, status: "closed" });
  return books;
}

describe("an entry comes too late", () => {
  const closed = () => given(...WORLD, closePeriod("2026-04")).books;

  test("when it moves money on a day that is closed by then, and not on a later day", () => {
    expect(comesTooLate(closed(), event({ day: "2026-04-30" }))).toBe(true);
    expect(comesTooLate(closed(), event())).toBe(false);
    const nothing = { day: "2026-04-30", moves: [] };
    expect(comesTooLate(closed(), event(nothing))).toBe(false);
    expect(comesTooLate(closed(), event({ ...nothing, ownBooks: HOST }))).toBe(true);
  });

  test("when it brings money to a closed fund, unless it stands on the fund's own stream", () => {
    const books = withFundClosed(given(...WORLD));
    expect(comesTooLate(books, event())).toBe(true);
    expect(comesTooLate(books, event({ moves: [{ ...received, bucket: null }] }))).toBe(false);
    // A chargeback that the bank forces is recorded whatever became of the fund.
    expect(comesTooLate(books, event({ stream: `fund-${FUND}` }))).toBe(false);
  });

  test("when it sets money aside for a project that has ended", () => {
    const { books } = given(...WORLD);
    const of = (data: object) => event({ type: "AllocationMade", stream: `fund-${FUND}`, data });
    expect(comesTooLate(books, of({ project: PROJECT }))).toBe(false);
    const project = books.projects.get(PROJECT);
    if (!project) throw new Error("the world has no project");
    books.projects.set(PROJECT, { ...project, result: "ended" });
    expect(comesTooLate(books, of({ project: PROJECT }))).toBe(true);
    expect(comesTooLate(books, of({}))).toBe(false);
    expect(comesTooLate(books, event({ data: { project: PROJECT } }))).toBe(false);
  });

  test("when it closes a fund that a gift reached first", () => {
    const closing = event({ type: "FundClosed", stream: `fund-${FUND}`, data: { fund: FUND } });
    const before = { ...closing, moves: [] };
    expect(comesTooLate(given(...WORLD, gift("5")).books, before)).toBe(true);
    expect(comesTooLate(given(...WORLD).books, before)).toBe(false);
  });

  test("when it closes a period without an entry that was recorded in it first", () => {
    const asked: unknown[] = [];
    const closing = (days: string[]) =>
      event({
        type: "PeriodClosed",
        stream: `host-${HOST}`,
        data: { host: HOST, lastDay: "2026-04-30", through: 7 },
        moves: [],
        daysAfter: (...of) => {
          asked.push(of);
          return days;
        },
      });
    const { books } = given(...WORLD);
    expect(comesTooLate(books, closing(["2026-05-01", "2026-04-30"]))).toBe(true);
    expect(comesTooLate(books, closing(["2026-05-01"]))).toBe(false);
    expect(asked).toEqual(Array(2).fill([7, HOST]));
  });
});
