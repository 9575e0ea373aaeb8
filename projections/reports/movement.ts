// Movement in funds: what stood at the beginning, what came and went, what stands at the end, per
// fund, or per restriction bucket of each fund. Every column is a weight over the accounts.

import { dayBefore } from "../../src/domain/books/closing.ts";
import { accountIn, closesInto } from "../../src/domain/journal/chart.ts";
import type { Text } from "../../src/kernel/text.ts";
import { type AccountRow, accountBalance } from "../account-balance.ts";
import {
  ANY,
  type Cell,
  cellSums,
  FROM_TO,
  figureOfCell,
  inScope,
  OWN,
  PERIOD,
  SCOPE,
  SCOPE_COLUMNS,
  SPAN_COLUMNS,
  type Span,
  scopeCells,
  scopeOf,
  spanOf,
  type Weigh,
  yearOf,
} from "./account-cells.ts";
import { money, type Report, type ReportContext, type Row } from "./report.ts";
import { bucketWords } from "./words.ts";

type Column = {
  readonly name: string;
  readonly title: Text;
  /** `at`: a balance at the end; `before`: at the beginning; `in`: what moved in between. */
  readonly when: "before" | "in" | "at";
  weigh(row: AccountRow, year: number): 1 | 0 | -1;
};

/** Net assets as they stand in a year, income and cost closed into them; a credit is positive. */
function isNet({ account, year }: AccountRow, atYear: number, half?: "3101" | "3102"): boolean {
  const stands = closesInto(accountIn(account, year, atYear));
  return stands.kind === "net" && (half === undefined || stands.code === half);
}

const credit = (is: boolean): -1 | 0 => (is ? -1 : 0);

/** Direct changes of net assets of a kind. */
function byItem(...items: readonly string[]): Column["weigh"] {
  return ({ account, item }) =>
    credit(account.kind === "net" && item !== null && items.includes(item));
}

const starts =
  (...codes: readonly string[]): Column["weigh"] =>
  ({ account }) =>
    credit(account.kind === "income" && codes.some((code) => account.code.startsWith(code)));

const OPENING: Column = {
  name: "opening",
  title: { zh: "期初净资产", en: "Net assets, opening" },
  when: "before",
  weigh: (row, year) => credit(isNet(row, year)),
};
const BETWEEN: readonly Column[] = [
  {
    name: "cost",
    title: { zh: "费用", en: "Cost" },
    when: "in",
    weigh: ({ account }) => (account.kind === "expense" ? 1 : 0),
  },
  {
    name: "transfers",
    title: { zh: "基金间划转净额", en: "Transfers, net" },
    when: "in",
    weigh: byItem("transfer"),
  },
  {
    name: "released",
    title: { zh: "解除限定与提取管理费净额", en: "Releases and fees, net" },
    when: "in",
    weigh: byItem("release", "spent"),
  },
  {
    name: "adjustments",
    title: { zh: "以前年度调整", en: "Adjustments of earlier years" },
    when: "in",
    weigh: (row, year) =>
      credit(row.account.kind === "adjustment") || byItem("adjustment")(row, year),
  },
  {
    name: "brought",
    title: { zh: "期初转入", en: "Brought forward" },
    when: "in",
    weigh: byItem("opening"),
  },
];
const CLOSING: readonly Column[] = [
  {
    name: "closing",
    title: { zh: "期末净资产", en: "Net assets, closing" },
    when: "at",
    weigh: (row, year) => credit(isNet(row, year)),
  },
  {
    name: "restricted",
    title: { zh: "其中：限定性", en: "of which restricted" },
    when: "at",
    weigh: (row, year) => credit(isNet(row, year, "3102")),
  },
  {
    name: "money",
    title: { zh: "期末货币资金", en: "Money at the end" },
    when: "at",
    weigh: ({ account }) => (account.cash ? 1 : 0),
  },
  {
    name: "goods",
    title: { zh: "期末物资", en: "Goods at the end" },
    when: "at",
    weigh: ({ account }) => (account.base === "1201" ? 1 : 0),
  },
  {
    name: "agency",
    title: { zh: "受托代理负债", en: "Held as agent" },
    when: "at",
    weigh: ({ account }) => credit(account.base === "2601"),
  },
];
const INCOME: Column = {
  name: "income",
  title: { zh: "收入", en: "Income" },
  when: "in",
  weigh: ({ account }) => credit(account.kind === "income"),
};
const DONATIONS: Column = {
  name: "donations",
  title: { zh: "捐赠收入", en: "Donations" },
  when: "in",
  weigh: starts("4101"),
};
const GRANTS: Column = {
  name: "grants",
  title: { zh: "政府补助", en: "Government grants" },
  when: "in",
  weigh: starts("4401"),
};
const OTHER: Column = {
  name: "other",
  title: { zh: "利息及其他收入", en: "Interest and other income" },
  when: "in",
  weigh: starts("4201", "4301", "4501", "4601", "4701", "4901"),
};

