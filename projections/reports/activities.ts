// 业务活动表 (会民非02表): income, cost and what moved between restricted and unrestricted, in six
// columns: this month and this year, each unrestricted, restricted and in all.

import { dayBefore } from "../../src/domain/books/closing.ts";
import type { Day } from "../../src/kernel/day.ts";
import { yearOf } from "./account-cells.ts";
import { defineReport } from "./report.ts";
import { type AmountColumn, statementReport } from "./statement.ts";

const HALVES = [
  { name: "unrestricted", title: { zh: "非限定性", en: "unrestricted" }, restricted: false },
  { name: "restricted", title: { zh: "限定性", en: "restricted" }, restricted: true },
  { name: "total", title: { zh: "合计", en: "total" }, restricted: undefined },
] as const;

const SPANS = [
  {
    name: "month",
    title: { zh: "本月数", en: "This month" },
    first: (to: Day) => `${to.slice(0, 7)}-01`,
  },
  {
    name: "year",
    title: { zh: "本年累计数", en: "This year" },
    first: (to: Day) => `${to.slice(0, 4)}-01-01`,
  },
] as const;

const amounts = SPANS.flatMap((span) =>
  HALVES.map(
    ({ name, title, restricted }): AmountColumn => ({
      name: `${span.name}-${name}`,
      title: {
        zh: `${span.title.zh}·${title.zh}`,
        en: `${span.title.en}, ${title.en}`,
      },
      takes: ({ account, year }, to) =>
        year === yearOf(to) &&
        // Cost that the regime does not split is unrestricted.
        (restricted === undefined || (account.restricted ?? false) === restricted),
      after: (to) => dayBefore(span.first(to)),
    }),
  ),
);

export const activities = defineReport(
  statementReport({
    name: "activities",
    title: { zh: "业务活动表", en: "Statement of activities" },
    amounts,
  }),
);
