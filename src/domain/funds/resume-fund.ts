// The end of a suspension.

import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { fundOf, happened, notBefore } from "../rules.ts";
import { day, divisionCode, id } from "../schema.ts";

export const fundResumed = defineFact({
  type: "FundResumed",
  version: 1,
  command: "ResumeFund",
  area: "funds",
  title: { zh: "恢复基金", en: "Fund resumed" },
  about: {
    zh: "恢复已暂停的基金。",
    en: "Ends the suspension of a fund.",
  },
  needsReason: true,
  path: "/funds/{fund}/resumption",
  verb: "fund resume",
  input: { fund: id, resumedOn: day },
  derived: { community: divisionCode.nullable() },
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.resumedOn,
  decide({ fund: id, resumedOn }, known) {
    happened(known, resumedOn);
    const fund = fundOf(known, id);
    notBefore(resumedOn, fund.openedOn);
    if (fund.status !== "suspended") refuse("FUND_NOT_SUSPENDED", { fund: id });
    return { community: fund.community };
  },
  evolve({ fund: id }, _id, books) {
    const fund = books.funds.get(id);
    return fund ? { fund: { ...fund, status: "open" } } : {};
  },
  moves: ({ fund, community }) => [
    { measure: "funds-open", fund, bucket: null, community, project: null, amount: 1n },
  ],
  links: ({ fund }) => [fund],
});
