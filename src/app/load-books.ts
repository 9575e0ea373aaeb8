// Books at the head of a log: registers from the few entries that register something, balances
// from the sums that the store keeps. So a start costs the same for any number of gifts.

import {
  applyPatch,
  type Balance,
  type Books,
  balanceAfter,
  EMPTY_BALANCE,
  emptyBooks,
} from "../domain/books.ts";
import type { StoredEvent } from "../domain/event.ts";
import { factOfType } from "../domain/facts.ts";
import type { LogReader } from "../store/event-store.ts";

/** The event types that change registers; the other types only move money. */
export const REGISTER_TYPES = [
  "LedgerOpened",
  "HostRegistered",
  "CommunityRegistered",
  "PayeeRegistered",
  "ProjectRegistered",
  "ProjectClosed",
  "FundOpened",
  "FundSuspended",
  "FundResumed",
  "FundClosed",
  "PeriodClosed",
  "PeriodReopened",
  "EntriesApproved",
] as const;

const PAGE = 10_000;

/** Books as of the head of the log. */
export function loadBooks(log: LogReader): Books {
  const books = emptyBooks();
  for (const event of registerEvents(log)) evolveBooks(books, event);
  loadBalances(books, log);
  return books;
}

/** Applies what an event changes in the registers. */
export function evolveBooks(books: Books, event: StoredEvent): void {
  const fact = factOfType(event.type);
  if (!fact) throw new Error(`entry ${event.entry} has an unknown type, ${event.type}`);
  applyPatch(books, fact.evolve(event.data, event.id, books));
}

/** The events that change registers, in the order of the log. */
export function registerEvents(log: LogReader): StoredEvent[] {
  const entries: number[] = [];
  for (const type of REGISTER_TYPES) {
    for (let after = 0; ; ) {
      const page = log.entriesOfType(type, after, PAGE);
      entries.push(...page);
      if (page.length < PAGE) break;
      after = page.at(-1) as number;
    }
  }
  entries.sort((a, b) => a - b);
  return entries.flatMap((entry) => log.read(entry, entry));
}

function loadBalances(books: Books, log: LogReader): void {
  const totals = log.totals();
  const balances = new Map<string, Map<string, Balance>>();
  for (let series = 0; series < log.seriesCount(); series++) {
    const dimensions = log.seriesAt(series);
    const { fund, bucket } = dimensions;
    if (fund === null || bucket === null) continue;
    const buckets = balances.get(fund) ?? new Map<string, Balance>();
    balances.set(fund, buckets);
    const move = { ...dimensions, amount: totals.get(series) };
    buckets.set(bucket, balanceAfter(buckets.get(bucket) ?? EMPTY_BALANCE, move));
  }
  for (const [fund, buckets] of balances) books.balances.set(fund, buckets);
}
