// What the journals for hledger, ledger and beancount share. Each is a dialect: how a file begins, how
// a transaction and a balance are written. Names stay as they are but for marks that are reserved.

import type { Account } from "../../domain/journal/chart.ts";
import { refuse } from "../../domain/refuse.ts";
import { CURRENCIES, type Currency, formatAmount } from "../../kernel/money.ts";
import type { Language } from "../../kernel/text.ts";
import { type BookItem, type BookTransaction, bookOf, type MonthEnd } from "./book.ts";
import { type BookWords, bookWords, ROOTS, rootOf } from "./book-words.ts";
import { type HandOver, someHost } from "./export.ts";

export type Opening = {
  readonly words: BookWords;
  readonly about: readonly string[];
  readonly currencies: readonly Currency[];
  /** The business date of the first transaction. */
  readonly firstDay: string;
};

export type Dialect = {
  head(opening: Opening): string;
  transaction(transaction: BookTransaction, words: BookWords): string;
  balances(monthEnd: MonthEnd, words: BookWords): string;
};

const READERS = ["accountant", "approver", "auditor"] as const;

/** The declaration of a dialect's journal. */
export function journalIn(
  dialect: Dialect,
  extension: string,
  told: Pick<HandOver, "name" | "title" | "about">,
): HandOver {
  return {
    ...told,
    readers: READERS,
    formats: [{ name: extension, mediaType: "text/plain; charset=utf-8" }],
    params: ["host"],
    write({ snapshot, params, language, about }) {
      const host = someHost(snapshot, params.host)?.creditCode;
      const book = bookOf(snapshot, { host, language });
      const first = book.next();
      if (first.done) return refuse("EXPORT_EMPTY");
      const words = bookWords(snapshot, language);
      const funds = [...snapshot.books.funds.values()];
      const counts = { transactions: 0, lines: 0 };
      const opening = {
        words,
        about,
        currencies: [...new Set(funds.map(({ currency }) => currency))],
        firstDay: first.value.day,
      };
      const chunks = function* () {
        yield dialect.head(opening);
        for (const item of resumed(first.value, book)) {
          if (item.kind === "month-end") {
            yield dialect.balances(item, words);
          } else {
            counts.transactions += 1;
            counts.lines += item.lines.length;
            yield dialect.transaction(item, words);
          }
        }
      };
      return { chunks: chunks(), summary: () => ({ ...counts }) };
    },
  };
}

/** An account's name below its root, its words parted by a single blank. */
export function accountName(account: Account, language: Language): string {
  const name = account.name[language].replace(/\s+/g, " ").replace(/[;:|]/g, "-");
  return `${ROOTS[rootOf(account)][language]}:${account.code} ${name}`;
}

/** A text without the marks that part a description, a tag or a comment. */
export function plain(text: string): string {
  return text.replace(/;/g, "；").replace(/\|/g, "／").replace(/,/g, "，").replace(/\s+/g, " ");
}

function* resumed(first: BookItem, rest: Iterable<BookItem>): Generator<BookItem> {
  yield first;
  yield* rest;
}

export const INDENT = "    ";

export function amountOf(minor: bigint, currency: Currency): string {
  return `${currency} ${formatAmount(minor, currency)}`;
}

export function sample(currency: Currency): string {
  return `${currency} 1000.${"0".repeat(CURRENCIES[currency])}`;
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

export function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}

/** Balance assertions as hledger and ledger both read them. */
export function asserted({ day, balances }: MonthEnd, words: BookWords): string {
  const payee = plain(words.self());
  return lines([
    `${day} * (balances-${day}) ${payee} | ${words.monthEnd()}`,
    ...balances.map(({ account, currency, amount }) => {
      const name = accountName(account, words.language);
      return `${INDENT}${name}  ${amountOf(0n, currency)} = ${amountOf(amount, currency)}`;
    }),
    "",
  ]);
}
