// A payment under an allocation: money leaves the host's account for a payee.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import {
  allocatedMoves,
  allocationFor,
  allocationShape,
  takeFrom,
} from "../granting/allocation.ts";
import { refuse } from "../refuse.ts";
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
    evidence: z
      .array(sha256)
      .max(20)
      .default([])
      .describe(inBoth({ zh: "发票与签批单的散列", en: "hashes of invoices and sign-offs" })),
    memo: memo(140).optional(),
  },
  derived: allocationShape,
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.paidOn,
  decide(input, known) {
    const allocation = allocationFor(known, input.allocation, input.currency, input.paidOn);
    if (!known.books.payees.get(input.payee)) refuse("PAYEE_UNKNOWN", { payee: input.payee });
    return takeFrom(allocation, input);
  },
  moves: (data) => allocatedMoves("disbursed", data),
  links: ({ allocation }) => [allocation],
});
