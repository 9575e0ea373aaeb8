// What each restriction bucket of each fund received, gave, and still holds.

import { defineTally } from "./tally.ts";

export const FUND_COLUMNS = [
  { name: "received", title: { zh: "收到捐赠", en: "Received" } },
  { name: "refunded", title: { zh: "退还", en: "Refunded" } },
  { name: "transferred-in", title: { zh: "划入", en: "Transferred in" } },
  { name: "transferred-out", title: { zh: "划出", en: "Transferred out" } },
  { name: "fee", title: { zh: "管理费", en: "Fees" } },
  { name: "interest", title: { zh: "利息", en: "Interest" } },
  { name: "reclassified-in", title: { zh: "解除限定转入", en: "Released into" } },
  { name: "reclassified-out", title: { zh: "解除限定转出", en: "Released out of" } },
  { name: "opening", title: { zh: "期初转入", en: "Brought forward" } },
  { name: "allocated", title: { zh: "已拨付", en: "Allocated" } },
  { name: "released", title: { zh: "已释放", en: "Released" } },
  { name: "disbursed", title: { zh: "已付款", en: "Disbursed" } },
  { name: "returned", title: { zh: "已退回", en: "Returned" } },
  { name: "goods-received", title: { zh: "收到物资", en: "Goods received" } },
  { name: "goods-issued", title: { zh: "发放物资", en: "Goods issued" } },
] as const;

const NAMES = new Set<string>(FUND_COLUMNS.map(({ name }) => name));

/** Row: `<fund>|<bucket>`. Reversals stand as negative amounts in the column they undo. */
export const fundBalance = defineTally({
  name: "fund-balance",
  version: 2,
  title: { zh: "基金余额", en: "Fund balances" },
  definition: {
    zh: "可用 = 收到 − 退还 + 划入 − 划出 − 管理费 + 利息 + 解除限定转入 − 解除限定转出 + 期初转入 − 已拨付 + 已释放；已承诺 = 已拨付 − 已释放 − 已付款 + 已退回；现金 = 可用 + 已承诺。按限定桶分列，再合计。物资按公允价值另列，不计入现金。",
    en: "Available = received − refunded + transferred in − transferred out − fees + interest + released into − released out of + brought forward − allocated + released; committed = allocated − released − disbursed + returned; cash = available + committed. Per restriction bucket and in all. Goods stand apart at fair value and are no cash.",
  },
  columns: FUND_COLUMNS,
  cells({ measure, fund, bucket }) {
    if (fund === null || bucket === null || !NAMES.has(measure)) return [];
    return [{ row: `${fund}|${bucket}`, column: measure, sign: 1 }];
  },
});
