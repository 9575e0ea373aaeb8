// Every report there is, one line each.

import { activities } from "./activities.ts";
import { balanceSheet } from "./balance-sheet.ts";
import { cashFlow } from "./cash-flow.ts";
import { communityTotals } from "./community-totals.ts";
import { counts } from "./counts.ts";
import { fundBalances } from "./fund-balances.ts";
import { generalLedger } from "./general-ledger.ts";
import { grassrootsTotal } from "./grassroots-total.ts";
import type { Report } from "./report.ts";
import { trialBalance } from "./trial-balance.ts";
import { vouchers } from "./vouchers.ts";

export const REPORTS: readonly Report[] = [
  fundBalances,
  communityTotals,
  grassrootsTotal,
  counts,
  trialBalance,
  balanceSheet,
  activities,
  cashFlow,
  generalLedger,
  vouchers,
];
