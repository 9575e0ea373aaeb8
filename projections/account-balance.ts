// What was debited and credited to each account, by every dimension of a posting and by the year it
// was booked in. All books and statements are read off these sums.

import type { Account, RegimeId } from "../src/domain/journal/chart.ts";
import { accountOf } from "../src/domain/journal/chart.ts";
import type { BookedSeries } from "../src/domain/journal/posting.ts";
import type { Currency } from "../src/kernel/money.ts";
import { defineTally } from "./tally.ts";

/** Row: the dimensions in the order of `readAccountRow`; a reversal is negative on its own side. */
export const accountBalance = defineTally({
  name: "account-balance",
  version: 1,
  title: { zh: "科目余额", en: "Account balances" },
  definition: {
    zh: "由条目按业务日期所属会计制度逐条记账而得：2025年底前用2004年制度，2026年起用2024年制度。年末收入、费用结转净资产及新旧制度衔接按科目对应推算，不另记条目。拨付是承诺，不入账；受托代理不是收入；红字为负数。",
    en: "Posted entry by entry under the regime in force on the business date: the 2004 system to the end of 2025, the 2024 system from 2026. The year-end transfer of income and cost to net assets and the change of regime are read off the map of accounts, without entries of their own. Allocations are commitments and are not posted; agency money is no income; red entries are negative.",
  },
  columns: [
    { name: "debit", title: { zh: "借方", en: "Debit" } },
    { name: "credit", title: { zh: "贷方", en: "Credit" } },
  ],
  cells(series: BookedSeries) {
    return [{ row: accountRowKey(series), column: series.side, sign: 1 }];
  },
});

function accountRowKey(series: BookedSeries): string {
  const { host, fund, bucket, project, community, currency, regime, account, item, year } = series;
  const parts = [host, fund, project, community, currency, regime, account, item, year, bucket];
  return parts.map((part) => part ?? "").join("|");
}

/** A row of the tally, read back. */
export type AccountRow = {
  readonly host: string;
  readonly fund: string | null;
  readonly bucket: string;
  readonly project: string | null;
  readonly community: string | null;
  readonly currency: Currency;
  readonly account: Account;
  readonly item: string | null;
  readonly year: number;
};

const known = new Map<string, AccountRow>();

/** Reads a row's key; a ledger has far fewer rows than entries, and asks for them again and again. */
export function readAccountRow(key: string): AccountRow {
  const row = known.get(key) ?? parsedRow(key);
  known.set(key, row);
  return row;
}

function parsedRow(key: string): AccountRow {
  const [host = "", fund, project, community, currency, regime, account, item, year, ...bucket] =
    key.split("|");
  return {
    host,
    fund: fund || null,
    project: project || null,
    community: community || null,
    // Written by `accountRowKey` from a posting, which is typed.
    currency: currency as Currency,
    account: accountOf(regime as RegimeId, account ?? ""),
    item: item || null,
    year: Number(year),
    bucket: bucket.join("|"),
  };
}
