// Gifts in kind, at fair value with how it was found (2026 regime: evidence, else fair value, else
// a nominal yuan). Goods are no cash: they never add to what a fund can allocate.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { type Currency, formatAmount, parseAmount } from "../../kernel/money.ts";
import { bucketKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { fundThatReceives, happened, minor, restrictable } from "../rules.ts";
import {
  amount,
  currency,
  day,
  divisionCode,
  fundingSource,
  id,
  line,
  nature,
  personRef,
  positiveAmount,
  restrictionOrNone,
  sha256,
} from "../schema.ts";

export const goodsReceived = defineFact({
  type: "GoodsReceived",
  version: 1,
  command: "ReceiveGoods",
  area: "giving",
  title: { zh: "收到捐赠物资", en: "Goods received" },
  about: {
    zh: "实物捐赠：逐项名称、数量与公允价值，写明价值依据。物资不增加可用资金。",
    en: "A gift in kind: items with quantity and fair value, and how the value was found. Goods add nothing to the money a fund can allocate.",
  },
  path: "/funds/{fund}/goods",
  verb: "goods receive",
  input: {
    fund: id,
    currency,
    items: z
      .array(
        z.strictObject({
          name: line(60),
          quantity: z.int().min(1).max(1_000_000_000),
          unit: line(12),
          fairValue: positiveAmount.describe(
            inBoth({ zh: "全部数量的价值", en: "of the whole quantity" }),
          ),
        }),
      )
      .min(1)
      .max(200),
    valuation: z.enum(["evidence", "market", "appraisal", "nominal"]),
    evidence: sha256.optional(),
    donor: personRef.optional(),
    publish: z.enum(["anonymous", "named"]).default("anonymous"),
    restriction: restrictionOrNone,
    source: fundingSource,
    nature,
    receivedOn: day,
  },
  derived: { community: divisionCode.nullable(), amount: amount.describe("fair value in all") },
  stream: (_data, id) => ({ name: `goods-${id}`, opens: true }),
  on: (data) => data.receivedOn,
  decide(input, known) {
    happened(known, input.receivedOn);
    restrictable(known, input.restriction);
    const { community } = fundThatReceives(known, input.fund, input.currency);
    return { community, amount: totalValue(input.items, input.currency) };
  },
  moves: (data) => [
    {
      measure: "goods-received",
      fund: data.fund,
      bucket: bucketKey(data),
      community: data.community,
      project: null,
      amount: minor(data),
    },
  ],
});

function totalValue(items: readonly { fairValue: string }[], currency: Currency): string {
  const total = items.reduce((sum, item) => sum + parseAmount(item.fairValue, currency), 0n);
  return formatAmount(total, currency);
}
