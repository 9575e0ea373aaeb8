// A month or a year of a host's books is closed: its trial balance is fixed by a hash, and no entry
// can be dated into it any more. What comes late is dated in the open month.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { creditCode, day, sha256 } from "../schema.ts";
import { daysOf, monthOrYear } from "./closing.ts";

export const periodClosed = defineFact({
  type: "PeriodClosed",
  version: 1,
  command: "ClosePeriod",
  area: "books",
  title: { zh: "结账", en: "Period closed" },
  about: {
    zh: "结账：结一个月（2026-09）或一年（2026），连同此前各期。固定科目余额表的哈希；此后不得有日期落在其中的资金条目，迟到的更正记在开放月份并指明原条目。",
    en: "Closes a month (2026-09) or a year (2026) of a host's books with everything before it. The trial balance is fixed by its hash; no entry that moves money can be dated into it; a late correction is dated in the open month and names what it corrects.",
  },
  path: "/hosts/{host}/closings",
  verb: "close",
  input: {
    host: creditCode,
    period: monthOrYear.describe(
      inBoth({ zh: "月份 2026-09 或年份 2026", en: "month 2026-09 or year 2026" }),
    ),
    closedOn: day,
  },
  derived: {
    lastDay: day,
    trialBalance: sha256.describe("hash of the trial balance's canonical text at the last day"),
    through: z.int().min(0).describe("the last entry that the trial balance includes"),
  },
  stream: ({ host }) => ({ name: `host-${host}`, opens: false }),
  on: (data) => data.closedOn,
  decide({ host, period, closedOn }, known) {
    happened(known, closedOn);
    if (!known.books.hosts.get(host)) refuse("HOST_UNKNOWN", { host });
    const { last } = daysOf(period);
    if (closedOn <= last) refuse("PERIOD_NOT_OVER", { period, day: closedOn });
    const { through = "", closings = [] } = known.books.closings.get(host) ?? {};
    // The year is closed after its December, on the same last day.
    const isYear = period.length === 4;
    const done = closings.some((closing) => closing.period === period);
    if (done || last < through || (last === through && !isYear)) {
      refuse("PERIOD_CLOSED_ALREADY", { period, host });
    }
    return { lastDay: last, ...known.trialBalance(host, last) };
  },
  evolve({ host, period, lastDay }, id, books) {
    const before = books.closings.get(host)?.closings ?? [];
    return { closings: { host, through: lastDay, closings: [...before, { period, lastDay, id }] } };
  },
});
