// Unspent money that a payee gave back. It returns to the allocation, which can pay it again or
// release it to the fund; it is no gift and no income.

import type { Currency } from "../../kernel/money.ts";
import { parseAmount } from "../../kernel/money.ts";
import type { FactOnLog } from "../books.ts";
import { defineFact } from "../fact.ts";
import { allocatedMoves, allocationShape, sumOf } from "../granting/allocation.ts";
import {
  atMost,
  balancesOfFact,
  draw,
  fundThatReceives,
  happened,
  liveFact,
  minor,
  notBefore,
  type Portion,
} from "../rules.ts";
import { currency, type Draws, day, id, memo, positiveAmount } from "../schema.ts";

type Disbursement = {
  readonly allocation: string;
  readonly fund: string;
  readonly community: string;
  readonly forProject: string | null;
  readonly currency: Currency;
  readonly paidOn: string;
  readonly draws: Draws;
};

export const disbursementReturned = defineFact({
  type: "DisbursementReturned",
  version: 1,
  command: "ReturnDisbursement",
  area: "paying",
  title: { zh: "退回付款", en: "Disbursement returned" },
  about: {
    zh: "收款方退回未用款项，回到原拨付，可再付或释放；不是捐赠，也不是收入。",
    en: "A payee gives unspent money back. It returns to the allocation, to be paid again or released; it is no gift and no income.",
  },
  path: "/disbursements/{disbursement}/returns",
  verb: "return",
  input: {
    disbursement: id,
    amount: positiveAmount,
    currency,
    returnedOn: day,
    memo: memo(140).optional(),
  },
  derived: { allocation: id, ...allocationShape },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.returnedOn,
  decide(input, known) {
    happened(known, input.returnedOn);
    const paid = liveFact(known, input.disbursement, "DisbursementMade");
    const data = paid.event.data as Disbursement;
    notBefore(input.returnedOn, data.paidOn);
    fundThatReceives(known, data.fund, input.currency);
    const portions = stillPaid(paid, data).reverse();
    atMost(minor(input), sumOf(portions), input.currency);
    const { allocation, fund, community, forProject } = data;
    const draws = draw(minor(input), portions, input.currency);
    return { allocation, fund, community, forProject, draws };
  },
  moves: (data) => allocatedMoves("returned", data),
  links: ({ disbursement, allocation }) => [disbursement, allocation],
});

// A payment takes from what is committed and a return gives back, so what is still paid in a
// bucket is what stands below zero there.
function stillPaid(paid: FactOnLog, data: Disbursement): Portion[] {
  const balances = balancesOfFact(paid);
  return data.draws.map(({ bucket, amount }) => ({
    bucket,
    left: -(balances.get(bucket)?.committed ?? -parseAmount(amount, data.currency)),
  }));
}
