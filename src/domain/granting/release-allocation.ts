// Part of an allocation given back to the fund before it was paid. The least specific bucket, which
// paid last, gets its money back first.

import { defineFact } from "../fact.ts";
import { currency, day, id, memo, positiveAmount } from "../schema.ts";
import { allocatedMoves, allocationFor, allocationShape, takeFrom } from "./allocation.ts";

export const allocationReleased = defineFact({
  type: "AllocationReleased",
  version: 1,
  command: "ReleaseAllocation",
  area: "granting",
  title: { zh: "释放拨付", en: "Allocation released" },
  about: {
    zh: "把尚未付出的拨付退回基金，不超过剩余；按原出资桶退回，最后出资者先退。",
    en: "Gives what is not yet paid of an allocation back to the buckets it came from, the one that paid last first.",
  },
  path: "/allocations/{allocation}/releases",
  verb: "release",
  input: {
    allocation: id,
    amount: positiveAmount,
    currency,
    releasedOn: day,
    memo: memo(140).optional(),
  },
  derived: allocationShape,
  stream: ({ fund }) => ({ name: `fund-${fund}`, opens: false }),
  on: (data) => data.releasedOn,
  decide(input, known) {
    const allocation = allocationFor(known, input.allocation, input.currency, input.releasedOn);
    return takeFrom(allocation, input, { lastFirst: true });
  },
  moves: (data) => allocatedMoves("released", data),
  links: ({ allocation }) => [allocation],
});
