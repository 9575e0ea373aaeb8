// The hash of a host's trial balance at a day: what a closing fixes.

import { hash } from "node:crypto";
import { closedBalance } from "../../projections/closed-balance.ts";

/** SHA-256 of the trial balance's text. */
export function trialBalanceHash(...asked: Parameters<typeof closedBalance>): string {
  return hash("sha256", closedBalance(...asked));
}
