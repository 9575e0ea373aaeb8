// What a book says in words, the same in every plain-text ledger: names of accounts, who a
// transaction is with, what it is about, and the tags of each of its lines.

import { factOfType } from "../../domain/facts.ts";
import type { Account, AccountKind } from "../../domain/journal/chart.ts";
import { accountsOf, REGIME_IDS } from "../../domain/journal/chart.ts";
import { fill, type Language, type Text } from "../../kernel/text.ts";
import type { BookLine, BookTransaction } from "./book.ts";
import { type Party, PERSON, payeeFinder } from "./organisations.ts";
import type { Snapshot } from "./snapshot.ts";

/** The five roots of a plain-text ledger, by the kind of account. */
export type Root = "assets" | "liabilities" | "equity" | "income" | "expenses";

const ROOT_OF: Readonly<Record<AccountKind, Root>> = {
  asset: "assets",
  contra: "assets",
  liability: "liabilities",
  net: "equity",
  adjustment: "equity",
  income: "income",
  expense: "expenses",
};

export const ROOTS: Readonly<Record<Root, Text>> = {
  assets: { zh: "资产", en: "assets" },
  liabilities: { zh: "负债", en: "liabilities" },
  equity: { zh: "净资产", en: "net assets" },
  income: { zh: "收入", en: "income" },
  expenses: { zh: "费用", en: "expenses" },
};

const TEXTS = {
  "year-end": {
    zh: "{of} 年收入、费用结转净资产",
    en: "Income and expenses of {of} carried into net assets",
  },
  "new-regime": {
    zh: "新旧制度衔接：转入 {of} 年制度科目",
    en: "Change of regime: taken over by the accounts of {of}",
  },
  "month-end": { zh: "月末余额核对", en: "Balances at the month's end" },
  donor: { zh: "捐赠人", en: "Donor" },
  ledger: { zh: "本机构", en: "The charity itself" },
} as const satisfies Record<string, Text>;

/** Where an account stands under its root, and its name in both languages. */
export function rootOf({ kind }: Account): Root {
  return ROOT_OF[kind];
}

/** Every account that can be posted to under any regime; one code with one name is one account. */
export function allAccounts(language: Language): Account[] {
  const byName = new Map<string, Account>();
  for (const account of REGIME_IDS.flatMap(accountsOf)) {
    const key = `${account.code} ${account.name[language]}`;
    if (!byName.has(key)) byName.set(key, account);
  }
  return [...byName.values()].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

export type Tags = Readonly<Record<string, string>>;

export type BookWords = {
  readonly language: Language;
  /** All payees that can occur. */
  payees(): string[];
  /** Who the charity's own transactions are with. */
  self(): string;
  payee(transaction: BookTransaction): string;
  note(transaction: BookTransaction): string;
  /** A code that no other transaction has: the entry number, or what it closes for whom. */
  code(transaction: BookTransaction): string;
  tags(line: BookLine): Tags;
  monthEnd(): string;
};

/** The names of the tags that a line may carry. */
export const TAG_NAMES = ["fund", "bucket", "host", "community", "project", "item"] as const;

const GIVING = new Set(["DonationReceived", "DonationRefunded", "GoodsReceived"]);
const PAYING = new Set(["DisbursementMade", "DisbursementReturned"]);

export function bookWords(snapshot: Snapshot, language: Language): BookWords {
  const { books } = snapshot;
  const say = (text: Text, params: Readonly<Record<string, unknown>> = {}) =>
    fill(text[language], params);
  const partyOf = payeeFinder(snapshot);
  const named = (party: Party) => (party.kind === "person" ? say(PERSON) : party.name);
  return {
    language,
    payees: () => [
      say(TEXTS.donor),
      say(TEXTS.ledger),
      say(PERSON),
      ...[...books.payees.values()].flatMap(({ name }) => name ?? []),
    ],
    self: () => say(TEXTS.ledger),
    payee({ event }) {
      const { reversedType = event?.type } = (event?.data ?? {}) as { reversedType?: string };
      if (event && PAYING.has(reversedType ?? "")) return named(partyOf(event));
      return say(GIVING.has(reversedType ?? "") ? TEXTS.donor : TEXTS.ledger);
    },
    note({ kind, event, of }) {
      if (event === null || kind !== "entry") return say(TEXTS[kind as "year-end"], { of });
      const title = factOfType(event.type)?.title;
      const { memo } = event.data as { memo?: string };
      return [title && say(title), memo ?? event.reason].filter(Boolean).join(" ");
    },
    code({ kind, of, lines: [first] }) {
      if (kind === "entry") return of;
      return [kind, of, first?.host, first?.fund?.slice(0, 8), first?.currency]
        .filter(Boolean)
        .join("-");
    },
    tags(line) {
      const fund = line.fund === null ? undefined : books.funds.get(line.fund);
      const project = line.project === null ? undefined : books.projects.get(line.project);
      const entries: [string, string | undefined][] = [
        ["fund", fund ? `${fund.id.slice(0, 8)} ${fund.name}` : `- ${say(TEXTS.ledger)}`],
        ["bucket", line.bucket],
        ["host", line.host],
        ["community", line.community ?? undefined],
        ["project", project && `${project.id.slice(0, 8)} ${project.title}`],
        ["item", line.item ?? undefined],
      ];
      return Object.fromEntries(
        entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
      );
    },
    monthEnd: () => say(TEXTS["month-end"]),
  };
}
