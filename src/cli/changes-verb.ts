// What changed since an export: the voucher lines that were recorded after its last entry and fall
// in a period or later, for whoever has handed the rest on already.

import { daysOf, monthOrYear } from "../domain/books/closing.ts";
import { LAST_DAY } from "../kernel/day.ts";
import { EXIT, failure } from "./failure.ts";
import { type ReportFlags, reportVerb } from "./report-verb.ts";
import type { Session } from "./session.ts";

export type ChangesFlags = Pick<ReportFlags, "format" | "output" | "force"> & {
  readonly since: string;
  readonly period?: string;
  readonly host?: string;
};

/** Shows the vouchers recorded after an entry. */
export async function changesVerb(session: Session, flags: ChangesFlags): Promise<void> {
  const { since, period, host, ...rest } = flags;
  if (period !== undefined && !monthOrYear.safeParse(period).success) {
    throw failure(EXIT.usage, {
      zh: `--period 是月份（如 2026-09）或年度，不是 ${period}`,
      en: `--period is a month like 2026-09 or a year, not ${period}`,
    });
  }
  const filter = [
    `since=${since}`,
    ...(period === undefined ? [] : [`from=${daysOf(period).first}`, `to=${LAST_DAY}`]),
    ...(host === undefined ? [] : [`host=${host}`]),
  ];
  await reportVerb(session, "vouchers", { ...rest, filter });
}
