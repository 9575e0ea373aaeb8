// Duties of disclosure, read from dated data: what starts each one, and when it falls due.

import { z } from "zod";
import { type Day, dayNumber, dayOfNumber, monthsAfter } from "../../kernel/day.ts";
import { dated } from "./chart.ts";
import disclosureRows from "./data/disclosure.json" with { type: "json" };

const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const months = z.int().min(1).max(24);

const when = z.discriminatedUnion("after", [
  /** On a day of the next year. */
  z.strictObject({ after: z.literal("year"), dueOn: z.string().regex(/^[0-9]{2}-[0-9]{2}$/) }),
  /** After a fund is formed. */
  z.strictObject({ after: z.literal("fund"), days: z.int().min(1) }),
  /** Again and again while a project runs that is longer than this. */
  z.strictObject({
    after: z.literal("project-start"),
    everyMonths: months,
    longerThanMonths: months,
  }),
  z.strictObject({ after: z.literal("project-end"), months }),
]);

const duty = z.strictObject({
  id: z.string().regex(/^[a-z-]+$/),
  title: text,
  when,
  /** Whether the text was read, or is remembered and must be checked. */
  mark: z.enum(["verified", "from memory"]),
  note: text.optional(),
  ...dated,
});

export type Duty = z.infer<typeof duty>;

export const DUTIES: readonly Duty[] = z.array(duty).parse(disclosureRows);

/** What duties can follow from. */
export type Occasion =
  | { readonly kind: "year"; readonly year: number }
  | { readonly kind: "fund"; readonly formedOn: Day }
  | { readonly kind: "project"; readonly startedOn: Day; readonly endedOn: Day | null };

/**
 * The days on which a duty falls due, as known on `today`; those of a project that runs go up to
 * the first one that lies ahead. Days outside the time in which the duty holds are none of its.
 */
export function dueDays(duty: Duty, occasion: Occasion, today: Day): Day[] {
  return rawDays(duty, occasion, today).filter(
    (due) => duty.validFrom <= due && (duty.validTo === null || due <= duty.validTo),
  );
}

function rawDays({ when }: Duty, occasion: Occasion, today: Day): Day[] {
  if (when.after === "year") {
    return occasion.kind === "year" ? [`${occasion.year + 1}-${when.dueOn}`] : [];
  }
  if (when.after === "fund") {
    if (occasion.kind !== "fund") return [];
    return [dayOfNumber(dayNumber(occasion.formedOn) + when.days)];
  }
  if (occasion.kind !== "project") return [];
  const { startedOn, endedOn } = occasion;
  if (when.after === "project-end") return endedOn ? [monthsAfter(endedOn, when.months)] : [];
  const isShort = endedOn !== null && endedOn <= monthsAfter(startedOn, when.longerThanMonths);
  if (isShort) return [];
  const days: Day[] = [];
  // Each is counted from the start: from the one before, a 31st would slip to the 28th for good.
  for (let n = when.everyMonths; ; n += when.everyMonths) {
    const due = monthsAfter(startedOn, n);
    if (endedOn !== null && due > endedOn) return days;
    days.push(due);
    if (due >= today) return days;
  }
}