export const OF_FUNDS: readonly Column[] = [OPENING, INCOME, ...BETWEEN, ...CLOSING];
export const OF_BUCKETS: readonly Column[] = [
  OPENING,
  DONATIONS,
  GRANTS,
  OTHER,
  ...BETWEEN,
  ...CLOSING,
];

type Movement = Pick<Report, "name" | "title"> & {
  readonly amounts: readonly Column[];
  readonly byBucket: boolean;
};

/** A report of movement per fund, or per bucket of each fund. */
export function movementReport({ name, title, amounts, byBucket }: Movement): Report {
  function cellOf(column: Column, { from, to }: Span, bucket: string | undefined): Cell {
    const year = yearOf(to);
    const weigh: Weigh = (row) =>
      bucket === undefined || row.bucket === bucket ? column.weigh(row, year) : 0;
    if (column.when === "before") return { weigh, upTo: dayBefore(from) };
    return column.when === "at" ? { weigh, upTo: to } : { weigh, after: dayBefore(from), upTo: to };
  }

  function* rowsOf(
    sums: ReturnType<typeof cellSums>,
    { filters, books }: ReportContext,
    span: Span,
  ): Generator<Row> {
    for (const key of sums.keys(span.to)) {
      const [host = "", currency = "", fund = ANY, ...bucket] = key.split("|");
      const cells = amounts.map((column): [string, string] => [
        column.name,
        money(sums.sum(key, cellOf(column, span, undefined)), currency),
      ]);
      yield {
        ...scopeCells(filters, host, currency),
        fund,
        fundName: books.funds.get(fund)?.name ?? null,
        ...(byBucket ? { bucket: bucket.join("|") } : {}),
        ...span,
        ...Object.fromEntries(cells),
      };
    }
  }

  return {
    name,
    title,
    tally: accountBalance.name,
    key: [...SCOPE, ...(byBucket ? ["bucket"] : []), "from", "to"],
    filters: [...SCOPE, ...(byBucket ? ["bucket"] : [])],
    params: [PERIOD, ...FROM_TO],
    columns: [
      ...SCOPE_COLUMNS,
      { name: "fundName", title: { zh: "基金名称", en: "Fund name" }, kind: "text" },
      ...(byBucket
        ? [
            {
              name: "bucket",
              title: { zh: "限定桶", en: "Bucket" },
              kind: "text" as const,
              words: bucketWords,
            },
          ]
        : []),
      ...SPAN_COLUMNS,
      ...amounts.map((column) => ({
        name: column.name,
        title: column.title,
        kind: "money" as const,
      })),
    ],
    rows(context) {
      const { filters, books } = context;
      const span = spanOf(context);
      const scope = scopeOf(filters);
      const sums = cellSums(context, [span.to, dayBefore(span.from)], {
        isIn: (row) => inScope(row, scope, books),
        keyOf: ({ host, currency, fund, bucket }) =>
          `${host}|${currency}|${fund ?? OWN}${byBucket ? `|${bucket}` : ""}`,
      });
      return rowsOf(sums, context, span);
    },
    figure(row, column, books) {
      const { from, to, bucket } = row;
      const amount = amounts.find((each) => each.name === column);
      if (!amount || !from || !to) return undefined;
      const cell = cellOf(amount, { from, to }, byBucket ? (bucket ?? "") : undefined);
      return figureOfCell(cell, scopeOf(row), books);
    },
  };
}
