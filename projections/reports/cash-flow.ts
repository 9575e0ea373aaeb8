// 现金流量表 (会民非03表): where cash came from and went, this year and last year.

import { yearOf } from "./account-cells.ts";
import { defineReport } from "./report.ts";
import { statementReport } from "./statement.ts";

export const cashFlow = defineReport(
  statementReport({
    name: "cash-flow",
    title: { zh: "现金流量表", en: "Cash flow statement" },
    amounts: [
      {
        name: "this-year",
        title: { zh: "本年金额", en: "This year" },
        takes: ({ year }, to) => year === yearOf(to),
      },
      {
        name: "last-year",
        title: { zh: "上年金额", en: "Last year" },
        takes: ({ year }, to) => year === yearOf(to) - 1,
      },
    ],
  }),
);
