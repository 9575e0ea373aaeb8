// What the facts that follow an allocation share: where it goes and what it still holds.

import type { Currency } from "../../kernel/money.ts";
import type { FactOnLog, Known } from "../books.ts";
import type { Move } from "../move.ts";
import {
  atMost,
  balancesOfFact,
  draw,
  fundThatDecides,
  happened,
  liveFact,
  minor,
  movesOf,
  notBefore,
  type Portion,
  type Sum,
} from "../rules.ts";
import { type Draws, divisionCode, draws, id } from "../schema.ts";

/** What follow-ups copy from the allocation, so that each entry can be read on its own. */
export const allocationShape = {
  fund: id,
  community: divisionCode,
  forProject: id.nullable(),
  draws,
};

export type AllocationData = {
  readonly fund: string;
  readonly community: string;
  readonly project?: string;
  readonly currency: Currency;
  readonly allocatedOn: string;
  readonly draws: Draws;
};

/** The live allocation `id` of a fund that may decide, for a follow-up on day `on`. */
export function allocationFor(
  known: Known,
  allocation: string,
  currency: Currency,
  on: string,
): { fact: FactOnLog; data: AllocationData } {
  happened(known, on);
  const fact = liveFact(known, allocation, "AllocationMade");
  const data = fact.event.data as AllocationData;
  notBefore(on, data.allocatedOn);
  fundThatDecides(known, data.fund, currency);
  return { fact, data };
}

/** What an allocation still holds per bucket, in the order of its draws. */
function committedPortions({ fact, data }: { fact: FactOnLog; data: AllocationData }): Portion[] {
  const balances = balancesOfFact(fact);
  return data.draws.map(({ bucket }) => ({
    bucket,
    left: balances.get(bucket)?.committed ?? 0n,
  }));
}

/**
 * What a follow-up takes from an allocation, out of what it still holds, and what it copies from it.
 * The buckets give in the order of the allocation's draws; `lastFirst` turns that round.
 */
export function takeFrom(
  allocation: { fact: FactOnLog; data: AllocationData },
  sum: Sum,
  { lastFirst = false } = {},
) {
  const portions = committedPortions(allocation);
  if (lastFirst) portions.reverse();
  atMost(minor(sum), sumOf(portions), sum.currency);
  const { fund, community, project } = allocation.data;
  const draws = draw(minor(sum), portions, sum.currency);
  return { fund, community, forProject: project ?? null, draws };
}

/** The moves of a follow-up, by what it copied from its allocation. */
export function allocatedMoves(
  measure: "released" | "disbursed" | "returned",
  data: Copied,
): Move[] {
  const { fund, community, forProject: project, draws, currency } = data;
  return movesOf(draws, currency, { measure, fund, community, project });
}

type Copied = Omit<AllocationData, "project" | "allocatedOn"> & {
  readonly forProject: string | null;
};

/** Minor units of all portions. */
export function sumOf(portions: readonly Portion[]): bigint {
  return portions.reduce((sum, { left }) => sum + left, 0n);
}
