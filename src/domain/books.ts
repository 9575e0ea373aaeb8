// What the rules know: the registers (ledger, hosts, communities, payees, projects, funds) and what
// each bucket of each fund holds. Folded from events and their moves, layered so that a batch that
// fails leaves no trace. Facts further back are looked up by id.

import type { Day } from "../kernel/day.ts";
import { baseLayer, type Layer, layerOver } from "../kernel/layer.ts";
import type { Currency } from "../kernel/money.ts";
import type { StoredEvent } from "./event.ts";
import { AVAILABLE, COMMITTED, type Move, STOCK } from "./move.ts";
import type { Level } from "./schema.ts";

export type Ledger = { readonly name: string; readonly zone: string; readonly demo: boolean };
export type Host = { readonly creditCode: string; readonly name: string };
export type Community = {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
  readonly parent: string | null;
  /** The last day it existed; null while it does. */
  readonly validTo: Day | null;
};
export type Payee = {
  readonly id: string;
  readonly kind: "organisation" | "person";
  readonly name: string | null;
};
export type Project = {
  readonly id: string;
  readonly title: string;
  readonly field: string;
  readonly fund: string | null;
  readonly result: "succeeded" | "ended" | null;
};
export type Fund = {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly community: string | null;
  readonly level: Level;
  readonly currency: Currency;
  readonly status: "open" | "suspended" | "closed";
  readonly openedOn: Day;
};

/** One closing that stands: a month `2026-09` or a year `2026`. */
export type Closing = { readonly period: string; readonly lastDay: Day; readonly id: string };

/** What is closed of a host's books. */
export type Closings = {
  readonly host: string;
  /** The last day that is closed. */
  readonly through: Day;
  readonly closings: readonly Closing[];
};

/** One approval: the entries of a host from `first` to `last`. */
export type Approval = { readonly first: number; readonly last: number; readonly id: string };

/** What is approved of a host's books. */
export type Approvals = { readonly host: string; readonly approvals: readonly Approval[] };

/** What a bucket holds, in minor units of the fund's currency. */
export type Balance = {
  readonly available: bigint;
  readonly committed: bigint;
  /** Fair value of goods in stock. */
  readonly stock: bigint;
};

export const EMPTY_BALANCE: Balance = { available: 0n, committed: 0n, stock: 0n };

/** A fact on the log with the facts that refer to it, oldest first. */
export type FactOnLog = {
  readonly event: StoredEvent;
  /** Its business date. */
  readonly day: Day;
  readonly moves: readonly Move[];
  /** The host whose own part of the books it enters, outside all funds. */
  readonly ownBooks: string | null;
  readonly links: readonly string[];
  readonly later: readonly FactOnLog[];
};

/** New versions of register records, as an event's `evolve` returns them. */
export type Patch = {
  readonly ledger?: Ledger;
  readonly host?: Host;
  readonly community?: Community;
  readonly payee?: Payee;
  readonly project?: Project;
  readonly fund?: Fund;
  readonly closings?: Closings;
  readonly approvals?: Approvals;
};

export type Books = {
  readonly ledger: Layer<"ledger", Ledger>;
  readonly hosts: Layer<string, Host>;
  readonly communities: Layer<string, Community>;
  readonly payees: Layer<string, Payee>;
  readonly projects: Layer<string, Project>;
  readonly funds: Layer<string, Fund>;
  /** By host. */
  readonly closings: Layer<string, Closings>;
  /** By host. */
  readonly approvals: Layer<string, Approvals>;
  /** Fund id → bucket key → balance. An inner map is changed only in the layer that it is written to. */
  readonly balances: Layer<string, Map<string, Balance>>;
};

/** A figure to work out: a cell of a report, as of an entry, and perhaps up to a business date. */
export type FigureAsked = {
  readonly figure: string;
  readonly row: Readonly<Record<string, string>>;
  readonly asOf?: number | undefined;
  readonly upTo?: Day | undefined;
};

/** A figure as the projections give it. */
export type FigureFound = {
  readonly definition: string;
  readonly definitionVersion: number;
  readonly size: number;
  readonly root: string;
  readonly value: string;
  readonly currency?: Currency | undefined;
  readonly entries: number;
};

