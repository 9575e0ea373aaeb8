// The end of a fund. It must hold nothing: what was left has been spent, transferred or refunded,
// as its agreement says, in entries of its own.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { formatAmount } from "../../kernel/money.ts";
import { type Balance, EMPTY_BALANCE } from "../books.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { fundOf, happened, notBefore } from "../rules.ts";
import { day, divisionCode, id } from "../schema.ts";

export const fundClosed = defineFact({
  type: "FundClosed",
  version: 1,
  command: "CloseFund",
  area: "funds",
  title: { zh: "终止基金", en: "Fund closed" },
  about: {
    zh: "终止基金。可用、已承诺与物资均须为零；剩余财产先按协议处理，各有条目。",
    en: "Closes a fund. Nothing may be left in it, committed or in stock; what remained was dealt with before, in entries of its own.",
  },
  needsReason: true,
  path: "/funds/{fund}/closing",
  verb: "fund close",
  input: { fund: id, closedOn: day },
  derived: {
    community: divisionCode.nullable(),
    wasOpen: z
      .boolean()
      .describe(inBoth({ zh: "基金暂停时为 false", en: "false when the fund was suspended" })),
  },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.closedOn,
  decide({ fund: id, closedOn }, known) {
    happened(known, closedOn);
    const fund = fundOf(known, id);
    notBefore(closedOn, fund.openedOn);
    if (fund.status === "closed") refuse("FUND_CLOSED", { fund: id });
    const buckets = [...(known.books.balances.get(id)?.values() ?? [])];
    if (buckets.some(holdsSomething)) {
      const left = buckets.reduce(added, EMPTY_BALANCE);
      refuse("FUND_NOT_EMPTY", {
        fund: id,
        available: formatAmount(left.available, fund.currency),
        committed: formatAmount(left.committed, fund.currency),
        stock: formatAmount(left.stock, fund.currency),
      });
    }
    return { community: fund.community, wasOpen: fund.status === "open" };
  },
  evolve({ fund: id }, _id, books) {
    const fund = books.funds.get(id);
    return fund ? { fund: { ...fund, status: "closed" } } : {};
  },
  moves: ({ fund, community, wasOpen }) =>
    wasOpen
      ? [{ measure: "funds-open", fund, bucket: null, community, project: null, amount: -1n }]
      : [],
  links: ({ fund }) => [fund],
});

/** Whether anything is left in a bucket: money, promised money or goods. */
export function holdsSomething({ available, committed, stock }: Balance): boolean {
  return available !== 0n || committed !== 0n || stock !== 0n;
}

function added(a: Balance, b: Balance): Balance {
  return {
    available: a.available + b.available,
    committed: a.committed + b.committed,
    stock: a.stock + b.stock,
  };
}
