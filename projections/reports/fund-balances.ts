// Fund balances: one row per fund and restriction bucket, and one per fund for all its buckets.

import type { Books, Fund } from "../../src/domain/books.ts";
import { FUND_COLUMNS, fundBalance } from "../fund-balance.ts";
import type { TallyView } from "../tally.ts";
import { defineReport, money, type Row, type Weights } from "./report.ts";

/** The bucket cell of the row that adds a fund's buckets. */
export const ALL_BUCKETS = "*";

const DERIVED: Record<string, Weights> = {
  available: {
    received: 1,
    refunded: -1,
    "transferred-in": 1,
    "transferred-out": -1,
    fee: -1,
    interest: 1,
    reclassified: 1,
    opening: 1,
    allocated: -1,
    released: 1,
  },
  committed: { allocated: 1, released: -1, disbursed: -1, returned: 1 },
  cash: {
    received: 1,
    refunded: -1,
    "transferred-in": 1,
    "transferred-out": -1,
    fee: -1,
    interest: 1,
    reclassified: 1,
    opening: 1,
    disbursed: -1,
    returned: 1,
  },
  goods: { "goods-received": 1, "goods-issued": -1 },
};

const FIGURES: Record<string, Weights> = {
  ...Object.fromEntries(FUND_COLUMNS.map(({ name }) => [name, { [name]: 1 }])),
  ...DERIVED,
};

// The weight of each tally column in each figure, in the order of the columns.
const WEIGHTS = Object.entries(FIGURES).map(([figure, weights]) => ({
  figure,
  weights: FUND_COLUMNS.map(({ name }) => BigInt(weights[name] ?? 0)),
}));

export const fundBalances = defineReport({
  name: "fund-balances",
  title: fundBalance.title,
  tally: fundBalance.name,
  key: ["fund", "bucket"],
  filters: ["fund", "bucket", "host", "level", "community", "currency"],
  columns: [
    { name: "fund", title: { zh: "基金", en: "Fund" }, kind: "text" },
    { name: "name", title: { zh: "名称", en: "Name" }, kind: "text" },
    { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
    { name: "level", title: { zh: "层级", en: "Level" }, kind: "text" },
    { name: "community", title: { zh: "区划", en: "Community" }, kind: "text" },
    { name: "status", title: { zh: "状态", en: "Status" }, kind: "text" },
    { name: "bucket", title: { zh: "限定桶", en: "Bucket" }, kind: "text" },
    { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
    ...FUND_COLUMNS.map(({ name, title }) => ({ name, title, kind: "money" as const })),
    { name: "available", title: { zh: "可用", en: "Available" }, kind: "money" },
    { name: "committed", title: { zh: "已承诺", en: "Committed" }, kind: "money" },
    { name: "cash", title: { zh: "现金", en: "Cash" }, kind: "money" },
    { name: "goods", title: { zh: "物资", en: "Goods" }, kind: "money" },
  ],
  adds: ({ bucket }) => bucket !== undefined,
  rows({ books, view, filters }) {
    const balances = view(fundBalance.name);
    const buckets = bucketsByFund(balances);
    const wanted = filters["bucket"];
    return fundsOf(books, filters["fund"]).flatMap((fund) => {
      const own = buckets.get(fund.id) ?? [];
      const all = own.reduce((sum, { sums }) => sum.map((a, i) => a + (sums[i] ?? 0n)), NOTHING);
      return [{ bucket: ALL_BUCKETS, sums: all }, ...own]
        .filter(({ bucket }) => wanted === undefined || wanted === bucket)
        .map(({ bucket, sums }) => fundRow(fund, bucket, sums));
    });
  },
  figure(row, column, _books: Books) {
    const weights = FIGURES[column];
    if (!weights) return undefined;
    const { fund, bucket } = row;
    return {
      tally: fundBalance.name,
      weigh(key, name) {
        const [ofFund, ofBucket] = splitKey(key);
        const wanted = ofFund === fund && (bucket === ALL_BUCKETS || ofBucket === bucket);
        return wanted ? (weights[name] ?? 0) : 0;
      },
    };
  },
});

function splitKey(key: string): [fund: string, bucket: string] {
  return [key.slice(0, 36), key.slice(37)];
}

function fundsOf(books: Books, only: string | undefined): Fund[] {
  if (only === undefined) return [...books.funds.values()];
  const fund = books.funds.get(only);
  return fund ? [fund] : [];
}

type BucketSums = { readonly bucket: string; readonly sums: readonly bigint[] };

const NOTHING: readonly bigint[] = FUND_COLUMNS.map(() => 0n);

/** The buckets of each fund in which something moved, by name. */
function bucketsByFund(view: TallyView): Map<string, BucketSums[]> {
  const buckets = new Map<string, BucketSums[]>();
  for (const key of [...view.rows].sort()) {
    const sums = view.values(key);
    if (sums.every((sum) => sum === 0n)) continue;
    const [fund, bucket] = splitKey(key);
    const own = buckets.get(fund);
    if (own) own.push({ bucket, sums });
    else buckets.set(fund, [{ bucket, sums }]);
  }
  return buckets;
}

function fundRow(fund: Fund, bucket: string, sums: readonly bigint[]): Row {
  const row: Record<string, string | null> = {
    fund: fund.id,
    name: fund.name,
    host: fund.host,
    level: fund.level,
    community: fund.community,
    status: fund.status,
    bucket,
    currency: fund.currency,
  };
  for (const { figure, weights } of WEIGHTS) {
    let sum = 0n;
    for (const [column, weight] of weights.entries()) {
      if (weight !== 0n) sum += weight * (sums[column] as bigint);
    }
    row[figure] = money(sum, fund.currency);
  }
  return row;
}
