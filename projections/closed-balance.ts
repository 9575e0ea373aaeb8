// The trial balance that a closing fixes, read off the account balances: one text that the closing
// hashes when it is made and that anybody compares with it later.

import { accountOf } from "../src/domain/journal/chart.ts";
import { debitOf, type JournalEntry } from "../src/domain/journal/posting.ts";
import { type Booked, trialBalanceText } from "../src/domain/journal/trial-balance.ts";
import type { Day } from "../src/kernel/day.ts";
import { readAccountRow } from "./account-balance.ts";
import type { TallyView } from "./tally.ts";

/**
 * A host's trial balance at a day, from the account balances of business days up to it and from
 * entries that are not in them yet.
 */
export function closedBalance(
  view: TallyView,
  { host, day }: { readonly host: string; readonly day: Day },
  pending: readonly JournalEntry[] = [],
): string {
  return trialBalanceText(host, day, [...bookedIn(view, host), ...bookedBy(pending, host, day)]);
}

function* bookedIn(view: TallyView, host: string): Generator<Booked> {
  for (const key of view.rows) {
    const row = readAccountRow(key);
    if (row.host !== host) continue;
    const [debit = 0n, credit = 0n] = view.values(key);
    yield { ...row, debit: debit - credit };
  }
}

function* bookedBy(entries: readonly JournalEntry[], host: string, day: Day): Generator<Booked> {
  for (const entry of entries) {
    if (entry.day > day) continue;
    const year = Number(entry.day.slice(0, 4));
    for (const posting of entry.postings) {
      if (posting.host !== host) continue;
      const account = accountOf(posting.regime, posting.account);
      yield { ...posting, account, year, debit: debitOf(posting) };
    }
  }
}