/** What a rule may ask while it decides. */
export type Known = {
  readonly books: Books;
  /** Today in the ledger's zone. */
  readonly today: Day;
  /** Today in a zone, for the entry that says which one the ledger's is. */
  readonly todayIn: (zone: string) => Day;
  /** Who asks. */
  readonly actor: string;
  /** The fact with this id, from the log or from earlier in the same batch. */
  readonly fact: (id: string) => FactOnLog | undefined;
  /** The fact at this entry number. */
  readonly factAt: (entry: number) => FactOnLog | undefined;
  /** A figure of what is on the log; refuses one that does not exist. */
  readonly figure: (asked: FigureAsked) => FigureFound;
  /** The hash of a host's trial balance at a day, and the last entry that it includes. */
  readonly trialBalance: (host: string, day: Day) => TrialBalanceMark;
};

export type TrialBalanceMark = { readonly trialBalance: string; readonly through: number };

/** Books in which nothing is registered. */
export function emptyBooks(): Books {
  return {
    ledger: baseLayer(),
    hosts: baseLayer(),
    communities: baseLayer(),
    payees: baseLayer(),
    projects: baseLayer(),
    funds: baseLayer(),
    closings: baseLayer(),
    approvals: baseLayer(),
    balances: baseLayer(),
  };
}

/** A draft over `books`: changes stay in it until `mergeBooks`. */
export function draftOf(books: Books): Books {
  return {
    ledger: layerOver(books.ledger),
    hosts: layerOver(books.hosts),
    communities: layerOver(books.communities),
    payees: layerOver(books.payees),
    projects: layerOver(books.projects),
    funds: layerOver(books.funds),
    closings: layerOver(books.closings),
    approvals: layerOver(books.approvals),
    balances: layerOver(books.balances),
  };
}

/** Moves a draft's changes into the books it was laid over. */
export function mergeBooks(draft: Books): void {
  for (const layer of Object.values(draft)) layer.merge();
}

/** Records what an event changed in the registers. */
export function applyPatch(books: Books, patch: Patch): void {
  if (patch.ledger) books.ledger.set("ledger", patch.ledger);
  if (patch.host) books.hosts.set(patch.host.creditCode, patch.host);
  if (patch.community) books.communities.set(patch.community.code, patch.community);
  if (patch.payee) books.payees.set(patch.payee.id, patch.payee);
  if (patch.project) books.projects.set(patch.project.id, patch.project);
  if (patch.fund) books.funds.set(patch.fund.id, patch.fund);
  if (patch.closings) books.closings.set(patch.closings.host, patch.closings);
  if (patch.approvals) books.approvals.set(patch.approvals.host, patch.approvals);
}

/** Adds moves to the balances of the buckets they touch. */
export function applyMoves(books: Books, moves: readonly Move[]): void {
  for (const move of moves) {
    if (move.fund === null || move.bucket === null) continue;
    let buckets = books.balances.own(move.fund);
    if (!buckets) {
      buckets = new Map(books.balances.get(move.fund));
      books.balances.set(move.fund, buckets);
    }
    buckets.set(move.bucket, balanceAfter(buckets.get(move.bucket) ?? EMPTY_BALANCE, move));
  }
}

/** The balance that a move leaves. */
export function balanceAfter({ available, committed, stock }: Balance, move: Move): Balance {
  const { measure, amount } = move;
  return {
    available: added(available, AVAILABLE[measure], amount),
    committed: added(committed, COMMITTED[measure], amount),
    stock: added(stock, STOCK[measure], amount),
  };
}

function added(sum: bigint, sign: 1 | -1 | undefined, amount: bigint): bigint {
  if (sign === undefined) return sum;
  return sign > 0 ? sum + amount : sum - amount;
}

/** The balance of one bucket; empty when nothing ever moved in it. */
export function balanceOf(books: Books, fund: string, bucket: string): Balance {
  return books.balances.get(fund)?.get(bucket) ?? EMPTY_BALANCE;
}
