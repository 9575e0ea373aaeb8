// Money given back. A refund that we decide needs money in the gift's own bucket; a chargeback that
// the bank forces is recorded all the same, and says by how much it overdraws.

import { z } from "zod";
import { formatAmount } from "../../kernel/money.ts";
import { balanceOf } from "../books.ts";
import { type Bucket, bucketKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import {
  atMost,
  balancesOfFact,
  enough,
  fundOf,
  fundThatDecides,
  happened,
  liveFact,
  minor,
  notBefore,
} from "../rules.ts";
import { amount, bucket, currency, day, divisionCode, id, positiveAmount } from "../schema.ts";

export const donationRefunded = defineFact({
  type: "DonationRefunded",
  version: 1,
  command: "RefundDonation",
  area: "giving",
  title: { zh: "退还捐赠", en: "Donation refunded" },
  about: {
    zh: "退还捐赠，不超过未退部分。自行决定的退款受余额约束；银行强制退单照记，并写明透支额，补足前该基金不得再作决定。",
    en: "Gives a gift back, at most what is not yet refunded. A refund we decide is bound by the balance; a forced chargeback is recorded with its overdraft and blocks the fund's decisions until covered.",
  },
  path: "/donations/{donation}/refunds",
  verb: "refund",
  input: {
    donation: id,
    amount: positiveAmount,
    currency,
    cause: z.enum(["donor-request", "own-error", "agreement", "chargeback"]),
    refundedOn: day,
  },
  derived: {
    fund: id,
    community: divisionCode.nullable(),
    bucket,
    overdraws: amount.optional().describe("by how much the bucket stands below zero after it"),
  },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.refundedOn,
  decide(input, known) {
    happened(known, input.refundedOn);
    const gift = liveFact(known, input.donation, "DonationReceived");
    const data = gift.event.data as Bucket & {
      fund: string;
      community: string | null;
      receivedOn: string;
    };
    notBefore(input.refundedOn, data.receivedOn);
    const { fund, community } = data;
    const bucket = bucketKey(data);
    const wanted = minor(input);
    if (input.cause !== "chargeback") {
      fundThatDecides(known, fund, input.currency);
      enough(known, fund, bucket, wanted, input.currency);
    } else {
      fundOf(known, fund, input.currency);
    }
    atMost(wanted, balancesOfFact(gift).get(bucket)?.available ?? 0n, input.currency);
    const after = balanceOf(known.books, fund, bucket).available - wanted;
    const overdraft = after < 0n ? { overdraws: formatAmount(-after, input.currency) } : {};
    return { fund, community, bucket, ...overdraft };
  },
  moves: (data) => [
    {
      measure: "refunded",
      fund: data.fund,
      bucket: data.bucket,
      community: data.community,
      project: null,
      amount: minor(data),
    },
  ],
  links: ({ donation }) => [donation],
});
