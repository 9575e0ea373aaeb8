// Turns the raw rows of a file into money or into exceptions with a reason. A row that cannot be
// read is never a zero and never silent.

import type { Day } from "../kernel/day.ts";
import { formatAmount } from "../kernel/money.ts";
import { amountReader } from "./cell-amount.ts";
import { dateReader } from "./cell-date.ts";
import { foldedText, plainText } from "./cell-text.ts";
import type { Places } from "./header.ts";
import type { Mapping, Role } from "./mapping.ts";
import type { RawRow } from "./read/table.ts";
import { controlFinder, matcher, repeatedHeader } from "./row-match.ts";
import { type CellOf, moneyReader, type RowMoney } from "./row-money.ts";
import { type ImportedRow, type ReadRow, rowException } from "./row-types.ts";
import { refuseFile } from "./texts.ts";

/** What a file needs besides its mapping. */
export type FileDefaults = {
  /** The day of every row, where the mapping has no date column. */
  readonly date?: Day | undefined;
  /** Day numbers of the workbook count from 1904. */
  readonly date1904: boolean;
};

type DayOrFault = { readonly day: Day } | { readonly fault: "DATE_MISSING" | "DATE_INVALID" };

/**
 * Makes the function that reads the rows below the header.
 * @throws Refusal DATE_NEEDED when neither the file nor the caller says the day.
 */
export function rowReader(
  mapping: Mapping,
  places: Places<Role>,
  defaults: FileDefaults,
): (raw: RawRow) => ReadRow {
  const cellOf: CellOf = (raw, role) => raw.cells[places.get(role) ?? -1];
  const skips = mapping.skip.map((match) => matcher(match, cellOf));
  const dayOf = dayReader(mapping, cellOf, defaults);
  const aside = asideReader(mapping, cellOf);
  const moneyOf = moneyReader(mapping, cellOf);
  const detailsOf = detailsReader(mapping, cellOf, places);
  return (raw) => {
    if (raw.fault) {
      const exception = rowException(raw.row, raw.fault);
      return { kind: "unread", exception, signed: null, balance: null };
    }
    if (raw.cells.every((cell) => plainText(cell) === "")) return { kind: "blank" };
    if (skips.some((skip) => skip(raw))) return { kind: "skipped" };
    const date = dayOf(raw);
    const noGift = "fault" in date || mapping.columns.date === undefined ? aside(raw) : undefined;
    if (noGift) return noGift;
    const money = moneyOf(raw);
    const { signed, balance, fault } = money;
    if ("fault" in date) {
      const exception = rowException(raw.row, date.fault, "date", cellOf(raw, "date"));
      return { kind: "unread", exception, signed, balance };
    }
    if (fault !== null) return { kind: "unread", exception: fault, signed, balance };
    const row = { row: raw.row, date: date.day, ...amountsOf(money), ...detailsOf(raw) };
    return { kind: "money", row, signed, balance };
  };
}

function dayReader(mapping: Mapping, cellOf: CellOf, { date, date1904 }: FileDefaults) {
  if (mapping.columns.date === undefined) {
    const day: DayOrFault = { day: date ?? refuseFile("DATE_NEEDED") };
    return () => day;
  }
  const read = dateReader(mapping.dates, date1904);
  return (raw: RawRow): DayOrFault => {
    const day = read(cellOf(raw, "date"));
    if (day === null) return { fault: "DATE_MISSING" };
    return day === "DATE_INVALID" ? { fault: day } : { day };
  };
}

/** Rows that are no gifts and have no date: the file's own total, and a header printed again. */
function asideReader(mapping: Mapping, cellOf: CellOf) {
  const isControl = controlFinder(mapping);
  const isHeader = repeatedHeader(mapping, cellOf);
  const read = amountReader(mapping.numbers);
  const role = mapping.columns.amount ? "amount" : "amountIn";
  return (raw: RawRow): ReadRow | undefined => {
    if (isHeader(raw)) return { kind: "skipped" };
    if (!isControl(raw)) return undefined;
    const total = read(cellOf(raw, role), mapping.currency);
    return { kind: "control", total: typeof total === "bigint" ? total : null };
  };
}

type Amounts = Pick<ImportedRow, "amount" | "currency" | "direction" | "balance">;

function amountsOf({ currency, signed, balance }: RowMoney & { fault: null }): Amounts {
  return {
    amount: formatAmount(signed < 0n ? -signed : signed, currency),
    currency,
    direction: signed < 0n ? "out" : "in",
    balance: balance === null ? undefined : formatAmount(balance, currency),
  };
}

type Details = Omit<ImportedRow, keyof Amounts | "row" | "date">;

function detailsReader(mapping: Mapping, cellOf: CellOf, places: Places<Role>) {
  const nobody = new Set(mapping.anonymous.map(foldedText));
  const rules = mapping.rules.map(({ when, restriction }) => ({
    applies: matcher(when, cellOf),
    restriction,
  }));
  const amounts = [places.get("amount"), places.get("amountIn"), places.get("amountOut")];
  return (raw: RawRow): Details => {
    const donor = plainText(cellOf(raw, "donor"));
    return {
      donor: donor === "" ? undefined : donor,
      anonymous: donor === "" || nobody.has(foldedText(donor)),
      reference: plainText(cellOf(raw, "reference")) || undefined,
      note: plainText(cellOf(raw, "note")) || undefined,
      restriction: rules.find(({ applies }) => applies(raw))?.restriction,
      computed: raw.computed?.some((column) => amounts.includes(column)) === true,
    };
  };
}
