// Checks that every balance of a statement follows from the one before and the row's amount. A row
// that does not follow is an exception that shows the amount the balances imply; the check then
// goes on from the stated balance, so that one wrong row does not spoil the rest.

import { type Currency, formatAmount } from "../kernel/money.ts";
import type { MoneyRow, ReadRow, UnreadRow } from "./row-types.ts";
import { ROW_PROBLEMS } from "./texts.ts";

/** Rows go in as they stand in the file; each comes out once it is checked. */
export type BalanceCheck = {
  readonly push: (row: ReadRow) => readonly ReadRow[];
  /** Hands out what is held back, after the last row. */
  readonly end: () => readonly ReadRow[];
  /** Balance before the oldest and after the newest row, as far as the file says. */
  readonly ends: () => { readonly opening: bigint | null; readonly closing: bigint | null };
};

type Statement = {
  readonly currency: Currency;
  readonly newestFirst: boolean;
  /** The balance before the oldest row, where the caller knows it. */
  readonly opening?: bigint | undefined;
  /** The closing balance of the part before, asked for at the first row; taken where it fits. */
  readonly previous?: () => bigint | undefined;
};

type Line = MoneyRow | UnreadRow;

const isLine = (row: ReadRow): row is Line => row.kind === "money" || row.kind === "unread";

/** Makes the check of one statement. */
export function balanceCheck(statement: Statement): BalanceCheck {
  return statement.newestFirst ? newestFirst(statement) : oldestFirst(statement);
}

function oldestFirst({ currency, opening: known, previous }: Statement): BalanceCheck {
  let opening: bigint | null | undefined = known;
  let before = known ?? null;
  const push = (row: ReadRow) => {
    if (!isLine(row)) return [row];
    if (opening === undefined) before = fitting(previous, minus(row.balance, row.signed));
    const checked = checkedLine(row, before, currency);
    const start = before ?? minus(row.balance, row.signed);
    if (opening === undefined) opening = start;
    before = row.balance ?? plus(start, row.signed);
    return [checked];
  };
  return { push, end: () => [], ends: () => ({ opening: opening ?? null, closing: before }) };
}

/** Each row is held until the next, older one shows the balance before it. */
function newestFirst({ currency, opening: known, previous }: Statement): BalanceCheck {
  let held: ReadRow[] = [];
  let line: Line | undefined;
  let closing: bigint | null = null;
  let after: bigint | null = null;
  let opening = known ?? null;
  const release = (before: bigint | null) => {
    const out = held.map((row) => (row === line ? checkedLine(line, before, currency) : row));
    held = [];
    return out;
  };
  const push = (row: ReadRow) => {
    if (!isLine(row)) {
      held.push(row);
      return line ? [] : release(null);
    }
    // Where the balance of a row cannot be read, the newer row says what it must have been.
    const stated = row.balance ?? after;
    const out = release(stated);
    closing ??= stated;
    after = minus(stated, row.signed);
    line = row;
    held.push(row);
    return out;
  };
  const end = () => {
    const before = known ?? fitting(previous, after);
    opening ??= before ?? after;
    return release(before);
  };
  return { push, end, ends: () => ({ opening, closing }) };
}

/** The part before, when this one can go on from it: `start` is what this one begins with. */
function fitting(previous: Statement["previous"], start: bigint | null): bigint | null {
  const before = previous?.() ?? null;
  return start === null || start === before ? before : null;
}

function plus(balance: bigint | null, signed: bigint | null): bigint | null {
  return balance === null || signed === null ? null : balance + signed;
}

function minus(balance: bigint | null, signed: bigint | null): bigint | null {
  return balance === null || signed === null ? null : balance - signed;
}

function checkedLine(line: Line, before: bigint | null, currency: Currency): Line {
  const implied = minus(line.balance, before);
  if (implied === null || implied === line.signed) return line;
  const impliedAmount = formatAmount(implied, currency);
  if (line.kind === "unread") {
    return { ...line, exception: { ...line.exception, impliedAmount } };
  }
  const { row, signed, balance } = line;
  const exception = {
    row: row.row,
    code: "BALANCE_BROKEN",
    reason: ROW_PROBLEMS.BALANCE_BROKEN,
    column: "balance" as const,
    text: `${formatAmount(signed, currency)} → ${formatAmount(balance ?? 0n, currency)}`,
    impliedAmount,
  };
  return { kind: "unread", exception, signed, balance };
}
