// A suspended fund still takes gifts, which are facts, but decides nothing.

import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { fundOf, happened, notBefore } from "../rules.ts";
import { day, divisionCode, id } from "../schema.ts";

export const fundSuspended = defineFact({
  type: "FundSuspended",
  version: 1,
  command: "SuspendFund",
  area: "funds",
  title: { zh: "暂停基金", en: "Fund suspended" },
  about: {
    zh: "暂停基金：仍可收款（收款是事实），不得再作任何决定。",
    en: "Suspends a fund: it still receives, for gifts are facts, but no decision about its money is taken.",
  },
  needsReason: true,
  path: "/funds/{fund}/suspension",
  verb: "fund suspend",
  input: { fund: id, suspendedOn: day },
  derived: { community: divisionCode.nullable() },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.suspendedOn,
  decide({ fund: id, suspendedOn }, known) {
    happened(known, suspendedOn);
    const fund = fundOf(known, id);
    notBefore(suspendedOn, fund.openedOn);
    if (fund.status === "closed") refuse("FUND_CLOSED", { fund: id });
    if (fund.status === "suspended") refuse("FUND_SUSPENDED", { fund: id });
    return { community: fund.community };
  },
  evolve({ fund: id }, _id, books) {
    const fund = books.funds.get(id);
    return fund ? { fund: { ...fund, status: "suspended" } } : {};
  },
  moves: ({ fund, community }) => [
    { measure: "funds-open", fund, bucket: null, community, project: null, amount: -1n },
  ],
  links: ({ fund }) => [fund],
});
