// Amounts of cells, exact or not at all. Text is read digit by digit. A spreadsheet holds doubles,
// whose noise (3482232.1100000003) must be told from real decimals (1.005), which are an error.

import { CURRENCIES, type Currency, parseAmount } from "../kernel/money.ts";
import { plainText } from "./cell-text.ts";
import type { NumberFormat } from "./mapping.ts";
import type { Cell } from "./read/table.ts";
import type { RowProblem } from "./texts.ts";

/** Why a cell is no amount. */
export type AmountFault = Extract<
  RowProblem,
  "AMOUNT_INVALID" | "AMOUNT_PRECISION" | "AMOUNT_TOO_LARGE"
>;

/** Reads a cell as signed minor units; null for an empty cell. */
export type AmountReader = (
  cell: Cell | undefined,
  currency: Currency,
) => bigint | null | AmountFault;

// A double keeps 15 significant decimal digits whatever the number; beyond them, two amounts a fen
// apart can be the same double.
const EXACT_UNITS_MAX = 1e15;
// What adding up doubles leaves behind: 16 units in the last place of the value, and at least a
// millionth of a minor unit. Never as much as a hundredth, so that no written decimal passes.
const NOISE_OF_VALUE = 2 ** -48;
const NOISE_UNITS_MIN = 1e-6;
const NOISE_UNITS_MAX = 1e-2;

/**
 * The decimal text a double stands for, with exactly `decimals` decimals. Exact when that text
 * reads back as the same double, or when it differs by no more than the noise of a few additions.
 */
export function decimalOfDouble(value: number, decimals: number): string | AmountFault {
  if (!Number.isFinite(value)) return "AMOUNT_INVALID";
  const scale = 10 ** decimals;
  if (Math.abs(value) * scale > EXACT_UNITS_MAX) return "AMOUNT_TOO_LARGE";
  const text = value.toFixed(decimals);
  const offUnits = Math.abs(value - Number(text)) * scale;
  const noiseUnits = Math.max(NOISE_UNITS_MIN, Math.abs(value) * scale * NOISE_OF_VALUE);
  return offUnits <= Math.min(noiseUnits, NOISE_UNITS_MAX) ? text : "AMOUNT_PRECISION";
}

/** Makes a reader of amounts for one way of writing numbers. */
export function amountReader(format: NumberFormat): AmountReader {
  const shape = numberShape(format);
  const group = format.thousands === "none" ? "" : format.thousands;
  const shift = format.unit === 1 ? 0 : 4;
  return (cell, currency) => {
    if (typeof cell === "number") {
      const text = decimalOfDouble(cell, CURRENCIES[currency] + shift);
      return /^[A-Z]/.test(text) ? (text as AmountFault) : minorUnits(text, currency, shift);
    }
    const text = plainText(cell);
    if (text === "") return null;
    const parts = shape.exec(unsigned(text, format.symbols));
    if (!parts) return "AMOUNT_INVALID";
    const whole = group === "" ? (parts[1] ?? "") : (parts[1] ?? "").replaceAll(group, "");
    const plain = parts[2] === undefined ? whole : `${whole}.${parts[2]}`;
    return minorUnits(isNegative(text) ? `-${plain}` : plain, currency, shift);
  };
}

/** Digits in groups of three or in none, and decimals. Each part is bounded, so it runs in line. */
function numberShape({ thousands, decimal }: NumberFormat): RegExp {
  const grouped = thousands === "none" ? "" : `|[0-9]{1,3}(?:[${thousands}][0-9]{3}){1,8}`;
  return new RegExp(`^([0-9]{1,24}${grouped})(?:[${decimal}]([0-9]{1,24}))?$`);
}

/** Accountants write a negative amount with a minus or in brackets. */
function isNegative(text: string): boolean {
  return text.startsWith("-") || (text.startsWith("(") && text.endsWith(")"));
}

function unsigned(text: string, symbols: readonly string[]): string {
  let rest = text;
  if (rest.startsWith("(") && rest.endsWith(")")) rest = rest.slice(1, -1);
  else if (rest.startsWith("-")) rest = rest.slice(1);
  for (const symbol of symbols) {
    if (rest.startsWith(symbol)) rest = rest.slice(symbol.length).trim();
    if (rest.endsWith(symbol)) rest = rest.slice(0, -symbol.length).trim();
  }
  return rest;
}

/** `shift` moves the decimal mark to the right: amounts in 万元 are ten thousand times larger. */
function minorUnits(text: string, currency: Currency, shift: number): bigint | AmountFault {
  const negative = text.startsWith("-");
  let [whole = "", decimals = ""] = text.slice(negative ? 1 : 0).split(".");
  if (shift > 0) {
    const shifted = decimals.padEnd(shift, "0");
    whole = (whole + shifted.slice(0, shift)).replace(/^0+(?=[0-9])/, "");
    decimals = shifted.slice(shift);
  }
  if (decimals.length > CURRENCIES[currency]) return "AMOUNT_PRECISION";
  try {
    const minor = parseAmount(decimals === "" ? whole : `${whole}.${decimals}`, currency);
    return negative ? -minor : minor;
  } catch {
    return whole.length > 18 ? "AMOUNT_TOO_LARGE" : "AMOUNT_INVALID";
  }
}
