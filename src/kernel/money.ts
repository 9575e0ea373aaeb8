// Exact money: whole minor units in a bigint, decimal text at every boundary.
// Never a float and never rounding: a third decimal of a fen currency is an error, not noise.

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
  const exponent = CURRENCIES[currency];
  if (!AMOUNT_PATTERN.test(text)) throw new RangeError(`not a plain decimal amount: ${text}`);
  const dot = text.indexOf(".");
  if (dot < 0) return BigInt(text + "0".repeat(exponent));
  const decimals = text.length - dot - 1;
  if (decimals > exponent) {
    throw new RangeError(`${currency} has ${exponent} decimals, the amount has ${decimals}`);
  }
  return BigInt(text.slice(0, dot) + text.slice(dot + 1) + "0".repeat(exponent - decimals));
}

/** Writes minor units as canonical decimal text, with every decimal of the currency. */
export function formatAmount(minor: bigint, currency: Currency): string {
  const exponent = CURRENCIES[currency];
  if (minor === 0n) return exponent === 0 ? "0" : `0.${"0".repeat(exponent)}`;
  const negative = minor < 0n;
  const digits = (negative ? -minor : minor).toString().padStart(exponent + 1, "0");
  const whole = exponent === 0 ? digits : digits.slice(0, -exponent);
  const text = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  return negative ? `-${text}` : text;
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
