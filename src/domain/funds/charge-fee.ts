// A management fee that the gift agreement allows: it leaves the fund for the host's own money.

import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { enough, fundThatDecides, happened, minor } from "../rules.ts";
import { bucket, currency, day, divisionCode, id, positiveAmount, sha256 } from "../schema.ts";

export const feeCharged = defineFact({
  type: "FeeCharged",
  version: 1,
  command: "ChargeFee",
  area: "funds",
  title: { zh: "提取管理费", en: "Fee charged" },
  about: {
    zh: "按捐赠协议从基金提取管理费，转入依托组织非限定资金；未支出前不是管理费用。",
    en: "Takes the fee that the gift agreement allows to the host's unrestricted money; it is no cost until it is spent.",
  },
  path: "/funds/{fund}/fees",
  verb: "fee",
  input: {
    fund: id,
    amount: positiveAmount,
    currency,
    bucket: bucket
      .default("none")
      .describe(inBoth({ zh: "由哪一限定桶支付", en: "which restriction bucket pays" })),
    agreement: sha256.describe(
      inBoth({ zh: "准许提取管理费的协议的散列", en: "hash of the agreement that allows the fee" }),
    ),
    chargedOn: day,
  },
  derived: { community: divisionCode.nullable() },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.chargedOn,
  decide(input, known) {
    happened(known, input.chargedOn);
    const fund = fundThatDecides(known, input.fund, input.currency);
    enough(known, input.fund, input.bucket, minor(input), input.currency);
    return { community: fund.community };
  },
  moves: (data) => [
    {
      measure: "fee",
      fund: data.fund,
      bucket: data.bucket,
      community: data.community,
      project: null,
      amount: minor(data),
    },
  ],
});
