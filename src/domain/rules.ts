// The rules that several facts share: what exists, what is open, which bucket pays.

import { type Day, isDay } from "../kernel/day.ts";
import type { Currency } from "../kernel/money.ts";
import { formatAmount, parseAmount } from "../kernel/money.ts";
import {
  type Balance,
  balanceAfter,
  balanceOf,
  EMPTY_BALANCE,
  type FactOnLog,
  type Fund,
  type Known,
} from "./books.ts";
import { bucketOfKey, type Spending, spendingRank } from "./bucket.ts";
import type { Move } from "./move.ts";
import { refuse } from "./refuse.ts";
import type { Draws, Restriction } from "./schema.ts";

/** A sum of money as it stands in an event. */
export type Sum = { readonly amount: string; readonly currency: Currency };

/** Minor units of a sum. */
export function minor(sum: Sum): bigint {
  return parseAmount(sum.amount, sum.currency);
}

/** The fund, in whatever state, once its currency is checked. */
export function fundOf(known: Pick<Known, "books">, id: string, currency?: Currency): Fund {
  const fund = known.books.funds.get(id) ?? refuse("FUND_UNKNOWN", { fund: id });
  if (currency !== undefined && currency !== fund.currency) {
    refuse("CURRENCY_DIFFERS", { currency, fundCurrency: fund.currency });
  }
  return fund;
}

/** A fund that may take money in: any but a closed one. */
export function fundThatReceives(
  known: Pick<Known, "books">,
  id: string,
  currency: Currency,
): Fund {
  const fund = fundOf(known, id, currency);
  if (fund.status === "closed") refuse("FUND_CLOSED", { fund: id });
  return fund;
}

/** A fund that may decide about its money: open, and none of its buckets overdrawn. */
export function fundThatDecides(known: Known, id: string, currency: Currency): Fund {
  const fund = fundThatReceives(known, id, currency);
  if (fund.status === "suspended") refuse("FUND_SUSPENDED", { fund: id });
  for (const [bucket, { available }] of known.books.balances.get(id) ?? []) {
    if (available < 0n) {
      const amount = formatAmount(-available, currency);
      refuse("FUND_OVERDRAWN", { fund: id, bucket, amount });
    }
  }
  return fund;
}

/** Refuses a business date after today: only what has happened is recorded. */
export function happened({ today }: Pick<Known, "today">, day: Day): void {
  if (day > today) refuse("DAY_IN_FUTURE", { day, today });
}

/** Refuses a date before that of the fact it follows. */
export function notBefore(day: Day, origin: Day): void {
  if (day < origin) refuse("DAY_BEFORE_ORIGIN", { day, origin });
}

/** Refuses a last day before the first. */
export function inOrder(from: Day, to: Day | undefined): void {
  if (to !== undefined && to < from) refuse("DAYS_REVERSED", { from, to });
}

/** The project, which must exist; a project that has ended takes no new decisions. */
export function projectOf(known: Known, id: string): void {
  const project = known.books.projects.get(id) ?? refuse("PROJECT_UNKNOWN", { project: id });
  if (project.result !== null) refuse("PROJECT_ENDED", { project: id });
}

/** Refuses an unknown community, and one that had ended by then. */
export function communityOf(known: Known, code: string, on: Day) {
  const community =
    known.books.communities.get(code) ?? refuse("COMMUNITY_UNKNOWN", { community: code });
  const { validTo } = community;
  if (validTo !== null && validTo < on) refuse("COMMUNITY_ENDED", { community: code, validTo });
  return community;
}

/** Refuses a restriction to a project that does not exist. */
export function restrictable(known: Known, restriction: Restriction): void {
  if (restriction.kind !== "project" || known.books.projects.get(restriction.project)) return;
  refuse("PROJECT_UNKNOWN", { project: restriction.project });
}

/** The bucket of money that comes in, named by its key: its project exists, its day is a day. */
export function bucketThatReceives(known: Known, key: string): void {
  const { restriction } = bucketOfKey(key);
  restrictable(known, restriction);
  if (restriction.kind === "time" && !isDay(restriction.notBefore)) {
    refuse("BUCKET_NOT_ALLOWED", { bucket: key });
  }
}

