// Vouchers are approved (审核): a second person has looked at what somebody else recorded. One fact
// approves a run of entries of one host; a single entry is a run of one.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import type { Approval, Books, FactOnLog } from "../books.ts";
import { defineFact } from "../fact.ts";
import { refuse } from "../refuse.ts";
import { happened } from "../rules.ts";
import { creditCode, day } from "../schema.ts";

/** Each entry of a run is looked at while others wait to record. */
const RUN_MAX = 1_000;

export const entriesApproved = defineFact({
  type: "EntriesApproved",
  version: 1,
  command: "ApproveEntries",
  area: "books",
  title: { zh: "审核凭证", en: "Entries approved" },
  about: {
    zh: "审核从 first 到 last（至多 1000 条）之间涉及该机构的资金条目：由制单人以外的人办理，每条只审核一次；填入凭证的“审核”。审核不改变任何数字，也不阻止红字冲销。",
    en: "Approves the entries from first to last, at most 1000, that touch a host's money: by somebody who made none of them, once each. It fills in who checked the voucher. It changes no figure and stops no red entry.",
  },
  roles: ["approver"],
  path: "/hosts/{host}/approvals",
  verb: "approve",
  input: {
    host: creditCode,
    first: z
      .int()
      .min(1)
      .describe(inBoth({ zh: "第一条", en: "the first entry" })),
    last: z
      .int()
      .min(1)
      .describe(
        inBoth({
          zh: "最后一条；单条则与第一条相同",
          en: "the last entry; the first again for a single one",
        }),
      ),
    approvedOn: day,
  },
  derived: { count: z.int().min(1).describe("how many entries are approved") },
  stream: ({ host }) => ({ name: `host-${host}`, opens: false }),
  on: (data) => data.approvedOn,
  decide({ host, first, last, approvedOn }, known) {
    happened(known, approvedOn);
    if (!known.books.hosts.get(host)) refuse("HOST_UNKNOWN", { host });
    if (last - first >= RUN_MAX) refuse("APPROVAL_TOO_LONG", { most: RUN_MAX });
    let count = 0;
    for (let entry = first; entry <= last; entry++) {
      const fact = known.factAt(entry) ?? refuse("ENTRY_UNKNOWN", { entry });
      if (!touches(known.books, host, fact)) continue;
      if (fact.event.actor === known.actor) refuse("APPROVER_IS_MAKER", { entry });
      if (approvalOf(known.books, host, entry)) refuse("APPROVED_ALREADY", { entry });
      count += 1;
    }
    if (count === 0) refuse("NOTHING_TO_APPROVE", { host, first, last });
    return { count };
  },
  evolve({ host, first, last }, id, books) {
    const before = books.approvals.get(host)?.approvals ?? [];
    return { approvals: { host, approvals: [...before, { first, last, id }] } };
  },
});

/** Whether an entry moves the host's money, its own or that of its funds. */
function touches(books: Books, host: string, { ownBooks, moves }: FactOnLog): boolean {
  if (ownBooks === host) return true;
  return moves.some(
    ({ fund, bucket }) => fund !== null && bucket !== null && books.funds.get(fund)?.host === host,
  );
}

/** The approval of an entry in a host's books; every entry of its run that touches them is approved. */
export function approvalOf(
  { approvals }: Pick<Books, "approvals">,
  host: string,
  entry: number,
): Approval | undefined {
  return approvals.get(host)?.approvals.find(({ first, last }) => first <= entry && entry <= last);
}
