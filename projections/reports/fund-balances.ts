// Fund balances: one row per fund and restriction bucket, and one per fund for all its buckets.

import type { Books, Fund } from "../../src/domain/books.ts";
import { createSums, type Sums } from "../../src/kernel/sums.ts";
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

const DERIVED_NAMES = Object.keys(DERIVED);
const COLUMN_NAMES = FUND_COLUMNS.map(({ name }) => name);
/** To make room for at once; more are made room for as they come. */
const LINES_PER_FUND = 3;

// For each tally column, the derived figures it counts in; most cells are empty and cost nothing.
const COUNTS_IN = COLUMN_NAMES.map((name) =>
  DERIVED_NAMES.flatMap((figure, at) => {
    const weight = DERIVED[figure]?.[name];
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
    return fundRows(linesOf(balances, fundsOf(books, filters["fund"])), filters["bucket"]);
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

type Line = { readonly fund: Fund; readonly bucket: string };

/** The lines of the report, and the sums of line i from `i * COLUMN_NAMES.length` on. */
type Lines = { readonly lines: readonly Line[]; readonly sums: Sums };

/** Of each fund the line for all buckets, then those for the buckets in which something moved. */
function linesOf(view: TallyView, funds: readonly Fund[]): Lines {
  const buckets = bucketsByFund(view);
  const lines: Line[] = [];
  const sums = createSums(LINES_PER_FUND * funds.length * COLUMN_NAMES.length);
  let all = 0;
  let own = 0;
  let hasMoved = false;
  const see = (column: number, part: number): void => {
    hasMoved = true;
    sums.add(all + column, part);
    sums.add(own + column, part);
  };
  for (const fund of funds) {
    all = lines.length * COLUMN_NAMES.length;
    lines.push({ fund, bucket: ALL_BUCKETS });
    for (const { bucket, row } of buckets.get(fund.id) ?? []) {
      own = lines.length * COLUMN_NAMES.length;
      hasMoved = false;
      view.eachPart(row, see);
      if (hasMoved) lines.push({ fund, bucket });
    }
  }
  return { lines, sums };
}

function* fundRows({ lines, sums }: Lines, wanted: string | undefined): Iterable<Row> {
  const derived = createSums(DERIVED_NAMES.length);
  const see = (column: number, part: number): void => {
    for (const { at, weight } of COUNTS_IN[column] as (typeof COUNTS_IN)[number]) {
      derived.add(at, weight * part);
    }
  };
  for (const [number, line] of lines.entries()) {
    if (wanted !== undefined && wanted !== line.bucket) continue;
    const first = number * COLUMN_NAMES.length;
    derived.clear();
    sums.eachPart(first, COLUMN_NAMES.length, see);
    const row = emptyRow(line);
    showFigures(row, COLUMN_NAMES, { sums, first });
    showFigures(row, DERIVED_NAMES, { sums: derived, first: 0 });
    yield row;
  }
}

type Cells = Record<string, string | null>;

function emptyRow({ fund, bucket }: Line): Cells {
  const { id, name, host, level, community, status, currency } = fund;
  const zero = zeroRow(currency);
  return { ...zero, fund: id, name, host, level, community, status, bucket, currency };
}

function showFigures(
  row: Cells,
  names: readonly string[],
  { sums, first }: { readonly sums: Sums; readonly first: number },
): void {
  for (let at = 0; at < names.length; at++) {
    const figure = sums.exact(first + at);
    if (figure !== 0) row[names[at] as string] = money(figure, row["currency"] as string);
  }
}
