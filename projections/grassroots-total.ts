// 下沉基层: how much charity money reached townships and villages. Three definitions that are never
// mixed; whoever shows one says which.

import type { Books } from "../src/domain/books.ts";
import { type Cell, defineTally, isFiscal } from "./tally.ts";

export const GRASSROOTS_DEFINITIONS = {
  allocated: {
    zh: "拨付口径：拨给乡镇（街道）、村（社区）的慈善资金，减去释放与冲销。",
    en: "Allocated: charity money allocated to township- and village-level communities, net of releases and reversals.",
  },
  received: {
    zh: "到账口径：乡镇、村级基金收到的捐赠（减退还）与自上级净划入之和，每一元只计一次。",
    en: "Received: gifts into township- and village-level funds net of refunds, plus net transfers from upper tiers, each yuan once.",
  },
  disbursed: {
    zh: "付款口径：为乡镇、村级社区实际付出的慈善资金，减去退回与冲销。",
    en: "Disbursed: charity money paid for township- and village-level communities, net of returns and reversals.",
  },
} as const;

const FOR_COMMUNITY: Record<string, { column: string; sign: 1 | -1 }> = {
  allocated: { column: "allocated", sign: 1 },
  released: { column: "allocated", sign: -1 },
  disbursed: { column: "disbursed", sign: 1 },
  returned: { column: "disbursed", sign: -1 },
};

const INTO_FUND: Record<string, 1 | -1> = {
  received: 1,
  refunded: -1,
  "transferred-in": 1,
  "transferred-out": -1,
};

/** Row: the currency. */
export const grassrootsTotal = defineTally({
  name: "grassroots-total",
  version: 1,
  title: { zh: "下沉基层合计", en: "Grassroots total" },
  definition: {
    zh: "三种口径，从不混用：拨付（默认）、到账、付款。只计慈善资金，财政资金不计。",
    en: "Three definitions, never mixed: allocated (the default), received, disbursed. Charity money only.",
  },
  columns: [
    { name: "allocated", title: { zh: "拨付口径", en: "Allocated" } },
    { name: "received", title: { zh: "到账口径", en: "Received" } },
    { name: "disbursed", title: { zh: "付款口径", en: "Disbursed" } },
  ],
  cells({ measure, fund, bucket, community }, books): Cell[] {
    const source = fund === null ? undefined : books.funds.get(fund);
    if (!source || isFiscal(bucket)) return [];
    const spent = FOR_COMMUNITY[measure];
    if (spent)
      return isGrassroots(levelOf(community, books)) ? [{ row: source.currency, ...spent }] : [];
    const sign = INTO_FUND[measure];
    if (sign === undefined || !isGrassroots(source.level)) return [];
    return [{ row: source.currency, column: "received", sign }];
  },
});

function levelOf(community: string | null, books: Books): string | undefined {
  return community === null ? undefined : books.communities.get(community)?.level;
}

function isGrassroots(level: string | undefined): boolean {
  return level === "township" || level === "village";
}
