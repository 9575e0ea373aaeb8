// Interest that the bank credited and that the agreement lets follow the fund.

import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { bucketThatReceives, fundThatReceives, happened, minor } from "../rules.ts";
import { bucket, currency, day, divisionCode, id, positiveAmount } from "../schema.ts";

export const interestReceived = defineFact({
  type: "InterestReceived",
  version: 1,
  command: "ReceiveInterest",
  area: "funds",
  title: { zh: "收到利息", en: "Interest received" },
  about: {
    zh: "银行已入账、按协议归本基金的利息。",
    en: "Interest that the bank has credited and that belongs to the fund by its agreement.",
  },
  path: "/funds/{fund}/interest",
  verb: "interest",
  input: {
    fund: id,
    amount: positiveAmount,
    currency,
    bucket: bucket
      .default("none")
      .describe(inBoth({ zh: "产生它的限定桶", en: "the restriction bucket that earned it" })),
    receivedOn: day,
  },
  derived: { community: divisionCode.nullable() },
  stream: (_data, id) => ({ name: `interest-${id}`, opens: true }),
  on: (data) => data.receivedOn,
  decide(input, known) {
    happened(known, input.receivedOn);
    bucketThatReceives(known, input.bucket);
    return { community: fundThatReceives(known, input.fund, input.currency).community };
  },
  moves: (data) => [
    {
      measure: "interest",
      fund: data.fund,
      bucket: data.bucket,
      community: data.community,
      project: null,
      amount: minor(data),
    },
  ],
});
