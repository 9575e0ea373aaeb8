// Every report there is, one line each.

import { activities } from "./activities.ts";
import { balanceSheet } from "./balance-sheet.ts";
import { cashFlow } from "./cash-flow.ts";
import { closings } from "./closings.ts";
import { communityTotals } from "./community-totals.ts";
import { counts } from "./counts.ts";
import { disclosureClock } from "./disclosure-clock.ts";
import { donorStatement } from "./donor-statement.ts";
import { fundBalances } from "./fund-balances.ts";
import { fundStatement } from "./fund-statement.ts";
import { generalLedger } from "./general-ledger.ts";
import { gifts } from "./gifts.ts";
import { grassrootsTotal } from "./grassroots-total.ts";
import { movementInFunds } from "./movement-in-funds.ts";
import { projectStatement } from "./project-statement.ts";
import { receiptsRegister } from "./receipts-register.ts";
import type { Report } from "./report.ts";
import { spendingLimits } from "./spending-limits.ts";
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
  fundStatement,
  movementInFunds,
  projectStatement,
  gifts,
  donorStatement,
  receiptsRegister,
  spendingLimits,
  disclosureClock,
  closings,
];
