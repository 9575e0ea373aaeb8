// Legal limits on yearly spending and cost, read from dated data: which accounts each term adds, and
// for which hosts a term must reach, or stay under, a share of another. All arithmetic is on integers.

import { z } from "zod";
import type { Day } from "../../kernel/day.ts";
import { dated, REGIME_IDS } from "./chart.ts";
import limitsData from "./data/limits.json" with { type: "json" };

/** 公募 or not, and its form: foundation, or association and social service body. */
export const HOST_TYPES = [
  "public-foundation",
  "public-association",
  "foundation",
  "association",
] as const;
export type HostType = (typeof HOST_TYPES)[number];

const TERMS = [
  "charitable-spending",
  "management-cost",
  "fundraising-cost",
  "total-spending",
  "income-last-year",
  "net-assets-last-year-end",
  "raised",
] as const;
export type TermName = (typeof TERMS)[number];

const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

const term = z.strictObject({
  term: z.enum(TERMS),
  title: text,
  side: z.enum(["debit", "credit"]),
  /** Starts of account codes, by regime. */
  accounts: z.record(z.enum(REGIME_IDS), z.array(z.string())),
  /** What the amount in the books leaves out, or stands for. */
  note: text.optional(),
});

const wholeYuan = z.int().min(1).nullable();

const rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: text,
  hostTypes: z.array(z.enum(HOST_TYPES)).min(1),
  /** Only hosts whose net assets at the end of last year lie in this band, in yuan. */
  netAssets: z.strictObject({ from: wholeYuan, below: wholeYuan }),
  /** Spending must reach the share; the others may not pass it. */
  test: z.enum(["spend", "management", "fundraising"]),
  numerator: z.enum(TERMS),
  denominator: z.enum(TERMS),
  percent: z.int().min(1).max(100),
  /** A year with less than this, in yuan, is exempt. */
  exemptBelow: z.int().min(1).optional(),
  status: z.enum(["in-force", "draft"]),
  /** Whether the text was read, or is remembered and must be checked. */
  mark: z.enum(["verified", "from memory"]),
  ...dated,
});

export type Term = z.infer<typeof term>;
export type LimitRule = z.infer<typeof rule>;

const data = z.strictObject({ terms: z.array(term), rules: z.array(rule) }).parse(limitsData);

export const LIMIT_RULES: readonly LimitRule[] = data.rules;

const FEN_PER_YUAN = 100n;

export function termOf(name: TermName): Term {
  const found = data.terms.find((each) => each.term === name);
  if (!found) throw new Error(`no term ${name}`);
  return found;
}

/** The rules for a host of a type, with these net assets in fen, in a year that ends on a day. */
export function rulesFor(type: HostType, netAssets: bigint, yearEnd: Day): LimitRule[] {
  return data.rules.filter(
    ({ hostTypes, netAssets: { from, below }, validFrom, validTo }) =>
      hostTypes.includes(type) &&
      validFrom <= yearEnd &&
      (validTo === null || yearEnd <= validTo) &&
      (from === null || netAssets >= BigInt(from) * FEN_PER_YUAN) &&
      (below === null || netAssets < BigInt(below) * FEN_PER_YUAN),
  );
}

export type Measured = {
  /** What the rule asks for or allows, in whole fen: never easier than the share itself. */
  readonly bound: bigint;
  /** Below zero: that much is missing, or too much. */
  readonly headroom: bigint;
  /** The share in percent, two places; rounded to the side on which the rule is not met. */
  readonly share: string;
  readonly verdict: "met" | "not-met" | "unknown";
};

/** Holds two amounts in fen against a rule; undefined when there is nothing to take a share of. */
export function measure(
  { test, percent, exemptBelow }: LimitRule,
  numerator: bigint,
  denominator: bigint,
): Measured | undefined {
  if (denominator <= 0n) return undefined;
  const reach = test === "spend";
  const divide = reach ? floorDivide : ceilDivide;
  const times = BigInt(percent) * denominator;
  const bound = reach ? ceilDivide(times, 100n) : floorDivide(times, 100n);
  const headroom = reach ? numerator - bound : bound - numerator;
  const isExempt = exemptBelow !== undefined && numerator < BigInt(exemptBelow) * FEN_PER_YUAN;
  // No cost at all is more likely one that nobody recorded than a cap that is kept.
  const surelyWithin = reach || numerator > 0n;
  const within = headroom >= 0n || isExempt;
  return {
    bound,
    headroom,
    share: percentText(divide(numerator * 10_000n, denominator)),
    verdict: !within ? "not-met" : surelyWithin ? "met" : "unknown",
  };
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return a / b + (a % b > 0n ? 1n : 0n);
}

/** Hundredths of a percent as text. */
function percentText(hundredths: bigint): string {
  const size = hundredths < 0n ? -hundredths : hundredths;
  const places = (size % 100n).toString().padStart(2, "0");
  return `${hundredths < 0n ? "-" : ""}${size / 100n}.${places}%`;
}
