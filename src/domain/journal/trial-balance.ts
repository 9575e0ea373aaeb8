// The trial balance that a closing fixes: one canonical text, so that anybody can hash it again.

import type { Day } from "../../kernel/day.ts";
import { type Currency, formatAmount } from "../../kernel/money.ts";
import { type Account, accountIn } from "./chart.ts";

/** What was booked in an account in a year: debits less credits. */
export type Booked = {
  readonly fund: string | null;
  readonly bucket: string;
  readonly currency: Currency;
  readonly account: Account;
  readonly year: number;
  readonly debit: bigint;
};

/**
 * One line per fund, bucket, currency and account that is not zero, as it stands on the day (years
 * before it closed into net assets), sorted, debits positive.
 */
export function trialBalanceText(host: string, day: Day, booked: Iterable<Booked>): string {
  const atYear = Number(day.slice(0, 4));
  const sums = new Map<string, { debit: bigint; readonly currency: Currency }>();
  for (const { fund, bucket, currency, account, year, debit } of booked) {
    const { regime, code } = accountIn(account, year, atYear);
    const key = [fund ?? "", bucket, currency, regime, code].join("\t");
    const sum = sums.get(key) ?? { debit: 0n, currency };
    sum.debit += debit;
    sums.set(key, sum);
  }
  const lines = [...sums]
    .filter(([, { debit }]) => debit !== 0n)
    .map(([key, { debit, currency }]) => `${key}\t${formatAmount(debit, currency)}`)
    .sort();
  return [`almoner trial balance\t${host}\t${day}`, ...lines, ""].join("\n");
}
