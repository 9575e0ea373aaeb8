// A journal for ledger-cli 3, in which a tag has a comment line of its own.

import { allAccounts, TAG_NAMES } from "./book-words.ts";
import { defineHandOver } from "./export.ts";
import {
  accountName,
  amountOf,
  asserted,
  type Dialect,
  INDENT,
  journalIn,
  lines,
  plain,
  sample,
  unique,
} from "./journals.ts";

const DIALECT: Dialect = {
  head({ words, about, currencies }) {
    const { language } = words;
    return lines([
      ...about.map((text) => `; ${plain(text)}`),
      "",
      ...currencies.flatMap((currency) => [
        `commodity ${currency}`,
        `${INDENT}format ${sample(currency)}`,
      ]),
      ...allAccounts(language).map((account) => `account ${accountName(account, language)}`),
      ...unique(words.payees().map(plain)).map((payee) => `payee ${payee}`),
      ...TAG_NAMES.map((name) => `tag ${name}`),
      "",
    ]);
  },
  transaction(transaction, words) {
    const { day, lines: postings } = transaction;
    const head = `${day} * (${words.code(transaction)}) ${plain(words.payee(transaction))}`;
    const body = postings.flatMap((line) => [
      `${INDENT}${accountName(line.account, words.language)}  ${amountOf(line.amount, line.currency)}`,
      ...Object.entries(words.tags(line)).map(
        ([name, value]) => `${INDENT}; ${name}: ${plain(value)}`,
      ),
    ]);
    return lines([head, `${INDENT}; ${plain(words.note(transaction))}`, ...body, ""]);
  },
  balances(monthEnd, words) {
    const payee = plain(words.self());
    return asserted(monthEnd, words).replace(` ${payee} | ${words.monthEnd()}`, ` ${payee}`);
  },
};

export const ledger = defineHandOver(
  journalIn(DIALECT, "ledger", {
    name: "ledger",
    title: { zh: "ledger 账簿", en: "ledger journal" },
    about: {
      zh: "同 hledger 账簿，按 ledger-cli 的写法；可用 --pedantic 检查。",
      en: "The same book as ledger-cli writes it; passes --pedantic.",
    },
  }),
);
