// Postings of an event: the double entry that the regime in force on its business date asks for.
// Derived and never stored, so a rule that was wrong is corrected by folding the log again.

import { type Day, dayNumber, dayOfNumber } from "../../kernel/day.ts";
import { type Currency, parseAmount } from "../../kernel/money.ts";
import type { Books, FactOnLog } from "../books.ts";
import { bucketOfKey } from "../bucket.ts";
import type { StoredEvent } from "../event.ts";
import { factOfType } from "../facts.ts";
import type { Move } from "../move.ts";
import {
  type Account,
  accountIn,
  accountOf,
  isClosedYearly,
  leafOf,
  netAccount,
  REGIMES,
  type Regime,
  regimeOn,
} from "./chart.ts";
import type { JournalEntry, Posting } from "./posting.ts";
import { type Circumstances, POSTING_RULES, ruleLines } from "./posting-rules.ts";

/** What postings need to know beside the event: who holds a fund, and what came before. */
export type JournalContext = {
  readonly books: Pick<Books, "funds">;
  /** A fact that an entry refers to. */
  fact(id: string, by: number): Pick<FactOnLog, "event" | "moves"> | undefined;
};

type Fact = Pick<FactOnLog, "event" | "moves">;

/** The business date of a fact. */
export function dayOf({ event }: Pick<FactOnLog, "event">): Day {
  const fact = factOfType(event.type);
  if (!fact) throw new Error(`entry ${event.entry} has an unknown type, ${event.type}`);
  return fact.on(event.data);
}

/** An event with its double entry. */
export function journalEntryOf(event: StoredEvent, context: JournalContext): JournalEntry {
  const moves = factOfType(event.type)?.moves(event.data, event.id) ?? [];
  const fact = { event, moves };
  return { event, day: dayOf(fact), postings: postingsOf(fact, context) };
}

/** The postings of a fact; none for what is only a memo, a register or a count. */
export function postingsOf(fact: Fact, context: JournalContext): Posting[] {
  const day = dayOf(fact);
  const own = BY_TYPE.get(fact.event.type);
  return own ? own(fact, day, context) : postMoves(fact.moves, {}, day, context);
}

type OwnRule = (fact: Fact, day: Day, context: JournalContext) => Posting[];

/** What is posted by more than its moves and its day. */
const BY_TYPE: ReadonlyMap<string, OwnRule> = new Map([
  ["EntryReversed", redEntry],
  ["OpeningBalanceRecorded", broughtForward],
  ["DonationRefunded", refund],
  ["TransferMade", transfer],
  ["RestrictionReleased", release],
  ["DisbursementReturned", returned],
  ["CostRecorded", costOfHost],
]);

/** The types whose postings `postingsOfMove` cannot tell. */
export const POSTED_BY_TYPE: readonly string[] = [...BY_TYPE.keys()];

/** The postings of one move of any other type. */
export function postingsOfMove(move: Move, day: Day, context: JournalContext): Posting[] {
  return postMove(move, {}, day, context);
}

/** Equal for two days on which a move is posted alike: a year while its rules stay. */
export function postingPeriod(day: Day): string {
  return `${yearOf(day)}.${CHANGE_DAYS.findLastIndex((change) => change <= day)}`;
}

const CHANGE_DAYS = [...POSTING_RULES, ...REGIMES]
  .flatMap(({ validFrom, validTo }) =>
    validTo === null ? [validFrom] : [validFrom, after(validTo)],
  )
  .sort();

function after(day: Day): Day {
  return dayOfNumber(dayNumber(day) + 1);
}

function postMoves(
  moves: readonly Move[],
  given: Circumstances,
  day: Day,
  context: JournalContext,
): Posting[] {
  return moves.flatMap((move) => postMove(move, given, day, context));
}

function postMove(move: Move, given: Circumstances, day: Day, context: JournalContext): Posting[] {
  const { measure, fund, bucket, project, community } = move;
  // Pledges and counts have no bucket: nothing has come in or gone out.
  if (fund === null || bucket === null) return [];
  const { source, nature, restriction } = bucketOfKey(bucket);
  const { host, currency } = fundIn(context, fund);
  const regime = regimeOn(day);
  return ruleLines(measure, { ...given, source, nature }, day).flatMap((line) => {
    const own = line.of === "host";
    const restricted = !own && restriction.kind !== "none";
    const account = leafOf(regime.id, line.account, restricted);
    const posting: Posting = {
      host,
      fund: own ? null : fund,
      bucket: own ? HOST_BUCKET : bucket,
      project: own ? null : project,
      community: own ? null : community,
      currency,
      regime: regime.id,
      account: account.code,
      item: line.item ?? null,
      side: line.side,
      amount: move.amount,
    };
    return [posting, ...spentWith(posting, account, restricted)];
  });
}

/** The bucket of the host's own money. */
const HOST_BUCKET = "none";

/**
 * Where cost is not kept by restriction (2004 regime) all of it ends in unrestricted net assets, so
 * spending restricted money releases as much: debit 3102, credit 3101. Where cost is split there is
 * no such release: never both for the same yuan.
 */
function spentWith(posting: Posting, account: Account, restricted: boolean): Posting[] {
  if (!restricted || account.kind !== "expense" || account.restricted !== null) return [];
  const isCost = posting.side === "debit";
  return [true, false].map((of) => ({
    ...posting,
    account: netAccount(posting.regime, of).code,
    side: of === isCost ? "debit" : "credit",
    item: "spent",
  }));
}

