// Fund balances: one row per fund and restriction bucket, and one per fund for all its buckets.

import type { Books, Fund } from "../../src/domain/books.ts";
import { FUND_COLUMNS, fundBalance } from "../fund-balance.ts";
import type { TallyView } from "../tally.ts";
import {
  defineReport,
  money,
  type ReportColumn,
  type Row,
  type Weights,
  zeroRows,
} from "./report.ts";
import { bucketWords, fundStatusWords, levelWords } from "./words.ts";

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
    "reclassified-in": 1,
    "reclassified-out": -1,
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
    "reclassified-in": 1,
    "reclassified-out": -1,
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

const FIGURE_NAMES = Object.keys(FIGURES);
const NO_FIGURES: readonly bigint[] = FIGURE_NAMES.map(() => 0n);

// For each tally column, the figures it counts in; most cells are empty and cost nothing.
const COUNTS_IN = FUND_COLUMNS.map(({ name }) =>
  FIGURE_NAMES.flatMap((figure, at) => {
    const weight = FIGURES[figure]?.[name];
    return weight === undefined ? [] : [{ at, weight }];
  }),
);

const COLUMNS: ReportColumn[] = [
  { name: "fund", title: { zh: "基金", en: "Fund" }, kind: "text" },
  { name: "name", title: { zh: "名称", en: "Name" }, kind: "text" },
  { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
  { name: "level", title: { zh: "层级", en: "Level" }, kind: "text", words: levelWords },
  { name: "community", title: { zh: "区划", en: "Community" }, kind: "text" },
  { name: "status", title: { zh: "状态", en: "Status" }, kind: "text", words: fundStatusWords },
  { name: "bucket", title: { zh: "限定桶", en: "Bucket" }, kind: "text", words: bucketWords },
  { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
  ...FUND_COLUMNS.map(({ name, title }) => ({ name, title, kind: "money" as const })),
  { name: "available", title: { zh: "可用", en: "Available" }, kind: "money" },
  { name: "committed", title: { zh: "已承诺", en: "Committed" }, kind: "money" },
  { name: "cash", title: { zh: "现金", en: "Cash" }, kind: "money" },
  { name: "goods", title: { zh: "物资", en: "Goods" }, kind: "money" },
];

const zeroRow = zeroRows(COLUMNS);

export const fundBalances = defineReport({
  name: "fund-balances",
  title: fundBalance.title,
  tally: fundBalance.name,
  key: ["fund", "bucket"],
  filters: ["fund", "bucket", "host", "level", "community", "currency"],
  columns: COLUMNS,
  adds: ({ bucket }) => bucket !== undefined,
  rows({ books, view, filters }) {
    const balances = view(fundBalance.name);
    const buckets = bucketsByFund(balances);
    const funds = fundsOf(books, filters["fund"]).map((fund) => ({
      fund,
      own: (buckets.get(fund.id) ?? []).flatMap((bucket) => figuresOf(balances, bucket)),
    }));
    return fundRows(funds, filters["bucket"]);
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

type Bucket = { readonly bucket: string; readonly row: number };

/** The buckets of each fund by name, as far as the rows were read. */
type Buckets = { readonly byFund: Map<string, Bucket[]>; read: number };

// Rows are only ever added to those of a tally, so each is taken apart once.
const bucketsOf = new WeakMap<readonly string[], Buckets>();

function bucketsByFund({ rows }: TallyView): Buckets["byFund"] {
  const buckets = bucketsOf.get(rows) ?? { byFund: new Map<string, Bucket[]>(), read: 0 };
  bucketsOf.set(rows, buckets);
  for (; buckets.read < rows.length; buckets.read++) {
    const [fund, bucket] = splitKey(rows[buckets.read] as string);
    const own = buckets.byFund.get(fund) ?? [];
    own.push({ bucket, row: buckets.read });
    own.sort((a, b) => (a.bucket < b.bucket ? -1 : 1));
    buckets.byFund.set(fund, own);
  }
  return buckets.byFund;
}

/** Sums in the order of `FIGURE_NAMES`. */
type Figures = bigint[];

type BucketFigures = { readonly bucket: string; readonly figures: Figures };

/** The figures of a bucket; none when nothing moved in it. */
function figuresOf(view: TallyView, { bucket, row }: Bucket): BucketFigures | [] {
  let figures: Figures | undefined;
  view.eachSum(row, (column, sum) => {
    const into = figures ?? NO_FIGURES.slice();
    figures = into;
    for (const { at, weight } of COUNTS_IN[column] as (typeof COUNTS_IN)[number]) {
      into[at] = weight > 0 ? plus(into[at] as bigint, sum) : (into[at] as bigint) - sum;
    }
  });
  return figures ? { bucket, figures } : [];
}

function addFigures(to: Figures, added: Figures): void {
  for (let at = 0; at < to.length; at++) {
    const sum = added[at] as bigint;
    if (sum !== 0n) to[at] = plus(to[at] as bigint, sum);
  }
}

/** Most figures have one part, which then need not be made again. */
function plus(a: bigint, b: bigint): bigint {
  return a === 0n ? b : a + b;
}

type FundFigures = { readonly fund: Fund; readonly own: readonly BucketFigures[] };

function* fundRows(funds: readonly FundFigures[], wanted: string | undefined): Iterable<Row> {
  for (const { fund, own } of funds) {
    const all = NO_FIGURES.slice();
    for (const { figures } of own) addFigures(all, figures);
    if (wanted === undefined || wanted === ALL_BUCKETS) yield fundRow(fund, ALL_BUCKETS, all);
    for (const { bucket, figures } of own) {
      if (wanted === undefined || wanted === bucket) yield fundRow(fund, bucket, figures);
    }
  }
}

function fundRow(fund: Fund, bucket: string, figures: Figures): Row {
  const { id, name, host, level, community, status, currency } = fund;
  const row: Record<string, string | null> = {
    ...zeroRow(currency),
    fund: id,
    name,
    host,
    level,
    community,
    status,
    bucket,
    currency,
  };
  for (let at = 0; at < FIGURE_NAMES.length; at++) {
    const figure = figures[at] as bigint;
    if (figure !== 0n) row[FIGURE_NAMES[at] as string] = money(figure, currency);
  }
  return row;
}
