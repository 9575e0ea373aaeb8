// A closed period is opened again: a second person says so and why. Every closing from that period
// on falls; what was closed before it stays closed.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { creditCode, day, id } from "../schema.ts";
import { dayBefore, daysOf, monthOrYear } from "./closing.ts";

export const periodReopened = defineFact({
  type: "PeriodReopened",
  version: 1,
  command: "ReopenPeriod",
  area: "books",
  title: { zh: "反结账", en: "Period reopened" },
  about: {
    zh: "反结账：从该期起的结账全部取消，此前各期仍为已结。须写明原因，且不得由结账人本人办理。",
    en: "Reopens a closed period: every closing from it on falls, what lies before stays closed. It needs a reason, and somebody other than who closed it.",
  },
  roles: ["approver"],
  needsReason: true,
  path: "/hosts/{host}/reopenings",
  verb: "reopen",
  input: {
    host: creditCode,
    period: monthOrYear.describe(
      inBoth({ zh: "月份 2026-09 或年份 2026", en: "month 2026-09 or year 2026" }),
    ),
    reopenedOn: day,
  },
  derived: { undoes: z.array(id).max(64).describe("the closings that fall") },
  stream: ({ host }) => ({ name: `host-${host}`, opens: false }),
  on: (data) => data.reopenedOn,
  decide({ host, period, reopenedOn }, known) {
    happened(known, reopenedOn);
    if (!known.books.hosts.get(host)) refuse("HOST_UNKNOWN", { host });
    const { first } = daysOf(period);
    const { through = "", closings = [] } = known.books.closings.get(host) ?? {};
    if (through < first) refuse("PERIOD_NOT_CLOSED", { period, host });
    const undone = closings.filter(({ lastDay }) => lastDay >= first);
    for (const { id } of undone) {
      if (known.fact(id)?.event.actor === known.actor) refuse("SAME_PERSON", { period });
    }
    return { undoes: undone.map(({ id }) => id) };
  },
  evolve({ host, period, undoes }, _id, books) {
    const before = books.closings.get(host)?.closings ?? [];
    const closings = before.filter(({ id }) => !undoes.includes(id));
    return { closings: { host, through: dayBefore(daysOf(period).first), closings } };
  },
  links: ({ undoes }) => undoes,
});
