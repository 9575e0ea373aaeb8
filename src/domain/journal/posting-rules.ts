// Which accounts a move is posted to, read from dated data: one row per measure and circumstance.

import { z } from "zod";
import type { Day } from "../../kernel/day.ts";
import { MEASURES } from "../move.ts";
import { dated } from "./chart.ts";
import rows from "./data/posting-rules.json" with { type: "json" };

/** The lines of the cash flow statement, and what else an amount of cash or net assets can be. */
export const CASH_ITEMS = [
  "donations-in",
  "fees-in",
  "services-in",
  "sales-in",
  "grants-in",
  "other-in",
  "grants-out",
  "staff-out",
  "purchases-out",
  "taxes-out",
  "other-out",
  "investments-in",
  "investment-income-in",
  "assets-sold-in",
  "other-investing-in",
  "assets-bought-out",
  "investments-out",
  "other-investing-out",
  "loans-in",
  "other-financing-in",
  "loans-out",
  "interest-out",
  "other-financing-out",
] as const;

/**
 * Of cash: `internal`, between parts of one host. Of net assets: `transfer` between funds, `release`
 * of a restriction, `spent` for the release that spending brings with it (2004 regime),
 * `adjustment` of an earlier year. `opening` for balances brought in.
 */
export const OTHER_ITEMS = [
  "internal",
  "transfer",
  "release",
  "spent",
  "adjustment",
  "opening",
] as const;

export const ITEMS = [...CASH_ITEMS, ...OTHER_ITEMS] as const;
export type Item = (typeof ITEMS)[number];

/** What a host's own cost is for, and what it is spent on. */
export const COST_FUNCTIONS = ["activity", "management", "fundraising", "other"] as const;
export const COST_KINDS = ["staff", "purchases", "taxes", "other", "depreciation"] as const;

/** What is posted: moves, and a host's own cost, which is no move: the cost, and what it is paid from. */
const SUBJECTS = [...MEASURES, "cost", "cost-paid"] as const;
type Subject = (typeof SUBJECTS)[number];

/** What a rule can depend on beside the measure and the day. */
const circumstances = z.strictObject({
  nature: z.enum(["income", "agency"]),
  source: z.enum(["charity", "fiscal"]),
  /** A transfer to a fund of another host. */
  across: z.boolean(),
  /** Why a gift is given back. */
  cause: z.enum(["donor-request", "own-error", "agreement", "chargeback"]),
  /** Whether the gift that is released came in the same year. */
  sameYear: z.boolean(),
  /** Of a host's own cost; `tax` is whether its kind is taxes. */
  function: z.enum(COST_FUNCTIONS),
  kind: z.enum(COST_KINDS),
  tax: z.boolean(),
});
export type Circumstances = Partial<z.infer<typeof circumstances>>;

const ruleLine = z.strictObject({
  side: z.enum(["debit", "credit"]),
  /** A code of the chart without its half, or `net` for net assets. */
  account: z.string().regex(/^(?:net|[1-5][0-9]{3}(?:90)?)$/),
  item: z.enum(ITEMS).optional(),
  /** `host`: the host's own part of the books, outside all funds. */
  of: z.literal("host").optional(),
});
export type RuleLine = z.infer<typeof ruleLine>;

const rule = z.strictObject({
  measure: z.enum(SUBJECTS),
  when: circumstances.partial(),
  /** None for what is only a memo. */
  lines: z.array(ruleLine),
  ...dated,
});

export const POSTING_RULES = z.array(rule).parse(rows);

const byMeasure = new Map(
  SUBJECTS.map((measure) => [measure, POSTING_RULES.filter((row) => row.measure === measure)]),
);
const FIRST_DAY = POSTING_RULES.map(({ validFrom }) => validFrom).sort()[0] ?? "";

/** The lines for a move or a cost on a day. @throws when not exactly one rule covers it. */
export function ruleLines(measure: Subject, given: Circumstances, day: Day): readonly RuleLine[] {
  const found = (byMeasure.get(measure) ?? []).filter(
    (row) => isInForce(row, day) && holds(row.when, given),
  );
  const [only] = found;
  if (!only || found.length > 1) {
    throw new Error(`${found.length} posting rules for ${measure} ${JSON.stringify(given)}`);
  }
  return only.lines;
}

/** Days before the first rules are kept under them, like the chart. */
function isInForce(row: { validFrom: Day; validTo: Day | null }, day: Day): boolean {
  const at = day < FIRST_DAY ? FIRST_DAY : day;
  return row.validFrom <= at && (row.validTo === null || at <= row.validTo);
}

function holds(when: object, given: Circumstances): boolean {
  for (const [name, value] of Object.entries(when)) {
    if (given[name as keyof Circumstances] !== value) return false;
  }
  return true;
}
