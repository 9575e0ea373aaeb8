// Exact money: whole minor units in a bigint, decimal text at every boundary.
// Never a float and never rounding: a third decimal of a fen currency is an error, not noise.

import type { Exact } from "./sums.ts";

/** Currencies the ledger keeps, with the ISO 4217 exponent (number of decimals) of each. */
export const CURRENCIES = {
  CNY: 2,
  HKD: 2,
  MOP: 2,
  TWD: 2,
  USD: 2,
  EUR: 2,
  GBP: 2,
  SGD: 2,
  AUD: 2,
  CAD: 2,
  CHF: 2,
  JPY: 0,
  KRW: 0,
  VND: 0,
  KWD: 3,
} as const satisfies Record<string, number>;

export type Currency = keyof typeof CURRENCIES;

/** Decimal text: ASCII digits, no sign, no leading zeros, no exponent, at most 18 digits. */
export const AMOUNT_PATTERN = /^(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,3})?$/;

/**
 * Reads a non-negative decimal text as minor units of `currency`.
 * `"100"`, `"100.0"` and `"100.00"` are all 10000n in CNY.
 * @throws RangeError when the text is no plain decimal or has more decimals than the currency.
 */
export function parseAmount(text: string, currency: Currency): bigint {
  const canonical = canonicalAmount(text, currency);
  const exponent = CURRENCIES[currency];
  const digits =
    exponent === 0 ? canonical : canonical.slice(0, -exponent - 1) + canonical.slice(-exponent);
  // A number of 15 digits is exact, and read much faster than a bigint.
  return digits.length <= 15 ? BigInt(Number(digits)) : BigInt(digits);
}

/**
 * The one spelling of an amount: `"100"` and `"100.0"` become `"100.00"` in CNY.
 * @throws RangeError when the text is no plain decimal or has more decimals than the currency.
 */
export function canonicalAmount(text: string, currency: Currency): string {
  const exponent = CURRENCIES[currency];
  if (!AMOUNT_PATTERN.test(text)) throw new RangeError(`not a plain decimal amount: ${text}`);
  const dot = text.indexOf(".");
  const decimals = dot < 0 ? 0 : text.length - dot - 1;
  if (decimals > exponent) {
    throw new RangeError(`${currency} has ${exponent} decimals, the amount has ${decimals}`);
  }
  if (decimals === exponent) return text;
  return `${text}${dot < 0 ? "." : ""}${"0".repeat(exponent - decimals)}`;
}

// What follows the whole units, ready made: a report writes tens of thousands of amounts.
const ENDINGS = { 2: endingsOf(2), 3: endingsOf(3) };

function endingsOf(decimals: number): string[] {
  const count = 10 ** decimals;
  return Array.from({ length: count }, (_, part) => `.${String(part).padStart(decimals, "0")}`);
}

/** Up to here a double tells a thousandth below a whole number from the whole number. */
const DIVISIBLE_MAX = 2 ** 48;

const ZERO = ["0", "0.0", "0.00", "0.000"] as const;

/** Writes minor units as canonical decimal text, with every decimal of the currency. */
export function formatAmount(minor: Exact, currency: Currency): string {
  return decimalText(minor, CURRENCIES[currency]);
}

function decimalText(minor: Exact, exponent: 0 | 2 | 3): string {
  // No bigint beyond the safe integers rounds to one of them.
  const number = Number(minor);
  // Most cells of a report are empty.
  if (number === 0) return ZERO[exponent];
  const size = Math.abs(number);
  if (size <= DIVISIBLE_MAX) return (number < 0 ? "-" : "") + formatSafe(size, exponent);
  const exact = BigInt(minor);
  return exact < 0n ? `-${formatLarge(-exact, exponent)}` : formatLarge(exact, exponent);
}

function formatSafe(size: number, exponent: 0 | 2 | 3): string {
  if (exponent === 0) return String(size);
  const endings = ENDINGS[exponent];
  // Three times as fast as a remainder, which for numbers beyond 2^31 is taken as of fractions.
  const whole = Math.floor(size / endings.length);
  return `${whole}${endings[size - whole * endings.length]}`;
}

function formatLarge(size: bigint, exponent: number): string {
  const digits = size.toString();
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Reads what `formatAmount` wrote, of either sign. @throws RangeError for any other spelling. */
export function minorOf(text: string, currency: Currency): bigint {
  const exponent = CURRENCIES[currency];
  const dot = text.indexOf(".");
  const decimals = dot < 0 ? 0 : text.length - dot - 1;
  if (decimals !== exponent || !/^-?[0-9]+(?:\.[0-9]+)?$/.test(text)) {
    throw new RangeError(`not an amount of ${currency} with all its decimals: ${text}`);
  }
  return BigInt(dot < 0 ? text : text.slice(0, dot) + text.slice(dot + 1));
}

/** Decimals that an amount in ten thousands (万元) is shown with. */
const TEN_THOUSANDS_DECIMALS = 2;

/**
 * Minor units as hundredths of ten thousand main units (万元 with two decimals), rounded half away
 * from zero. Only for show, and always last: sums are taken of minor units, never of these.
 */
export function inTenThousands(minor: bigint, currency: Currency): bigint {
  const divisor = 10n ** BigInt(CURRENCIES[currency] + 4 - TEN_THOUSANDS_DECIMALS);
  const size = minor < 0n ? -minor : minor;
  const rounded = (size + divisor / 2n) / divisor;
  return minor < 0n ? -rounded : rounded;
}

/** Writes what `inTenThousands` gave: `123456` → `1234.56`. */
export function formatInTenThousands(hundredths: bigint): string {
  return decimalText(hundredths, TEN_THOUSANDS_DECIMALS);
}

/** `1234567.89` → `1,234,567.89`; the sign and the decimals stay as they are. */
export function groupThousands(amount: string): string {
  const [whole = "", decimals] = amount.split(".");
  const grouped = whole.replace(/\B(?=(?:[0-9]{3})+$)/g, ",");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/**
 * Shares `amount` over `weights` so that the parts add up to it to the last minor unit: each part
 * is rounded down, then the units left over go to the largest remainders, first come first.
 * @throws RangeError when the amount or a weight is negative, or no weight is positive.
 */
export function share(amount: bigint, weights: readonly bigint[]): bigint[] {
  if (amount < 0n) throw new RangeError("only an amount of at least zero can be shared");
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError("shares need weights of at least zero and one above it");
  }
  const parts = weights.map((weight) => (amount * weight) / total);
  const left = Number(amount - parts.reduce((sum, part) => sum + part, 0n));
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % total }))
    .sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
