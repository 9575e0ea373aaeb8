// A restriction ends: its time has come, its purpose is met, or the donor lifts it. The money moves
// to the fund's unrestricted bucket; it is neither income nor cost.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { formatAmount } from "../../kernel/money.ts";
import { type Bucket, bucketKey, bucketOfKey } from "../bucket.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { enough, fundThatDecides, happened, liveFact, minor, notBefore } from "../rules.ts";
import { bucket, currency, day, divisionCode, id, positiveAmount, sha256 } from "../schema.ts";

export const restrictionReleased = defineFact({
  type: "RestrictionReleased",
  version: 1,
  command: "ReleaseRestriction",
  area: "books",
  title: { zh: "解除限定", en: "Restriction released" },
  about: {
    zh: "限定解除：时间已到、目的已达成或捐赠人同意。款项转入本基金非限定桶；写明当年的捐赠时冲减限定收入，否则由限定性净资产转为非限定性净资产。",
    en: "A restriction ends: its time has come, its purpose is met, or the donor lifts it. The money moves to the fund's unrestricted bucket; named with a gift of the same year it moves within income, else from restricted to unrestricted net assets.",
  },
  path: "/funds/{fund}/restriction-releases",
  verb: "release-restriction",
  input: {
    fund: id,
    bucket: bucket.describe(
      inBoth({ zh: "解除限定的桶", en: "the restriction bucket that is released" }),
    ),
    amount: positiveAmount,
    currency,
    cause: z.enum(["time-passed", "purpose-met", "donor-lifted"]),
    donation: id
      .optional()
      .describe(inBoth({ zh: "解除限定的捐赠", en: "the gift whose restriction ends" })),
    consent: sha256
      .optional()
      .describe(inBoth({ zh: "捐赠人同意书的散列", en: "hash of the donor's consent" })),
    releasedOn: day,
  },
  derived: { into: bucket, community: divisionCode.nullable() },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.releasedOn,
  decide(input, known) {
    const { fund: fundId, bucket, cause, donation, releasedOn } = input;
    happened(known, releasedOn);
    const fund = fundThatDecides(known, fundId, input.currency);
    const { source, nature, restriction } = bucketOfKey(bucket);
    if (restriction.kind === "none" || nature === "agency")
      refuse("BUCKET_NOT_ALLOWED", { bucket });
    if (cause === "donor-lifted" && input.consent === undefined) refuse("CONSENT_NEEDED");
    if (cause === "time-passed") {
      if (restriction.kind !== "time") refuse("BUCKET_NOT_ALLOWED", { bucket });
      notBefore(releasedOn, restriction.notBefore);
    }
    if (donation !== undefined) {
      const gift = liveFact(known, donation, "DonationReceived").event.data as Bucket & {
        fund: string;
        receivedOn: string;
        amount: string;
      };
      notBefore(releasedOn, gift.receivedOn);
      if (gift.fund !== fundId || bucketKey(gift) !== bucket) {
        refuse("BUCKET_NOT_ALLOWED", { bucket });
      }
      const whole = minor({ amount: gift.amount, currency: input.currency });
      if (minor(input) > whole) {
        const left = formatAmount(whole, input.currency);
        refuse("EXCEEDS_WHAT_IS_LEFT", { asked: input.amount, left });
      }
    }
    enough(known, fundId, bucket, minor(input), input.currency);
    const into = bucketKey({ source, nature, restriction: { kind: "none" } });
    return { into, community: fund.community };
  },
  moves(data) {
    const { fund, bucket, into, community } = data;
    const amount = minor(data);
    const project = null;
    return [
      { measure: "reclassified-out", fund, bucket, community, project, amount },
      { measure: "reclassified-in", fund, bucket: into, community, project, amount },
    ];
  },
  links: ({ donation }) => (donation === undefined ? [] : [donation]),
});
