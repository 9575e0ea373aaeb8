// Every projection there is, one line each.

import { communityTotals } from "./community-totals.ts";
import { counts } from "./counts.ts";
import { donationsByReference } from "./donations-by-reference.ts";
import { fundBalance } from "./fund-balance.ts";
import { grassrootsTotal } from "./grassroots-total.ts";
import type { Lookup } from "./lookup.ts";
import type { Tally } from "./tally.ts";

export const TALLIES: readonly Tally[] = [fundBalance, communityTotals, grassrootsTotal, counts];

export const LOOKUPS: readonly Lookup[] = [donationsByReference];
