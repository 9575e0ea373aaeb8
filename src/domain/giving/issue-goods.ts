// Goods handed out, for what the donor bound them to. Their value is what the stock is worth more
// before than after, so that the last issue carries the last fen, also after reversals.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { type Currency, formatAmount, parseAmount } from "../../kernel/money.ts";
import type { FactOnLog } from "../books.ts";
import { type Bucket, bucketKey, spendingRank } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import {
  balancesOfFact,
  communityOf,
  fundThatDecides,
  happened,
  isReversed,
  liveFact,
  minor,
  notBefore,
  projectOf,
} from "../rules.ts";
import { amount, bucket, currency, day, divisionCode, id, purpose, sha256 } from "../schema.ts";

type Item = { readonly quantity: number; readonly fairValue: string };
type Issue = { readonly item: number; readonly quantity: number };

export const goodsIssued = defineFact({
  type: "GoodsIssued",
  version: 1,
  command: "IssueGoods",
  area: "giving",
  title: { zh: "发放物资", en: "Goods issued" },
  about: {
    zh: "发放捐赠物资，不超过库存，不违背捐赠限定；金额按数量占公允价值的比例，尾差归最后一次。",
    en: "Hands out donated goods, at most what is in stock and only for what the donor bound them to, at their share of the fair value; the last issue carries the remainder.",
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
    purpose: purpose.optional(),
    evidence: z
      .array(sha256)
      .max(20)
      .default([])
      .describe(inBoth({ zh: "签批单的散列", en: "hashes of sign-offs" })),
    issuedOn: day,
  },
  derived: { fund: id, bucket, currency, amount },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.issuedOn,
  decide(input, known) {
    happened(known, input.issuedOn);
    communityOf(known, input.community, input.issuedOn);
    const goods = liveFact(known, input.goods, "GoodsReceived");
    const data = goods.event.data as Bucket & {
      fund: string;
      currency: Currency;
      items: Item[];
      receivedOn: string;
    };
    notBefore(input.issuedOn, data.receivedOn);
    fundThatDecides(known, data.fund, data.currency);
    if (input.project !== undefined) projectOf(known, input.project);
    const { source, nature } = data;
    const { project, purpose, issuedOn } = input;
    const bucket = bucketKey(data);
    const use = { source, nature, project, purpose, on: issuedOn };
    if (spendingRank(bucket, use) === undefined) refuse("BUCKET_NOT_ALLOWED", { bucket });
    const issued = issuedSoFar(goods);
    for (const { item, quantity } of input.items) {
      const stocked = data.items[item - 1] ?? refuse("GOODS_ITEM_UNKNOWN", { item });
      const before = issued.get(item) ?? 0;
      const left = stocked.quantity - before;
      if (quantity > left) refuse("EXCEEDS_WHAT_IS_LEFT", { asked: quantity, left });
      issued.set(item, before + quantity);
    }
    const stock = balancesOfFact(goods).get(bucket)?.stock ?? 0n;
    const value = stock - valueLeft(data, issued);
    return {
      fund: data.fund,
      bucket,
      currency: data.currency,
      amount: formatAmount(value > 0n ? value : 0n, data.currency),
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

type Stocked = { readonly currency: Currency; readonly items: readonly Item[] };

/** What is worth keeping in the books once so much is issued; of each item rounded up. */
function valueLeft({ currency, items }: Stocked, issued: ReadonlyMap<number, number>): bigint {
  return items.reduce((sum, { quantity, fairValue }, index) => {
    const whole = parseAmount(fairValue, currency);
    return sum + whole - (whole * BigInt(issued.get(index + 1) ?? 0)) / BigInt(quantity);
  }, 0n);
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
