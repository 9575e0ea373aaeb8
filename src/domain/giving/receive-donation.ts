// A gift that has arrived. It is a fact: never refused for balance, only for a fund that is closed
// or does not exist. Each gift opens a stream of its own, so that gifts never contend.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { bucketKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { fundThatReceives, happened, minor, restrictable } from "../rules.ts";
import {
  currency,
  day,
  divisionCode,
  fundingSource,
  id,
  nature,
  origin,
  personRef,
  positiveAmount,
  reference,
  restrictionOrNone,
} from "../schema.ts";

export const CHANNELS = ["bank", "online", "wechat", "alipay", "cash", "box", "other"] as const;

export const donationReceived = defineFact({
  type: "DonationReceived",
  version: 1,
  command: "ReceiveDonation",
  area: "giving",
  title: { zh: "收到捐赠", en: "Donation received" },
  about: {
    zh: "已到账的捐赠：金额、渠道、捐赠人编号或匿名、公开意愿、限定、资金来源与性质、来源文件与行。",
    en: "A gift that has arrived: amount, channel, donor reference or anonymous, consent to publish, restriction, funding source, nature, and the file and row it came from.",
  },
  path: "/funds/{fund}/donations",
  verb: "donate",
  input: {
    fund: id,
    amount: positiveAmount,
    currency,
    receivedOn: day,
    channel: z.enum(CHANNELS).default("bank"),
    donor: personRef.optional().describe(
      inBoth({
        zh: "不透明的代号；匿名捐赠不填",
        en: "opaque reference; absent for an anonymous gift",
      }),
    ),
    publish: z
      .enum(["anonymous", "named"])
      .default("anonymous")
      .describe(
        inBoth({
          zh: "捐赠人是否同意公开姓名",
          en: "whether the donor agreed to be named in public",
        }),
      ),
    restriction: restrictionOrNone,
    source: fundingSource,
    nature,
    reference: reference
      .optional()
      .describe(inBoth({ zh: "支付本身的参考号", en: "the payment's own reference" })),
    origin: origin.optional(),
  },
  derived: { community: divisionCode.nullable() },
  stream: (_data, id) => ({ name: `donation-${id}`, opens: true }),
  on: (data) => data.receivedOn,
  decide({ fund, currency, receivedOn, restriction }, known) {
    happened(known, receivedOn);
    restrictable(known, restriction);
    return { community: fundThatReceives(known, fund, currency).community };
  },
  moves: (data) => [
    {
      measure: "received",
      fund: data.fund,
      bucket: bucketKey(data),
      community: data.community,
      project: null,
      amount: minor(data),
    },
  ],
});