function refund({ event, moves }: Fact, day: Day, context: JournalContext): Posting[] {
  const { cause } = event.data as Pick<Required<Circumstances>, "cause">;
  return postMoves(moves, { cause }, day, context);
}

function transfer({ moves }: Fact, day: Day, context: JournalContext): Posting[] {
  const hosts = moves.map(({ fund }) => fundIn(context, fund ?? "").host);
  return postMoves(moves, { across: hosts.some((host) => host !== hosts[0]) }, day, context);
}

function release({ event, moves }: Fact, day: Day, context: JournalContext): Posting[] {
  const { donation } = event.data as { donation?: string };
  const gift = donation === undefined ? undefined : factIn(context, donation, event);
  const sameYear = gift !== undefined && yearOf(dayOf(gift)) === yearOf(day);
  return postMoves(moves, { sameYear }, day, context);
}

/** Takes back cost: that of an earlier year through net assets. */
function returned({ event, moves }: Fact, day: Day, context: JournalContext): Posting[] {
  const { disbursement } = event.data as { disbursement: string };
  const postings = postMoves(moves, {}, day, context);
  const year = yearOf(dayOf(factIn(context, disbursement, event)));
  return year < yearOf(day) ? ofEarlierYear(postings, day) : postings;
}

/** Income and cost of a year that has ended are corrected through its net assets. */
function ofEarlierYear(postings: readonly Posting[], day: Day): Posting[] {
  const regime = regimeOn(day);
  return postings.flatMap((posting) => {
    // The net assets themselves are corrected, so nothing is released beside that.
    if (posting.item === "spent") return [];
    const account = accountOf(posting.regime, posting.account);
    return isClosedYearly(account) ? [{ ...posting, ...adjustment(posting, regime) }] : [posting];
  });
}

function adjustment({ bucket }: Posting, regime: Regime) {
  const restricted = bucketOfKey(bucket).restriction.kind !== "none";
  const { code } = leafOf(regime.id, regime.adjustment ?? "net", restricted);
  return {
    regime: regime.id,
    account: code,
    item: regime.adjustment === null ? ("adjustment" as const) : null,
  };
}

/** The same lines with negative amounts; of an earlier year, in the accounts that took them over. */
function redEntry({ event }: Fact, day: Day, context: JournalContext): Posting[] {
  const target = factIn(context, (event.data as { reverses: string }).reverses, event);
  const undone = postingsOf(target, context).map((posting) => ({
    ...posting,
    amount: -posting.amount,
  }));
  const year = yearOf(dayOf(target));
  if (year >= yearOf(day)) return undone;
  const regime = regimeOn(day).id;
  return ofEarlierYear(undone, day).map((posting) => {
    if (posting.regime === regime) return posting;
    const account = accountOf(posting.regime, posting.account);
    return { ...posting, regime, account: accountIn(account, year, yearOf(day)).code };
  });
}

type Opening = {
  readonly host: string;
  readonly currency: Currency;
  readonly lines: readonly (Pick<Posting, "account" | "side" | "fund" | "bucket"> & {
    readonly amount: string;
  })[];
  readonly communities: readonly { readonly fund: string; readonly community: string | null }[];
};

/** Balances of another set of books, line by line as they were recorded. */
function broughtForward({ event }: Fact, day: Day): Posting[] {
  const { host, currency, lines, communities } = event.data as Opening;
  const regime = regimeOn(day).id;
  return lines.map(({ account, side, fund, bucket, amount }) => ({
    host,
    fund,
    bucket,
    project: null,
    community: communities.find((each) => each.fund === fund)?.community ?? null,
    currency,
    regime,
    account,
    side,
    amount: parseAmount(amount, currency),
    item: "opening",
  }));
}

type Cost = {
  readonly host: string;
  readonly amount: string;
  readonly currency: Currency;
  readonly function: NonNullable<Circumstances["function"]>;
  readonly kind: NonNullable<Circumstances["kind"]>;
  readonly project?: string;
};

/** A host's own cost, by what it was for, against what it was paid from. */
function costOfHost({ event }: Fact, day: Day): Posting[] {
  // Data of this type, as its fact has checked it.
  const { host, amount, currency, function: purpose, kind, project } = event.data as Cost;
  const regime = regimeOn(day).id;
  const lines = [
    ...ruleLines("cost", { function: purpose, tax: kind === "taxes" }, day),
    ...ruleLines("cost-paid", { kind }, day),
  ];
  return lines.map(({ account, side, item }) => ({
    host,
    fund: null,
    bucket: HOST_BUCKET,
    project: project ?? null,
    community: null,
    currency,
    regime,
    account: leafOf(regime, account, false).code,
    side,
    amount: parseAmount(amount, currency),
    item: item ?? null,
  }));
}

function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

function fundIn({ books }: JournalContext, id: string) {
  const fund = books.funds.get(id);
  if (!fund) throw new Error(`no fund ${id}`);
  return fund;
}

function factIn({ fact: factOf }: JournalContext, id: string, by: StoredEvent): Fact {
  const fact = factOf(id, by.entry);
  if (!fact) throw new Error(`no fact ${id}`);
  return fact;
}
