// Layouts of the three official statements, read from dated data: which accounts and items each
// line adds, and which lines a total adds.

import { z } from "zod";
import { dated, REGIME_IDS, type RegimeId } from "./chart.ts";
import activitiesRows from "./data/activities.json" with { type: "json" };
import balanceSheetRows from "./data/balance-sheet.json" with { type: "json" };
import cashFlowRows from "./data/cash-flow.json" with { type: "json" };
import { ITEMS } from "./posting-rules.ts";

const named = {
  key: z.string().regex(/^[a-z-]+$/),
  name: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
  /** 行次 of the official form, where it is known. */
  no: z.int().min(1).optional(),
};

const line = z.strictObject({
  ...named,
  kind: z.literal("line"),
  /** Starts of account codes. */
  accounts: z.array(z.string()),
  /** Which side counts as positive; debit when left out. */
  sign: z.literal("credit").optional(),
  /** Only amounts of these items. */
  items: z.array(z.enum(ITEMS)).optional(),
  /** Shown only where something moved: it is no line of the official form. */
  whenMoved: z.literal(true).optional(),
  /** Repeats a part of another line. */
  memo: z.literal(true).optional(),
});

const layoutLine = z.discriminatedUnion("kind", [
  z.strictObject({ ...named, kind: z.literal("heading") }),
  line,
  /** Keys of lines and totals above; with a minus in front, subtracted. */
  z.strictObject({ ...named, kind: z.literal("total"), of: z.array(z.string()).min(1) }),
]);

const layouts = z.array(
  z.strictObject({ regime: z.enum(REGIME_IDS), lines: z.array(layoutLine), ...dated }),
);

export type LayoutLine = z.infer<typeof layoutLine>;
type BaseLine = z.infer<typeof line>;
export type Layout = z.infer<typeof layouts>[number];

export const STATEMENTS = {
  "balance-sheet": layouts.parse(balanceSheetRows),
  activities: layouts.parse(activitiesRows),
  "cash-flow": layouts.parse(cashFlowRows),
};
export type StatementName = keyof typeof STATEMENTS;

/** The layout of a statement under a regime. */
export function layoutOf(statement: StatementName, regime: RegimeId): Layout {
  const layout = STATEMENTS[statement].find((each) => each.regime === regime);
  if (!layout) throw new Error(`no ${statement} under the ${regime} regime`);
  return layout;
}

/** What a line, a total or a heading adds: base lines, each with its sign. */
export type Terms = ReadonlyMap<string, 1 | -1>;

/** The base lines that a line of a layout comes to. */
export function termsOf(layout: Layout, key: string): Terms {
  const found = layout.lines.find((each) => each.key === key);
  if (!found) throw new Error(`no line ${key}`);
  if (found.kind === "heading") return new Map();
  if (found.kind === "line") return new Map([[key, 1]]);
  const terms = new Map<string, 1 | -1>();
  for (const part of found.of) {
    const minus = part.startsWith("-");
    for (const [base, sign] of termsOf(layout, minus ? part.slice(1) : part)) {
      terms.set(base, minus ? (-sign as 1 | -1) : sign);
    }
  }
  return terms;
}

/** Whether an amount of an account and item belongs to a base line. */
export function belongs(
  { accounts, items }: BaseLine,
  account: string,
  item: string | null,
): boolean {
  if (items && !items.some((each) => each === item)) return false;
  return accounts.some((start) => account.startsWith(start));
}

/** The base lines of a layout, by key. */
export function baseLines({ lines }: Layout): ReadonlyMap<string, BaseLine> {
  return new Map(lines.flatMap((each) => (each.kind === "line" ? [[each.key, each]] : [])));
}
