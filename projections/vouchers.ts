// Vouchers (凭证): every posted entry as one voucher per host, numbered through the month without a
// gap in the order of recording, and the two that nobody records: the year's end and the change of
// regime, which are read off the account balances.

import { approvalOf } from "../src/domain/books/approve-entries.ts";
import { daysOf } from "../src/domain/books/closing.ts";
import type { Books } from "../src/domain/books.ts";
import type { StoredEvent } from "../src/domain/event.ts";
import { factOfType } from "../src/domain/facts.ts";
import {
  type Account,
  accountIn,
  accountOf,
  closesInto,
  isClosedYearly,
  REGIMES,
  regimeOn,
} from "../src/domain/journal/chart.ts";
import type { JournalEntry, Posting } from "../src/domain/journal/posting.ts";
import type { Day } from "../src/kernel/day.ts";
import type { Currency } from "../src/kernel/money.ts";
import type { Text } from "../src/kernel/text.ts";
import { type AccountRow, readAccountRow } from "./account-balance.ts";
import type { TallyView } from "./tally.ts";

/** 记 for entries, 转 for what is read off the balances; each is numbered by itself. */
export type VoucherWord = "记" | "转";

export type VoucherLine = {
  readonly fund: string | null;
  readonly bucket: string;
  readonly project: string | null;
  readonly community: string | null;
  readonly currency: Currency;
  readonly account: Account;
  readonly side: "debit" | "credit";
  readonly amount: bigint;
  readonly item: string | null;
};

export type Voucher = {
  readonly host: string;
  readonly word: VoucherWord;
  readonly number: number;
  readonly day: Day;
  readonly summary: Text;
  /** The entry it books; undefined for a voucher that is read off the balances. */
  readonly event: StoredEvent | undefined;
  /** Who made it; undefined likewise. */
  readonly maker: string | undefined;
  /** Who approved it; undefined while nobody has. */
  readonly checker: string | undefined;
  /** How many documents the entry names by hash. */
  readonly attachments: number;
  readonly lines: readonly VoucherLine[];
};

/** Who approved an entry in the books of a host. */
export type CheckerOf = (host: string, entry: number) => string | undefined;

/** Finds who approved what, by the registers; `event` reads the approval itself. */
export function checkersIn(
  books: Books,
  event: (id: string) => StoredEvent | undefined,
): CheckerOf {
  const actors = new Map<string, string | undefined>();
  return (host, entry) => {
    const approval = approvalOf(books, host, entry);
    if (!approval) return undefined;
    if (!actors.has(approval.id)) actors.set(approval.id, event(approval.id)?.actor);
    return actors.get(approval.id);
  };
}

/** The vouchers of a journal read from its first entry, in its order. */
export function* vouchersOf(
  journal: Iterable<JournalEntry>,
  checkerOf: CheckerOf,
): Generator<Voucher> {
  const last = new Map<string, number>();
  for (const { event, day, postings } of journal) {
    for (const host of new Set(postings.map((posting) => posting.host))) {
      const month = `${host}|${day.slice(0, 7)}`;
      const number = (last.get(month) ?? 0) + 1;
      last.set(month, number);
      yield {
        host,
        word: "记",
        number,
        day,
        summary: summaryOf(event),
        event,
        maker: event.actor,
        checker: checkerOf(host, event.entry),
        attachments: attachmentsOf(event),
        lines: merged(postings.filter((posting) => posting.host === host)),
      };
    }
  }
}

/** Lines that differ in nothing but the amount stand as one. */
function merged(postings: readonly Posting[]): VoucherLine[] {
  const lines = new Map<string, VoucherLine>();
  for (const { regime, account, amount, ...posting } of postings) {
    const key = [account, ...Object.values(posting)].join("|");
    const before = lines.get(key)?.amount ?? 0n;
    const { fund, bucket, project, community, currency, side, item } = posting;
    const dimensions = { fund, bucket, project, community, currency, side, item };
    lines.set(key, { ...dimensions, account: accountOf(regime, account), amount: before + amount });
  }
  return [...lines.values()];
}

function summaryOf({ type, data, reason }: StoredEvent): Text {
  const title = factOfType(type)?.title ?? { zh: type, en: type };
  const { memo, entry } = data as { memo?: string; entry?: number };
  const red = type === "EntryReversed" ? ` #${entry}` : "";
  const more = memo ?? reason;
  return {
    zh: `${title.zh}${red}${more === undefined ? "" : `：${more}`}`,
    en: `${title.en}${red}${more === undefined ? "" : `: ${more}`}`,
  };
}

function attachmentsOf({ data }: StoredEvent): number {
  const { evidence } = data as { evidence?: string | readonly string[] };
  return evidence === undefined ? 0 : typeof evidence === "string" ? 1 : evidence.length;
}

