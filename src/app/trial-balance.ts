// The hash of a host's trial balance at a day: what a closing fixes, and what anybody may compare
// with it later.

import { hash } from "node:crypto";
import { readAccountRow } from "../../projections/account-balance.ts";
import type { TallyView } from "../../projections/tally.ts";
import { accountOf } from "../domain/journal/chart.ts";
import { debitOf, type JournalEntry } from "../domain/journal/posting.ts";
import { type Booked, trialBalanceText } from "../domain/journal/trial-balance.ts";
import type { Day } from "../kernel/day.ts";

/**
 * SHA-256 of the trial balance's text, from the account balances of business days up to `day` and
 * from entries that are not in them yet.
 */
export function trialBalanceHash(
  view: TallyView,
  { host, day }: { readonly host: string; readonly day: Day },
  pending: readonly JournalEntry[] = [],
): string {
  return hash("sha256", trialBalanceText(host, day, bookedOf(host, day, view, pending)));
}

function* bookedOf(
  host: string,
  day: Day,
  view: TallyView,
  pending: readonly JournalEntry[],
): Generator<Booked> {
  for (const key of view.rows) {
    const row = readAccountRow(key);
    if (row.host !== host) continue;
    const [debit = 0n, credit = 0n] = view.values(key);
    yield { ...row, debit: debit - credit };
  }
  for (const entry of pending) {
    if (entry.day > day) continue;
    const year = Number(entry.day.slice(0, 4));
    for (const posting of entry.postings) {
      if (posting.host !== host) continue;
      const account = accountOf(posting.regime, posting.account);
      yield { ...posting, account, year, debit: debitOf(posting) };
    }
  }
}
