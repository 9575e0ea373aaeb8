// A promise to give. A memo: it is no asset, no income, and no money anyone may allocate.

import { defineFact } from "../fact.ts";
import { fundThatReceives, happened, inOrder, minor } from "../rules.ts";
import { currency, day, divisionCode, id, personRef, positiveAmount } from "../schema.ts";

export const pledgeRecorded = defineFact({
  type: "PledgeRecorded",
  version: 1,
  command: "RecordPledge",
  area: "giving",
  title: { zh: "登记捐赠承诺", en: "Pledge recorded" },
  about: {
    zh: "登记捐赠承诺，仅备查：不入账，不增加可用资金。",
    en: "A promise to give, for the record only: not booked, and nothing that can be allocated.",
  },
  path: "/funds/{fund}/pledges",
  verb: "pledge",
  input: {
    fund: id,
    amount: positiveAmount,
    currency,
    donor: personRef.optional(),
    pledgedOn: day,
    dueOn: day.optional(),
  },
  derived: { community: divisionCode.nullable() },
  stream: (_data, id) => ({ name: `pledge-${id}`, opens: true }),
  on: (data) => data.pledgedOn,
  decide(input, known) {
    happened(known, input.pledgedOn);
    inOrder(input.pledgedOn, input.dueOn);
    return { community: fundThatReceives(known, input.fund, input.currency).community };
  },
  moves: (data) => [
    {
      measure: "pledged",
      fund: data.fund,
      bucket: null,
      community: data.community,
      project: null,
      amount: minor(data),
    },
  ],
});
