// What each community received, was allocated and was paid: charity money and fiscal money apart.

import { type Cell, defineTally, isFiscal } from "./tally.ts";

/** How a measure adds to a community's columns. */
const COLUMN: Record<string, { column: string; sign: 1 | -1 }> = {
  received: { column: "received", sign: 1 },
  refunded: { column: "received", sign: -1 },
  "transferred-in": { column: "transferred", sign: 1 },
  "transferred-out": { column: "transferred", sign: -1 },
  allocated: { column: "allocated", sign: 1 },
  released: { column: "allocated", sign: -1 },
  disbursed: { column: "disbursed", sign: 1 },
  returned: { column: "disbursed", sign: -1 },
};

/** The row of money whose fund belongs to no community. */
export const UNASSIGNED = "unassigned";

/** Row: `<currency>|<division code or unassigned>`. */
export const communityTotals = defineTally({
  name: "community-totals",
  version: 1,
  title: { zh: "社区合计", en: "Community totals" },
  definition: {
    zh: "收到：本级基金收到的捐赠减退还；划转：划入减划出（各级之间相抵，不重复计）；拨付：拨给本社区、减释放；付款：付给本社区、减退回。沿区划树逐级汇总。财政资金另列，不计入慈善合计。",
    en: "Received: gifts into the community's own funds, net of refunds. Transferred: in minus out, so that moves between tiers cancel. Allocated: to the community, net of releases. Disbursed: for the community, net of returns. Rolled up along the division tree. Fiscal money stands apart.",
  },
  columns: [
    { name: "received", title: { zh: "收到", en: "Received" } },
    { name: "transferred", title: { zh: "净划入", en: "Net transfers" } },
    { name: "allocated", title: { zh: "拨付", en: "Allocated" } },
    { name: "disbursed", title: { zh: "付款", en: "Disbursed" } },
    { name: "fiscal-received", title: { zh: "财政收到", en: "Fiscal received" } },
    { name: "fiscal-transferred", title: { zh: "财政净划入", en: "Fiscal net transfers" } },
    { name: "fiscal-allocated", title: { zh: "财政拨付", en: "Fiscal allocated" } },
    { name: "fiscal-disbursed", title: { zh: "财政付款", en: "Fiscal disbursed" } },
  ],
  cells({ measure, fund, bucket, community }, books): Cell[] {
    const target = COLUMN[measure];
    if (!target || fund === null) return [];
    const currency = books.funds.get(fund)?.currency;
    if (!currency) throw new Error(`a move of an unknown fund, ${fund}`);
    const column = isFiscal(bucket) ? `fiscal-${target.column}` : target.column;
    return [{ row: `${currency}|${community ?? UNASSIGNED}`, column, sign: target.sign }];
  },
});
