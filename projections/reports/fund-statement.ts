// A fund's statement: where its money came from and went, each restriction apart.

import { movementReport, OF_BUCKETS } from "./movement.ts";
import { defineReport } from "./report.ts";

export const fundStatement = defineReport(
  movementReport({
    name: "fund-statement",
    title: { zh: "基金收支表", en: "Fund statement" },
    amounts: OF_BUCKETS,
    byBucket: true,
  }),
);
