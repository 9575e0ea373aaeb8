// Every projection there is, one line each.

import type { BookedSeries } from "../src/domain/journal/posting.ts";
import { accountBalance } from "./account-balance.ts";
import { communityTotals } from "./community-totals.ts";
import { counts } from "./counts.ts";
import { donationsByReference } from "./donations-by-reference.ts";
import { fundBalance } from "./fund-balance.ts";
import { grassrootsTotal } from "./grassroots-total.ts";
import type { Lookup } from "./lookup.ts";
import type { Tally, TallyInfo } from "./tally.ts";

export const TALLIES: readonly Tally[] = [fundBalance, communityTotals, grassrootsTotal, counts];

/** Tallies over the journal's postings instead of moves. */
export const POSTING_TALLIES: readonly Tally<BookedSeries>[] = [accountBalance];

export const ALL_TALLIES: readonly TallyInfo[] = [...TALLIES, ...POSTING_TALLIES];

export const LOOKUPS: readonly Lookup[] = [donationsByReference];
