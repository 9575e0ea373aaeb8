// What a row of a file turns out to be.

import type { Restriction } from "../domain/schema.ts";
import type { Day } from "../kernel/day.ts";
import type { Currency } from "../kernel/money.ts";
import type { Text } from "../kernel/text.ts";
import { plainText } from "./cell-text.ts";
import type { Role } from "./mapping.ts";
import type { Cell } from "./read/table.ts";
import { ROW_PROBLEMS, type RowProblem } from "./texts.ts";

/** A row that can be read. Amounts are canonical decimal text without a sign. */
export type ImportedRow = {
  /** Line of a CSV file or row of a sheet, from 1. */
  readonly row: number;
  readonly date: Day;
  readonly amount: string;
  readonly currency: Currency;
  readonly direction: "in" | "out";
  /** The donor as the file has it. */
  readonly donor: string | undefined;
  /** The name stands for no one, such as 匿名. */
  readonly anonymous: boolean;
  readonly reference: string | undefined;
  readonly note: string | undefined;
  readonly restriction: Restriction | undefined;
  readonly balance: string | undefined;
  /** The amount is the result of a formula, as kept in the file. */
  readonly computed: boolean;
};

/** A row that is listed instead of recorded. `code` is one of `ROW_PROBLEMS` or of a refusal. */
export type RowException = {
  readonly row: number;
  readonly code: string;
  readonly reason: Text;
  readonly column?: Role;
  /** What stands in that cell. In a row that slipped it can be a name: for the operator only. */
  readonly text?: string;
  /** The amount that the running balance implies, signed. */
  readonly impliedAmount?: string;
};

/** A gift or a payment: `signed` and `balance` are minor units of its currency. */
export type MoneyRow = {
  readonly kind: "money";
  readonly row: ImportedRow;
  readonly signed: bigint;
  readonly balance: bigint | null;
};

/** A row that could not be read, with what could be read of its money. */
export type UnreadRow = {
  readonly kind: "unread";
  readonly exception: RowException;
  readonly signed: bigint | null;
  readonly balance: bigint | null;
};

/** The file's own total; null where its amount cannot be read. */
export type ControlRow = { readonly kind: "control"; readonly total: bigint | null };

export type ReadRow =
  | MoneyRow
  | UnreadRow
  | ControlRow
  | { readonly kind: "skipped" }
  | { readonly kind: "blank" };

const SHOWN_TEXT_MAX = 80;

/** An exception with its texts; `cell` is shown, so it must not be a name or a note. */
export function rowException(
  row: number,
  code: RowProblem,
  column?: Role,
  cell?: Cell,
): RowException {
  const text = plainText(cell).slice(0, SHOWN_TEXT_MAX);
  return {
    row,
    code,
    reason: ROW_PROBLEMS[code],
    ...(column === undefined ? {} : { column }),
    ...(text === "" ? {} : { text }),
  };
}
