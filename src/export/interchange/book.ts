// The books as plain-text ledgers want them: every posted entry in the order of business dates, with
// the transfers of each year's end, the change of regime, and what every account holds at each
// month's end. Sums are kept per account, fund and bucket, so memory does not grow with the entries.

import { factsOnLog } from "../../app/facts-on-log.ts";
import type { StoredEvent } from "../../domain/event.ts";
import {
  type Account,
  accountIn,
  accountOf,
  closesInto,
  isClosedYearly,
  REGIMES,
  type RegimeId,
} from "../../domain/journal/chart.ts";
import { debitOf, type Posting } from "../../domain/journal/posting.ts";
import { journalEntryOf } from "../../domain/journal/postings-of.ts";
import { type Day, dayNumber, dayOfNumber } from "../../kernel/day.ts";
import type { Currency } from "../../kernel/money.ts";
import type { Language } from "../../kernel/text.ts";
import { postedEntries } from "./posted.ts";
import type { Snapshot } from "./snapshot.ts";

/** A line of a transaction; what is credited is negative. */
export type BookLine = Pick<
  Posting,
  "host" | "fund" | "bucket" | "project" | "community" | "item"
> & {
  readonly account: Account;
  readonly currency: Currency;
  readonly amount: bigint;
};

export type BookTransaction = {
  readonly kind: "entry" | "year-end" | "new-regime";
  readonly day: Day;
  /** The entry, for `entry`. */
  readonly event: StoredEvent | null;
  /** The year that ended, or the regime that begins. */
  readonly of: string;
  readonly lines: readonly BookLine[];
};

export type MonthEnd = {
  readonly kind: "month-end";
  readonly day: Day;
  readonly balances: readonly AccountBalance[];
};

export type AccountBalance = {
  readonly account: Account;
  readonly currency: Currency;
  readonly amount: bigint;
};

export type BookItem = BookTransaction | MonthEnd;

export type BookOptions = {
  /** The host's credit code; left out, all hosts. */
  readonly host?: string | undefined;
  /** The language that accounts are named in: what has one name is one account. */
  readonly language: Language;
};

/**
 * The book of a host, or of all hosts, as of the snapshot. Year ends are dated on the first day of
 * the next year, so that at the end of every day each account holds what the trial balance says.
 */
export function* bookOf(snapshot: Snapshot, { host, language }: BookOptions): Generator<BookItem> {
  const balances = createBalances(language);
  let last: Day | undefined;
  for (const transaction of entriesByDay(snapshot, host)) {
    if (last !== undefined) yield* monthsBetween(balances, last, transaction.day);
    last = transaction.day;
    balances.add(transaction.lines);
    yield transaction;
  }
  const { businessDate } = snapshot.asOf;
  if (last === undefined || businessDate === null) return;
  yield* monthsBetween(balances, last, businessDate);
  if (endOfMonth(businessDate) === businessDate) yield balances.at(businessDate);
}

/** The month ends, year ends and new regimes on the way from one day to another. */
function* monthsBetween(balances: Balances, from: Day, to: Day): Generator<BookItem> {
  for (let day = from; day.slice(0, 7) < to.slice(0, 7); day = nextMonth(day)) {
    yield balances.at(endOfMonth(day));
    if (day.slice(5, 7) !== "12") continue;
    const year = Number(day.slice(0, 4));
    for (const transition of [yearEnd, newRegime]) {
      for (const transaction of [...transition(balances.lines(), year)]) {
        balances.add(transaction.lines);
        const lines = balances.renamed(transaction.lines);
        if (lines.length > 0) yield { ...transaction, lines };
      }
    }
  }
}

type Balances = {
  add(lines: readonly BookLine[]): void;
  lines(): BookLine[];
  /** Without the pairs that lead from an account to one of the same name. */
  renamed(lines: readonly BookLine[]): BookLine[];
  at(day: Day): MonthEnd;
};

function createBalances(language: Language): Balances {
  const nameOf = ({ code, name }: Account) => `${code} ${name[language]}`;
  const sums = new Map<string, BookLine>();
  const totals = new Map<string, AccountBalance>();
  return {
    add(lines) {
      for (const line of lines) {
        accumulate(sums, sumKey(line), line);
        const { account, currency, amount } = line;
        accumulate(totals, `${nameOf(account)} ${currency}`, { account, currency, amount });
      }
    },
    lines: () => [...sums.values()],
    renamed: (lines) =>
      lines.filter(({ account }, index) => {
        const other = lines[index % 2 === 0 ? index + 1 : index - 1];
        return other === undefined || nameOf(other.account) !== nameOf(account);
      }),
    at: (day) => ({ kind: "month-end", day, balances: [...totals.values()] }),
  };
}

