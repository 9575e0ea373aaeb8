// Every report there is, one line each.

import { communityTotals } from "./community-totals.ts";
import { counts } from "./counts.ts";
import { fundBalances } from "./fund-balances.ts";
import { grassrootsTotal } from "./grassroots-total.ts";
import type { Report } from "./report.ts";

export const REPORTS: readonly Report[] = [fundBalances, communityTotals, grassrootsTotal, counts];
