// Money from one fund to another: one entry, two funds, never income. The restriction goes along.

import { inBoth } from "../../kernel/in-both.ts";
import { bucketOfKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { enough, fundThatDecides, fundThatReceives, happened, minor } from "../rules.ts";
import {
  bucket,
  currency,
  day,
  divisionCode,
  id,
  memo,
  positiveAmount,
  sha256,
} from "../schema.ts";

export const transferMade = defineFact({
  type: "TransferMade",
  version: 1,
  command: "MakeTransfer",
  area: "funds",
  title: { zh: "基金间划转", en: "Transfer between funds" },
  about: {
    zh: "基金之间划转，不是收入也不是支出；限定随款走。限定到本基金的款项，须有捐赠人同意书。",
    en: "Moves money between funds; neither income nor cost. The restriction goes along; what is restricted to the fund itself leaves it only with the donor's consent.",
  },
  path: "/transfers",
  verb: "transfer",
  input: {
    from: id,
    to: id,
    amount: positiveAmount,
    currency,
    bucket: bucket
      .default("none")
      .describe(inBoth({ zh: "由哪一限定桶支付", en: "which restriction bucket pays" })),
    consent: sha256
      .optional()
      .describe(inBoth({ zh: "捐赠人同意书的散列", en: "hash of the donor's consent" })),
    transferredOn: day,
    memo: memo(140).optional(),
  },
  derived: { fromCommunity: divisionCode.nullable(), toCommunity: divisionCode.nullable() },
  stream: ({ from }) => ({ name: `fund-${from}`, opens: false }),
  on: (data) => data.transferredOn,
  decide(input, known) {
    const { from, to, bucket, currency } = input;
    happened(known, input.transferredOn);
    if (from === to) refuse("SAME_FUND");
    const source = fundThatDecides(known, from, currency);
    const target = fundThatReceives(known, to, currency);
    if (bucketOfKey(bucket).restriction.kind === "fund" && input.consent === undefined) {
      refuse("CONSENT_NEEDED");
    }
    enough(known, from, bucket, minor(input), currency);
    return { fromCommunity: source.community, toCommunity: target.community };
  },
  moves(data) {
    const amount = minor(data);
    const { bucket, from, to, fromCommunity, toCommunity } = data;
    const project = null;
    return [
      { measure: "transferred-out", fund: from, bucket, community: fromCommunity, project, amount },
      { measure: "transferred-in", fund: to, bucket, community: toCommunity, project, amount },
    ];
  },
});