/** The fact with this id, of this type, not reversed. */
export function liveFact(known: Known, id: string, type: string): FactOnLog {
  const fact = known.fact(id) ?? refuse("FACT_UNKNOWN", { id });
  if (fact.event.type !== type) {
    refuse("FACT_OF_OTHER_KIND", { id, found: fact.event.type, wanted: type });
  }
  if (isReversed(fact)) refuse("FACT_REVERSED", { entry: fact.event.entry });
  return fact;
}

/** True when a red entry undoes this very fact. */
export function isReversed(fact: FactOnLog): boolean {
  return fact.later.some(
    ({ event, links }) => event.type === "EntryReversed" && links[0] === fact.event.id,
  );
}

/** What a fact and everything that refers to it leave in each bucket. */
export function balancesOfFact(fact: FactOnLog): Map<string, Balance> {
  const balances = new Map<string, Balance>();
  for (const { moves } of [fact, ...fact.later]) {
    for (const move of moves) {
      if (move.bucket === null) continue;
      balances.set(move.bucket, balanceAfter(balances.get(move.bucket) ?? EMPTY_BALANCE, move));
    }
  }
  return balances;
}

/** Bucket and minor units, in the order in which they pay. */
export type Portion = { readonly bucket: string; readonly left: bigint };

/**
 * Takes `wanted` from the portions, first come first.
 * Refuses with INSUFFICIENT_FUNDS when they do not hold enough.
 */
export function draw(wanted: bigint, portions: readonly Portion[], currency: Currency): Draws {
  const draws: Draws = [];
  let needed = wanted;
  for (const { bucket, left } of portions) {
    const part = left < needed ? left : needed;
    if (part <= 0n) continue;
    draws.push({ bucket, amount: formatAmount(part, currency) });
    needed -= part;
    if (needed === 0n) return draws;
  }
  return refuse("INSUFFICIENT_FUNDS", {
    needed: formatAmount(wanted, currency),
    available: formatAmount(wanted - needed, currency),
  });
}

/** The buckets of a fund that may pay for a spending, the most specific first, then by name. */
export function spendable(known: Known, fund: string, spending: Spending): Portion[] {
  return [...(known.books.balances.get(fund) ?? [])]
    .map(([bucket, { available }]) => ({
      bucket,
      left: available,
      rank: spendingRank(bucket, spending),
    }))
    .filter((portion) => portion.rank !== undefined && portion.left > 0n)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || (a.bucket < b.bucket ? -1 : 1));
}

/** Refuses chosen draws that a restriction forbids, a bucket lacks, or that do not add up. */
export function checkDraws(
  known: Known,
  fund: string,
  draws: Draws,
  sum: Sum,
  spending: Spending,
): void {
  const wanted = minor(sum);
  let total = 0n;
  const perBucket = new Map<string, bigint>();
  for (const { bucket, amount } of draws) {
    if (spendingRank(bucket, spending) === undefined) refuse("BUCKET_NOT_ALLOWED", { bucket });
    const part = parseAmount(amount, sum.currency);
    total += part;
    perBucket.set(bucket, (perBucket.get(bucket) ?? 0n) + part);
  }
  if (total !== wanted) {
    refuse("DRAWS_DO_NOT_ADD_UP", {
      sum: formatAmount(total, sum.currency),
      amount: sum.amount,
    });
  }
  for (const [bucket, part] of perBucket) enough(known, fund, bucket, part, sum.currency);
}

/** Refuses when a bucket of a fund holds less than `wanted`. */
export function enough(
  known: Known,
  fund: string,
  bucket: string,
  wanted: bigint,
  currency: Currency,
): void {
  const { available } = balanceOf(known.books, fund, bucket);
  if (available < wanted) {
    refuse("INSUFFICIENT_FUNDS", {
      needed: formatAmount(wanted, currency),
      available: formatAmount(available > 0n ? available : 0n, currency),
    });
  }
}

/** Refuses when more is asked than is left. */
export function atMost(asked: bigint, left: bigint, currency: Currency): void {
  if (asked > left) {
    refuse("EXCEEDS_WHAT_IS_LEFT", {
      asked: formatAmount(asked, currency),
      left: formatAmount(left, currency),
    });
  }
}

/** One move per draw. */
export function movesOf(
  draws: Draws,
  currency: Currency,
  series: Omit<Move, "bucket" | "amount">,
): Move[] {
  return draws.map(({ bucket, amount }) => ({
    ...series,
    bucket,
    amount: parseAmount(amount, currency),
  }));
}
