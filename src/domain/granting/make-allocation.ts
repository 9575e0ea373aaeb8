// Money set aside for a community, out of the buckets whose restrictions allow it. Which buckets pay
// how much is decided once and stored, so that no later rule can change it.

import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import {
  checkDraws,
  communityOf,
  draw,
  fundThatDecides,
  happened,
  minor,
  movesOf,
  projectOf,
  spendable,
} from "../rules.ts";
import {
  currency,
  day,
  divisionCode,
  draws,
  fundingSource,
  id,
  memo,
  nature,
  positiveAmount,
  purpose,
  sha256,
} from "../schema.ts";

export const allocationMade = defineFact({
  type: "AllocationMade",
  version: 1,
  command: "MakeAllocation",
  area: "granting",
  title: { zh: "拨付决定", en: "Allocation made" },
  about: {
    zh: "从基金向社区（及项目）拨付。限定最具体的款项先用；各限定桶出资多少当场决定并写入条目，任何桶不得为负。",
    en: "Sets a fund's money aside for a community and project. The most specific restriction that is met pays first; what each bucket gives is decided once and stored; no bucket goes below zero.",
  },
  path: "/funds/{fund}/allocations",
  verb: "allocate",
  input: {
    fund: id,
    community: divisionCode,
    project: id.optional(),
    purpose: purpose.optional(),
    amount: positiveAmount,
    currency,
    source: fundingSource,
    nature,
    drawFrom: draws.optional().describe(
      inBoth({
        zh: "由哪些限定桶支付；不写则最具体者优先",
        en: "which buckets pay; left out, the most specific first",
      }),
    ),
    agreement: sha256.optional(),
    allocatedOn: day,
    memo: memo(140).optional(),
  },
  derived: { draws },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.allocatedOn,
  decide(input, known) {
    const { fund, currency, drawFrom } = input;
    happened(known, input.allocatedOn);
    fundThatDecides(known, fund, currency);
    communityOf(known, input.community, input.allocatedOn);
    if (input.project !== undefined) projectOf(known, input.project);
    const spending = { ...input, on: input.allocatedOn };
    if (drawFrom) {
      checkDraws(known, fund, drawFrom, input, spending);
      return { draws: drawFrom };
    }
    return { draws: draw(minor(input), spendable(known, fund, spending), currency) };
  },
  moves: (data) =>
    movesOf(data.draws, data.currency, {
      measure: "allocated",
      fund: data.fund,
      community: data.community,
      project: data.project ?? null,
    }),
});
