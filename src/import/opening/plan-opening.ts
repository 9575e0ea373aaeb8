// Opening balances as facts: lines that the rules allow, in parts that fit an entry, each balanced in
// every fund and in the host's own part.

import { checkOpeningLine } from "../../domain/books/record-opening.ts";
import type { Books } from "../../domain/books.ts";
import { refusalMessage } from "../../domain/refusals.ts";
import { type Currency, formatAmount } from "../../kernel/money.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import type { OpeningException, OpeningLine } from "./read-opening.ts";

/** As many lines as one fact holds. */
const LINES_MAX = 128;

export type Opening = {
  readonly host: string;
  readonly currency: Currency;
  readonly openedOn: string;
};

export type OpeningInput = {
  readonly account: string;
  readonly side: "debit" | "credit";
  readonly amount: string;
  readonly fund: string | null;
  readonly bucket: string;
};

export type OpeningPlan = {
  readonly parts: readonly (readonly OpeningInput[])[];
  /** Funds whose debits and credits differ; null is the host's own part. */
  readonly unbalanced: readonly { readonly fund: string | null; readonly difference: string }[];
  readonly exceptions: readonly OpeningException[];
  readonly debit: string;
  readonly credit: string;
};

/** Plans the facts; nothing may be recorded while there are exceptions or differences. */
export function planOpening(
  lines: readonly OpeningLine[],
  opening: Opening,
  books: Books,
): OpeningPlan {
  const { currency } = opening;
  const exceptions = lines.flatMap((line) =>
    broken(line.row, inputOf(line, currency), opening, books),
  );
  const groups = new Map<string | null, Map<string, OpeningLine>>();
  for (const line of lines) {
    const group = groups.get(line.fund) ?? new Map<string, OpeningLine>();
    groups.set(line.fund, merge(group, line));
  }
  const total = (side: 1n | -1n) =>
    lines.reduce((sum, { amount }) => (amount * side > 0n ? sum + amount * side : sum), 0n);
  return {
    parts: packed(
      [...groups.values()].map((group) =>
        [...group.values()].map((line) => inputOf(line, currency)),
      ),
    ),
    unbalanced: [...groups].flatMap(([fund, group]) => {
      const sum = [...group.values()].reduce((all, { amount }) => all + amount, 0n);
      return sum === 0n ? [] : [{ fund, difference: formatAmount(sum, currency) }];
    }),
    exceptions,
    debit: formatAmount(total(1n), currency),
    credit: formatAmount(total(-1n), currency),
  };
}

function inputOf({ account, fund, bucket, amount }: OpeningLine, currency: Currency): OpeningInput {
  const side = amount > 0n ? "debit" : "credit";
  return {
    account,
    side,
    amount: formatAmount(amount < 0n ? -amount : amount, currency),
    fund,
    bucket,
  };
}

/** Accounts of the file that go to one account of ours, on one side, stand as one line. */
function merge(group: Map<string, OpeningLine>, line: OpeningLine): Map<string, OpeningLine> {
  const { account, bucket, amount } = line;
  const place = JSON.stringify([account, amount > 0n, bucket]);
  const before = group.get(place)?.amount ?? 0n;
  return group.set(place, { ...line, amount: before + amount });
}

function broken(
  row: number,
  input: OpeningInput,
  opening: Opening,
  books: Books,
): OpeningException[] {
  try {
    checkOpeningLine(input, opening, { books });
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const reason = { zh: refusalMessage(error, "zh"), en: refusalMessage(error, "en") };
    return [{ row, code: error.code, reason }];
  }
}

/** Whole funds side by side as long as they fit; a fund is never split, so that it balances. */
function packed(groups: readonly OpeningInput[][]): OpeningInput[][] {
  const parts: OpeningInput[][] = [];
  for (const group of groups) {
    const last = parts.at(-1);
    if (last && last.length + group.length <= LINES_MAX) last.push(...group);
    else parts.push([...group]);
  }
  return parts;
}
