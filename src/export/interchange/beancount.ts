// A ledger for beancount, versions 2 and 3.

import type { Account } from "../../domain/journal/chart.ts";
import { dayNumber, dayOfNumber } from "../../kernel/day.ts";
import { formatAmount } from "../../kernel/money.ts";
import type { Language } from "../../kernel/text.ts";
import { allAccounts, rootOf } from "./book-words.ts";
import { defineHandOver } from "./export.ts";
import { type Dialect, journalIn, lines } from "./journals.ts";

const DIALECT: Dialect = {
  head({ words, about, currencies, firstDay }) {
    return lines([
      ...about.map((text) => `; ${text}`),
      "",
      `option "title" ${quoted(about[0] ?? "")}`,
      ...currencies.map((currency) => `option "operating_currency" "${currency}"`),
      "",
      ...currencies.map((currency) => `${firstDay} commodity ${currency}`),
      ...allAccounts(words.language).map(
        (account) => `${firstDay} open ${beanAccount(account, words.language)}`,
      ),
      "",
    ]);
  },
  transaction(transaction, words) {
    const { day, lines: postings } = transaction;
    const code = words.code(transaction);
    const texts = [words.payee(transaction), words.note(transaction)].map(quoted).join(" ");
    const body = postings.flatMap((line) => [
      `  ${beanAccount(line.account, words.language)}  ${formatAmount(line.amount, line.currency)} ${line.currency}`,
      ...Object.entries(words.tags(line)).map(([name, value]) => `    ${name}: ${quoted(value)}`),
    ]);
    return lines([`${day} * ${texts} ^entry-${code}`, `  code: "${code}"`, ...body, ""]);
  },
  // A balance holds at the beginning of its day, so a month's end is told on the next morning.
  balances({ day, balances }, words) {
    const morning = dayOfNumber(dayNumber(day) + 1);
    return lines([
      ...balances.map(({ account, currency, amount }) => {
        const name = beanAccount(account, words.language);
        return `${morning} balance ${name}  ${formatAmount(amount, currency)} ${currency}`;
      }),
      "",
    ]);
  },
};

const BEAN_ROOTS = {
  assets: "Assets",
  liabilities: "Liabilities",
  equity: "Equity",
  income: "Income",
  expenses: "Expenses",
} as const;

/** Letters and digits of any script parted by hyphens; the code makes it begin with a digit. */
function beanAccount(account: Account, language: Language): string {
  const name = account.name[language].replace(/[^\p{L}\p{Nd}]+/gu, "-").replace(/^-|-$/g, "");
  return `${BEAN_ROOTS[rootOf(account)]}:${account.code}-${name}`;
}

function quoted(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
}

export const beancount = defineHandOver(
  journalIn(DIALECT, "beancount", {
    name: "beancount",
    title: { zh: "beancount 账簿", en: "beancount ledger" },
    about: {
      zh: "同 hledger 账簿，按 beancount 的写法；可用 bean-check 检查。",
      en: "The same book as beancount writes it; passes bean-check.",
    },
  }),
);
