// The money of a row: currency, signed amount, balance, or the first reason why it has none.

import { currency } from "../domain/schema.ts";
import type { Currency } from "../kernel/money.ts";
import { type AmountFault, amountReader } from "./cell-amount.ts";
import { foldedText, plainText } from "./cell-text.ts";
import type { Mapping, Role } from "./mapping.ts";
import type { Cell, RawRow } from "./read/table.ts";
import { type RowException, rowException } from "./row-types.ts";
import type { RowProblem } from "./texts.ts";

/** A cell of a row by what its column is. */
export type CellOf = (raw: RawRow, role: Role) => Cell | undefined;

/** `signed` is negative for money going out. Without a fault it is a number other than zero. */
export type RowMoney =
  | {
      readonly currency: Currency;
      readonly signed: bigint;
      readonly balance: bigint | null;
      readonly fault: null;
    }
  | {
      readonly currency: Currency;
      readonly signed: bigint | null;
      readonly balance: bigint | null;
      readonly fault: RowException;
    };

type Amount = { readonly signed: bigint } | { readonly problem: RowProblem; readonly role: Role };

/** Makes the function that reads the money of a row. */
export function moneyReader(mapping: Mapping, cellOf: CellOf): (raw: RawRow) => RowMoney {
  const amountOf = mapping.columns.amount
    ? oneColumn(mapping, cellOf)
    : inAndOutColumns(mapping, cellOf);
  const currencyOf = currencyReader(mapping, cellOf);
  const read = amountReader(mapping.numbers);
  return (raw) => {
    const unit = currencyOf(raw);
    if (unit === undefined) {
      const fault = problem(raw, "CURRENCY_UNKNOWN", "currency");
      return { currency: mapping.currency, signed: null, balance: null, fault };
    }
    const stated = mapping.columns.balance ? read(cellOf(raw, "balance"), unit) : null;
    const balance = typeof stated === "bigint" ? stated : null;
    const amount = amountOf(raw, unit);
    if ("problem" in amount) {
      const fault = problem(raw, amount.problem, amount.role);
      return { currency: unit, signed: null, balance, fault };
    }
    const { signed } = amount;
    if (mapping.columns.balance && balance === null) {
      const code = stated === null ? "BALANCE_MISSING" : "BALANCE_INVALID";
      return { currency: unit, signed, balance, fault: problem(raw, code, "balance") };
    }
    return { currency: unit, signed, balance, fault: null };
  };

  function problem(raw: RawRow, code: RowProblem, role: Role): RowException {
    return rowException(raw.row, code, role, cellOf(raw, role));
  }
}

function oneColumn(mapping: Mapping, cellOf: CellOf) {
  const read = amountReader(mapping.numbers);
  return (raw: RawRow, unit: Currency): Amount => {
    const value = read(cellOf(raw, "amount"), unit);
    if (typeof value === "string") return { problem: value, role: "amount" };
    if (value === null) return { problem: "AMOUNT_MISSING", role: "amount" };
    return value === 0n ? { problem: "AMOUNT_ZERO", role: "amount" } : { signed: value };
  };
}

/** One of two columns holds the amount; the other is empty or zero. Neither takes a sign. */
function inAndOutColumns(mapping: Mapping, cellOf: CellOf) {
  const read = amountReader(mapping.numbers);
  const side = (raw: RawRow, unit: Currency, role: Role): bigint | null | AmountFault => {
    const value = read(cellOf(raw, role), unit);
    return typeof value === "bigint" && value < 0n ? "AMOUNT_INVALID" : value;
  };
  return (raw: RawRow, unit: Currency): Amount => {
    const into = side(raw, unit, "amountIn");
    if (typeof into === "string") return { problem: into, role: "amountIn" };
    const out = mapping.columns.amountOut ? side(raw, unit, "amountOut") : null;
    if (typeof out === "string") return { problem: out, role: "amountOut" };
    if (into === null && out === null) return { problem: "AMOUNT_MISSING", role: "amountIn" };
    if (into && out) return { problem: "AMOUNT_BOTH", role: "amountIn" };
    const signed = (into ?? 0n) - (out ?? 0n);
    return signed === 0n ? { problem: "AMOUNT_ZERO", role: "amountIn" } : { signed };
  };
}

function currencyReader(mapping: Mapping, cellOf: CellOf) {
  if (mapping.columns.currency === undefined) return () => mapping.currency;
  const words = new Map(
    Object.entries(mapping.currencies).map(([word, unit]) => [foldedText(word), unit]),
  );
  return (raw: RawRow): Currency | undefined => {
    const cell = cellOf(raw, "currency");
    const known = words.get(foldedText(cell));
    return known ?? currency.safeParse(plainText(cell).toUpperCase()).data;
  };
}