const YEAR_END: Text = { zh: "年末结转收入、费用", en: "Year-end transfer of income and cost" };
const CHANGE: Text = { zh: "新旧会计制度衔接", en: "Change of accounting regime" };

/**
 * The vouchers of years that have ended (before the year of `day`, or closed): income and cost go
 * to net assets, and on the first day of a new regime the old accounts to the new ones. `view` holds
 * the account balances as of the point of the report.
 */
export function* derivedVouchers(view: TallyView, books: Books, day: Day): Generator<Voucher> {
  const rows = view.rows.map((key) => {
    const [debit = 0n, credit = 0n] = view.values(key);
    return { row: readAccountRow(key), debit: debit - credit };
  });
  const current = Number(day.slice(0, 4));
  for (const host of [...new Set(rows.map(({ row }) => row.host))].sort()) {
    const own = rows.filter(({ row }) => row.host === host);
    const years = [...new Set(own.map(({ row }) => row.year))].sort((a, b) => a - b);
    for (const year of years) {
      if (year < current || isYearClosed(books, host, year)) yield* closing(host, year, own);
    }
    for (const { validFrom, carriedFrom } of REGIMES) {
      if (carriedFrom !== null && validFrom <= day) yield* changing(host, validFrom, own);
    }
  }
}

function isYearClosed(books: Books, host: string, year: number): boolean {
  const closings = books.closings.get(host)?.closings ?? [];
  return closings.some(({ period }) => period === String(year));
}

type Sum = { readonly row: AccountRow; readonly debit: bigint };

function* closing(host: string, year: number, sums: readonly Sum[]): Generator<Voucher> {
  const lines = derivedLines();
  for (const { row, debit } of sums) {
    if (row.year !== year || !isClosedYearly(row.account)) continue;
    lines.add(row, row.account, -debit);
    lines.add(row, closesInto(row.account), debit);
  }
  yield* derived(host, daysOf(String(year)).last, YEAR_END, lines);
}

function* changing(host: string, first: Day, sums: readonly Sum[]): Generator<Voucher> {
  const year = Number(first.slice(0, 4));
  const lines = derivedLines();
  for (const { row, debit } of sums) {
    if (row.year >= year) continue;
    lines.add(row, lastAccount(row, year), -debit);
    lines.add(row, accountIn(row.account, row.year, year), debit);
  }
  yield* derived(host, first, CHANGE, lines);
}

/** Where a row's amount stood when the year before `year` had been closed. */
function lastAccount({ account, year: booked }: AccountRow, year: number): Account {
  return closesInto(accountIn(account, booked, year - 1));
}

/** How a row of account balances counts on the debit side of a derived line. */
export function weighDerived(account: Account, day: Day): (row: AccountRow) => 1 | 0 | -1 {
  const year = Number(day.slice(0, 4));
  if (day.endsWith("-12-31")) {
    if (isClosedYearly(account)) {
      return (row) => (row.year === year && row.account === account ? -1 : 0);
    }
    return (row) => {
      const moves = row.year === year && isClosedYearly(row.account);
      return moves && closesInto(row.account) === account ? 1 : 0;
    };
  }
  if (account.regime === regimeOn(day).id) {
    return (row) => (row.year < year && accountIn(row.account, row.year, year) === account ? 1 : 0);
  }
  return (row) => (row.year < year && lastAccount(row, year) === account ? -1 : 0);
}

/** Amounts by fund, bucket, currency and account; what is not zero is a line. */
function derivedLines() {
  const sums = new Map<string, VoucherLine>();
  return {
    add({ fund, bucket, currency }: AccountRow, account: Account, debit: bigint): void {
      const key = [fund ?? "", bucket, currency, account.regime, account.code].join("|");
      const amount = (sums.get(key)?.amount ?? 0n) + debit;
      sums.set(key, {
        fund,
        bucket,
        project: null,
        community: null,
        currency,
        account,
        side: "debit",
        amount,
        item: null,
      });
    },
    list(): VoucherLine[] {
      return [...sums]
        .filter(([, { amount }]) => amount !== 0n)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, line]) =>
          line.amount > 0n ? line : { ...line, side: "credit", amount: -line.amount },
        );
    },
  };
}

function* derived(
  host: string,
  day: Day,
  summary: Text,
  lines: ReturnType<typeof derivedLines>,
): Generator<Voucher> {
  const all = lines.list();
  if (all.length === 0) return;
  yield {
    host,
    word: "转",
    number: 1,
    day,
    summary,
    event: undefined,
    maker: undefined,
    checker: undefined,
    attachments: 0,
    lines: all,
  };
}
