// The three official statements as reports: lines from a dated layout, one statement per host and
// currency, narrowed to a fund, project or community when asked. A cell is a weight over accounts.

import { accountIn, closesInto, regimeOn } from "../../src/domain/journal/chart.ts";
import {
  baseLines,
  belongs,
  type Layout,
  type LayoutLine,
  layoutOf,
  type StatementName,
  termsOf,
} from "../../src/domain/journal/statements.ts";
import type { Day } from "../../src/kernel/day.ts";
import type { Text } from "../../src/kernel/text.ts";
import { type AccountRow, accountBalance } from "../account-balance.ts";
import {
  type Cell,
  cellSums,
  FROM_TO,
  figureOfCell,
  inScope,
  PERIOD,
  SCOPE,
  SCOPE_COLUMNS,
  scopeCells,
  scopeOf,
  spanOf,
  type Weigh,
  yearOf,
} from "./account-cells.ts";
import { money, type Report, type ReportColumn, type Row } from "./report.ts";

/** A column of amounts: which rows of the accounts it takes, and of which days. */
export type AmountColumn = {
  readonly name: string;
  readonly title: Text;
  /** Whether the column takes a row at all, in a statement that ends on this day. */
  takes(row: AccountRow, to: Day): boolean;
  /** Left out, from the beginning. */
  after?(to: Day): Day;
};

export type Statement = {
  readonly name: StatementName;
  readonly title: Text;
  readonly amounts: readonly AmountColumn[];
  /** True when every account stands where the year's end takes it, as on a balance sheet. */
  readonly closed?: true;
};

/** A statement's report. */
export function statementReport({ name, title, amounts, closed }: Statement): Report {
  const columns: ReportColumn[] = [
    ...SCOPE_COLUMNS,
    { name: "to", title: { zh: "截至", en: "To" }, kind: "date" },
    { name: "line", title: { zh: "行", en: "Line" }, kind: "text" },
    { name: "no", title: { zh: "行次", en: "No." }, kind: "text" },
    {
      name: "itemZh",
      title: { zh: "项目（中文）", en: "Item (zh)" },
      kind: "text",
      language: "zh",
    },
    { name: "itemEn", title: { zh: "项目（英文）", en: "Item" }, kind: "text", language: "en" },
    ...amounts.map((column) => ({
      name: column.name,
      title: column.title,
      kind: "money" as const,
      // Totals stand among the lines they add, so the sum over all lines says nothing.
      sums: false as const,
    })),
  ];

  function cellOf(layout: Layout, line: string, column: AmountColumn, to: Day): Cell {
    const weigh = weightsOf(layout, line, closed ? (row) => closedCode(row, to) : ownCode);
    return {
      weigh: (row) => (column.takes(row, to) ? weigh(row) : 0),
      after: column.after?.(to),
      upTo: to,
    };
  }

  function* linesOf(
    sums: ReturnType<typeof cellSums>,
    filters: Readonly<Record<string, string>>,
    to: Day,
  ): Generator<Row> {
    const layout = layoutOf(name, regimeOn(to).id);
    for (const key of sums.keys(to)) {
      const [host = "", currency = ""] = key.split("|");
      for (const line of layout.lines) {
        const values = amounts.map((column) => sums.sum(key, cellOf(layout, line.key, column, to)));
        if (isHidden(line, values)) continue;
        const shown = amounts.map((column, at): [string, string | null] => [
          column.name,
          line.kind === "heading" ? null : money(values[at] ?? 0n, currency),
        ]);
        yield {
          ...scopeCells(filters, host, currency),
          to,
          ...nameCells(line),
          ...Object.fromEntries(shown),
        };
      }
    }
  }

  return {
    name,
    title,
    tally: accountBalance.name,
    key: [...SCOPE, "to", "line"],
    filters: [...SCOPE],
    params: [PERIOD, ...FROM_TO],
    columns,
    rows(context) {
      const { filters, books } = context;
      const { to } = spanOf(context);
      const scope = scopeOf(filters);
      const days = new Set([to, ...amounts.flatMap(({ after }) => after?.(to) ?? [])]);
      const sums = cellSums(context, [...days], {
        isIn: (row) => inScope(row, scope, books),
        keyOf: ({ host, currency }) => `${host}|${currency}`,
      });
      return linesOf(sums, filters, to);
    },
    figure(row, column, books) {
      const amount = amounts.find((each) => each.name === column);
      const { to, line } = row;
      if (!amount || !to || !line) return undefined;
      const layout = layoutOf(name, regimeOn(to).id);
      const found = layout.lines.find(({ key }) => key === line);
      if (!found || found.kind === "heading") return undefined;
      return figureOfCell(cellOf(layout, line, amount, to), scopeOf(row), books);
    },
  };
}

function nameCells(line: LayoutLine): Row {
  const { key, no, name } = line;
  return { line: key, no: no === undefined ? null : String(no), itemZh: name.zh, itemEn: name.en };
}

/** Lines that are none of the official form show only when something moved in them. */
function isHidden(line: LayoutLine, values: readonly bigint[]): boolean {
  return line.kind === "line" && line.whenMoved === true && values.every((value) => value === 0n);
}

function ownCode({ account }: AccountRow): string {
  return account.code;
}

function closedCode({ account, year }: AccountRow, to: Day): string {
  return closesInto(accountIn(account, year, yearOf(to))).code;
}

/** How a row of accounts counts in a line: once, in one of the base lines that the line adds. */
function weightsOf(layout: Layout, key: string, codeOf: (row: AccountRow) => string): Weigh {
  const lines = baseLines(layout);
  const terms = [...termsOf(layout, key)].flatMap(([base, sign]) => {
    const line = lines.get(base);
    return line ? [{ line, sign }] : [];
  });
  return (row) => {
    const code = codeOf(row);
    const term = terms.find(({ line }) => belongs(line, code, row.item));
    if (!term) return 0;
    return term.line.sign === "credit" ? (-term.sign as 1 | -1) : term.sign;
  };
}