function accumulate<T extends { readonly amount: bigint }>(
  sums: Map<string, T>,
  key: string,
  line: T,
): void {
  const known = sums.get(key);
  sums.set(key, known ? { ...known, amount: known.amount + line.amount } : line);
}

// Closing carries money of a fund within its bucket; what it was spent on has been told by then.
function sumKey({ host, fund, bucket, currency, account }: BookLine): string {
  return `${host}|${fund ?? ""}|${bucket}|${currency}|${account.regime}|${account.code}`;
}

/** Income and cost of a year carried into net assets, fund by fund, each balanced by itself. */
function* yearEnd(sums: readonly BookLine[], year: number): Generator<BookTransaction> {
  const closed = sums.filter(({ account, amount }) => amount !== 0n && isClosedYearly(account));
  for (const group of byFund(closed)) {
    const lines = group.flatMap((line) => carried(line, closesInto(line.account)));
    yield { kind: "year-end", day: `${year + 1}-01-01`, event: null, of: String(year), lines };
  }
}

/** Balances taken over by the accounts of a regime that begins after a year, fund by fund. */
function* newRegime(sums: readonly BookLine[], year: number): Generator<BookTransaction> {
  const regime = REGIMES.find(({ validFrom, carriedFrom }) => {
    return carriedFrom !== null && validFrom === `${year + 1}-01-01`;
  });
  if (!regime) return;
  const old = sums.filter(
    ({ account, amount }) => amount !== 0n && account.regime === regime.carriedFrom,
  );
  for (const group of byFund(old)) {
    const lines = group.flatMap((line) => carried(line, accountIn(line.account, year, year + 1)));
    yield { kind: "new-regime", day: regime.validFrom, event: null, of: regime.id, lines };
  }
}

function carried(line: BookLine, to: Account): BookLine[] {
  const bare = { ...line, project: null, community: null, item: null };
  return [
    { ...bare, amount: -line.amount },
    { ...bare, account: to },
  ];
}

function byFund(lines: readonly BookLine[]): BookLine[][] {
  const groups = new Map<string, BookLine[]>();
  for (const line of lines) {
    const key = `${line.host}|${line.fund ?? ""}|${line.currency}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()];
}

function* entriesByDay(
  snapshot: Snapshot,
  host: string | undefined,
): Generator<BookTransaction & { readonly event: StoredEvent }> {
  const { log, books } = snapshot;
  const context = { books, fact: factsOnLog(log).byId };
  for (const entry of inOrderOfDays(snapshot)) {
    for (const event of log.read(entry, entry)) {
      const { day, postings } = journalEntryOf(event, context);
      const lines = postings
        .filter((posting) => host === undefined || posting.host === host)
        .map(lineOf);
      if (lines.length > 0) yield { kind: "entry", day, event, of: String(entry), lines };
    }
  }
}

function lineOf(posting: Posting): BookLine {
  const { host, fund, bucket, project, community, item, currency, regime, account } = posting;
  const amount = debitOf(posting);
  const found = accountOf(regime as RegimeId, account);
  return { host, fund, bucket, project, community, item, currency, account: found, amount };
}

const ENTRIES_MAX = 2 ** 33;

/** The numbers of the entries that may be posted, by business date and then as recorded. */
function* inOrderOfDays(snapshot: Snapshot): Generator<number> {
  const keys = Array.from(postedEntries(snapshot), ({ entry, day }) => day * ENTRIES_MAX + entry);
  let before: number | undefined;
  for (const key of Float64Array.from(keys).sort()) {
    if (key !== before) yield key - Math.floor(key / ENTRIES_MAX) * ENTRIES_MAX;
    before = key;
  }
}

function nextMonth(day: Day): Day {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  return month === 12
    ? `${year + 1}-01-01`
    : `${day.slice(0, 4)}-${String(month + 1).padStart(2, "0")}-01`;
}

function endOfMonth(day: Day): Day {
  return dayOfNumber(dayNumber(nextMonth(day)) - 1);
}
