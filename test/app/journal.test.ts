// Goal: what is posted from the stored moves is what the entries themselves say. Method: a story with
// every kind of entry over both regimes, read as lines and as double entry, whole and page by page.

import { expect, test } from "vitest";
import type { JournalEntry } from "../../src/domain/journal/posting.ts";
import { POSTED_BY_TYPE } from "../../src/domain/journal/postings-of.ts";
import { dayNumber } from "../../src/kernel/day.ts";
import { BOOKS_STORY, tell } from "../projections/books-scene.ts";
import { ask, freshLedger, HOST, idOf } from "./scene.ts";

const CNY = { currency: "CNY" };
const STORY = [
  ...BOOKS_STORY,
  // Beyond what one line can hold.
  ask("ReceiveDonation", "huge", {
    fund: idOf("fund-city"),
    amount: "90071992547409.93",
    ...CNY,
    receivedOn: "2025-09-01",
  }),
  ask(
    "ReverseEntry",
    "red-huge",
    { entry: BOOKS_STORY.length + 1, reversedOn: "2026-06-01" },
    "重复",
  ),
  ask(
    "RefundDonation",
    "refund",
    { donation: idOf("g25c"), amount: "4", ...CNY, refundedOn: "2026-06-02", cause: "own-error" },
    "多收",
  ),
  ask("RecordCost", "cost", {
    host: HOST,
    amount: "80",
    ...CNY,
    function: "management",
    kind: "staff",
    incurredOn: "2026-03-31",
  }),
];

/** What the double entry of an entry comes to, line by line. */
function booked({ event, day, postings }: JournalEntry) {
  return postings.map(({ amount, ...dimensions }) => ({
    entry: event.entry,
    ...dimensions,
    year: Number(day.slice(0, 4)),
    day: dayNumber(day),
    amount,
  }));
}

test("lines made from stored moves are the postings of the entries", async () => {
  const { ledger, done } = freshLedger();
  await tell(ledger, STORY);
  const { journal, store } = ledger;
  const head = store.head();

  const linesOf = (from: number, to: number) => {
    const { entry, series, day, amount } = journal.lines(from, to);
    return Array.from(entry, (number, line) => ({
      entry: number,
      ...journal.seriesAt(series[line] as number),
      day: day[line],
      amount: BigInt(amount[line] as number),
    }));
  };
  const merged = new Map<string, { amount: bigint }>();
  for (const { amount, ...line } of linesOf(1, head)) {
    const key = JSON.stringify(line, Object.keys(line).sort());
    merged.set(key, { ...line, amount: (merged.get(key)?.amount ?? 0n) + amount });
  }
  const expected = [...journal.entries(1, head)].flatMap(booked);
  expect([...merged.values()]).toEqual(expected);

  const halves = [...linesOf(1, BOOKS_STORY.length - 4), ...linesOf(BOOKS_STORY.length - 3, head)];
  expect(halves).toEqual(linesOf(1, head));

  const told = new Set(store.read(1, head).map(({ type }) => type));
  const missing = POSTED_BY_TYPE.filter((type) => !told.has(type));
  expect(missing).toEqual(["OpeningBalanceRecorded"]);
  done();
});
