// A payment under an allocation: money leaves the host's account for a payee.

import { z } from "zod";
import { defineFact } from "../fact.ts";
import {
  allocationFor,
  allocationShape,
  committedPortions,
  sumOf,
} from "../granting/allocation.ts";
import { refuse } from "../refuse.ts";
import { atMost, draw, minor, movesOf } from "../rules.ts";
import { currency, day, id, memo, positiveAmount, sha256 } from "../schema.ts";

export const disbursementMade = defineFact({
  type: "DisbursementMade",
  version: 1,
  command: "MakeDisbursement",
  area: "paying",
  title: { zh: "付款", en: "Disbursement made" },
  about: {
    zh: "按拨付决定付款给收款方，不超过拨付剩余；附凭据哈希。",
    en: "Pays a payee under an allocation, at most what it still holds; evidence by hash.",
  },
  path: "/allocations/{allocation}/disbursements",
  verb: "disburse",
  input: {
    allocation: id,
    payee: id,
    amount: positiveAmount,
    currency,
    paidOn: day,
    evidence: z.array(sha256).max(20).default([]).describe("hashes of invoices and sign-offs"),
    memo: memo(140).optional(),
  },
  derived: allocationShape,
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.paidOn,
  decide(input, known) {
    const allocation = allocationFor(known, input.allocation, input.currency, input.paidOn);
    if (!known.books.payees.get(input.payee)) refuse("PAYEE_UNKNOWN", { payee: input.payee });
    const portions = committedPortions(allocation);
    atMost(minor(input), sumOf(portions), input.currency);
    const { fund, community, project } = allocation.data;
    const draws = draw(minor(input), portions, input.currency);
    return { fund, community, forProject: project ?? null, draws };
  },
  moves: (data) =>
    movesOf(data.draws, data.currency, {
      measure: "disbursed",
      fund: data.fund,
      community: data.community,
      project: data.forProject,
    }),
  links: ({ allocation }) => [allocation],
});
