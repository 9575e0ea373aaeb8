// A journal for hledger, version 1.25 and later.

import { allAccounts, ROOTS, type Root, TAG_NAMES } from "./book-words.ts";
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

const TYPES: readonly (readonly [Root, string])[] = [
  ["assets", "A"],
  ["liabilities", "L"],
  ["equity", "E"],
  ["income", "R"],
  ["expenses", "X"],
];

const DIALECT: Dialect = {
  head({ words, about, currencies }) {
    const { language } = words;
    return lines([
      ...about.map((text) => `; ${plain(text)}`),
      "",
      ...currencies.map((currency) => `commodity ${sample(currency)}`),
      ...TYPES.map(([root, type]) => `account ${ROOTS[root][language]}  ; type: ${type}`),
      ...allAccounts(language).map((account) => `account ${accountName(account, language)}`),
      ...unique(words.payees().map(plain)).map((payee) => `payee ${payee}`),
      ...TAG_NAMES.map((name) => `tag ${name}`),
      "",
    ]);
  },
  transaction(transaction, words) {
    const { day, lines: postings } = transaction;
    const payee = plain(words.payee(transaction));
    const head = `${day} * (${words.code(transaction)}) ${payee} | ${plain(words.note(transaction))}`;
    const body = postings.map((line) => {
      const tags = Object.entries(words.tags(line)).map(([name, value]) => {
        return `${name}:${plain(value)}`;
      });
      const account = accountName(line.account, words.language);
      return `${INDENT}${account}  ${amountOf(line.amount, line.currency)}  ; ${tags.join(", ")}`;
    });
    return lines([head, ...body, ""]);
  },
  balances: asserted,
};

export const hledger = defineHandOver(
  journalIn(DIALECT, "journal", {
    name: "hledger",
    title: { zh: "hledger 账簿", en: "hledger journal" },
    about: {
      zh: "每条记账条目一笔，编号为条目号，每行带基金、限定桶、项目等标签，月末有余额断言；可用 hledger check 严格检查。",
      en: "A transaction for each posted entry, its code the entry number, every line tagged with fund, bucket and project, balances asserted at month ends; passes hledger check in strict mode.",
    },
  }),
);
