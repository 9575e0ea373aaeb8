// Goods handed out. Their value is the share of the quantity issued, taken from running totals, so
// that the last issue carries the last fen.

import { z } from "zod";
import { type Currency, formatAmount, parseAmount } from "../../kernel/money.ts";
import type { FactOnLog } from "../books.ts";
import { type Bucket, bucketKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import {
  communityOf,
  fundThatDecides,
  happened,
  isReversed,
  liveFact,
  minor,
  notBefore,
} from "../rules.ts";
import { amount, bucket, currency, day, divisionCode, id, sha256 } from "../schema.ts";

type Item = { readonly quantity: number; readonly fairValue: string };
type Issue = { readonly item: number; readonly quantity: number };

export const goodsIssued = defineFact({
  type: "GoodsIssued",
  version: 1,
  command: "IssueGoods",
  area: "giving",
  title: { zh: "发放物资", en: "Goods issued" },
  about: {
    zh: "发放捐赠物资，不超过库存；金额按数量占公允价值的比例，尾差归最后一次。",
    en: "Hands out donated goods, at most what is in stock, at their share of the fair value; the last issue carries the remainder.",
  },
  path: "/goods/{goods}/issues",
  verb: "goods issue",
  input: {
    goods: id,
    items: z
      .array(
        z.strictObject({
          item: z.int().min(1).max(200).describe("number of the item, from 1"),
          quantity: z.int().min(1).max(1_000_000_000),
        }),
      )
      .min(1)
      .max(200),
    community: divisionCode,
    project: id.optional(),
    evidence: z.array(sha256).max(20).default([]).describe("hashes of sign-offs"),
    issuedOn: day,
  },
  derived: { fund: id, bucket, currency, amount },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.issuedOn,
  decide(input, known) {
    happened(known, input.issuedOn);
    communityOf(known, input.community);
    const goods = liveFact(known, input.goods, "GoodsReceived");
    const data = goods.event.data as Bucket & {
      fund: string;
      currency: Currency;
      items: Item[];
      receivedOn: string;
    };
    notBefore(input.issuedOn, data.receivedOn);
    fundThatDecides(known, data.fund, data.currency);
    const issued = issuedSoFar(goods);
    let value = 0n;
    for (const { item, quantity } of input.items) {
      const stocked = data.items[item - 1] ?? refuse("GOODS_ITEM_UNKNOWN", { item });
      const before = issued.get(item) ?? 0;
      const left = stocked.quantity - before;
      if (quantity > left) refuse("EXCEEDS_WHAT_IS_LEFT", { asked: quantity, left });
      const whole = parseAmount(stocked.fairValue, data.currency);
      value +=
        valueUpTo(before + quantity, stocked.quantity, whole) -
        valueUpTo(before, stocked.quantity, whole);
      issued.set(item, before + quantity);
    }
    return {
      fund: data.fund,
      bucket: bucketKey(data),
      currency: data.currency,
      amount: formatAmount(value, data.currency),
    };
  },
  moves: (data) => [
    {
      measure: "goods-issued",
      fund: data.fund,
      bucket: data.bucket,
      community: data.community,
      project: data.project ?? null,
      amount: minor(data),
    },
  ],
  links: ({ goods }) => [goods],
});

/** The value of the first `quantity` of `whole` pieces, rounded down. */
function valueUpTo(quantity: number, whole: number, value: bigint): bigint {
  return (value * BigInt(quantity)) / BigInt(whole);
}

function issuedSoFar(goods: FactOnLog): Map<number, number> {
  const issued = new Map<number, number>();
  for (const fact of goods.later) {
    if (fact.event.type !== "GoodsIssued" || isReversedIn(goods, fact)) continue;
    for (const { item, quantity } of (fact.event.data as { items: Issue[] }).items) {
      issued.set(item, (issued.get(item) ?? 0) + quantity);
    }
  }
  return issued;
}

// A red entry links to what it reverses and to what that linked to, so both stand in `later`.
function isReversedIn(goods: FactOnLog, issue: FactOnLog): boolean {
  return isReversed({ ...issue, later: goods.later });
}
