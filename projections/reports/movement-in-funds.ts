// Movement in funds: one row per fund of a host, and one for the host's own part.

import { movementReport, OF_FUNDS } from "./movement.ts";
import { defineReport } from "./report.ts";

export const movementInFunds = defineReport(
  movementReport({
    name: "movement-in-funds",
    title: { zh: "基金净资产变动表", en: "Movement in funds" },
    amounts: OF_FUNDS,
    byBucket: false,
  }),
);
