// 资产负债表 (会民非01表): what is owned and owed, at the year's beginning and now.

import { yearOf } from "./account-cells.ts";
import { defineReport } from "./report.ts";
import { statementReport } from "./statement.ts";

export const balanceSheet = defineReport(
  statementReport({
    name: "balance-sheet",
    title: { zh: "资产负债表", en: "Balance sheet" },
    closed: true,
    amounts: [
      {
        name: "opening",
        title: { zh: "年初余额", en: "At the year's beginning" },
        takes: ({ year }, to) => year < yearOf(to),
      },
      { name: "closing", title: { zh: "期末余额", en: "At the end" }, takes: () => true },
    ],
  }),
);
