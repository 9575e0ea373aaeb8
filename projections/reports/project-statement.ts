// A project's statement: what was given for it, what was spent on it, and what is left of what was
// given for nothing else.

import { dayBefore } from "../../src/domain/books/closing.ts";
import { accountIn, closesInto } from "../../src/domain/journal/chart.ts";
import { type AccountRow, accountBalance } from "../account-balance.ts";
import {
  ANY,
  type Cell,
  cellSums,
  FROM_TO,
  figureOfCell,
  inScope,
  PERIOD,
  SCOPE,
  SCOPE_COLUMNS,
  SPAN_COLUMNS,
  type Span,
  scopeOf,
  spanOf,
  yearOf,
} from "./account-cells.ts";
import { defineReport, money, type ReportContext, type Row } from "./report.ts";
import { projectResultWords } from "./words.ts";

const AMOUNTS = [
  { name: "given", title: { zh: "限定本项目的收入", en: "Income bound to the project" } },
  { name: "spent", title: { zh: "项目费用", en: "Cost of the project" } },
  { name: "returned", title: { zh: "收回以前年度费用", en: "Earlier years' cost returned" } },
  { name: "agency", title: { zh: "受托代理支付", en: "Paid as agent" } },
  { name: "left", title: { zh: "限定本项目的结余", en: "Left, bound to the project" } },
] as const;

function cellOf(column: string, project: string, { from, to }: Span): Cell | undefined {
  const year = yearOf(to);
  const after = dayBefore(from);
  const isOf = (row: AccountRow) => row.project === project;
  const isBound = ({ bucket }: AccountRow) => bucket.endsWith(`project:${project}`);
  switch (column) {
    case "given":
      return {
        weigh: (row) => (row.account.kind === "income" && isBound(row) ? -1 : 0),
        after,
        upTo: to,
      };
    case "spent":
      return {
        weigh: (row) => (row.account.kind === "expense" && isOf(row) ? 1 : 0),
        after,
        upTo: to,
      };
    case "returned":
      return {
        weigh: (row) => {
          const adjusts = row.account.kind === "adjustment" || row.item === "adjustment";
          return adjusts && isOf(row) ? -1 : 0;
        },
        after,
        upTo: to,
      };
    case "agency":
      return {
        weigh: (row) => (row.account.base === "2601" && isOf(row) ? 1 : 0),
        after,
        upTo: to,
      };
    case "left":
      return {
        weigh: (row) => {
          const stands = closesInto(accountIn(row.account, row.year, year));
          return stands.kind === "net" && isBound(row) ? -1 : 0;
        },
        upTo: to,
      };
    default:
      return undefined;
  }
}

export const projectStatement = defineReport({
  name: "project-statement",
  title: { zh: "项目收支表", en: "Project statement" },
  tally: accountBalance.name,
  key: [...SCOPE, "from", "to"],
  filters: [...SCOPE],
  params: [PERIOD, ...FROM_TO],
  columns: [
    ...SCOPE_COLUMNS,
    { name: "title", title: { zh: "项目名称", en: "Title" }, kind: "text" },
    {
      name: "result",
      title: { zh: "结果", en: "Result" },
      kind: "text",
      words: projectResultWords,
    },
    ...SPAN_COLUMNS,
    ...AMOUNTS.map((column) => ({ ...column, kind: "money" as const })),
  ],
  rows(context) {
    const { filters, books } = context;
    const span = spanOf(context);
    // The project is not narrowed here: what is bound to it was given without naming it as spent.
    const scope = { ...scopeOf(filters), project: ANY };
    const sums = cellSums(context, [span.to, dayBefore(span.from)], {
      isIn: (row) => inScope(row, scope, books),
      keyOf: (row) => `${row.host}|${row.currency}|${projectOf(row) ?? ""}`,
      tellApart: ({ project, bucket }) => `${project}|${bucket}`,
    });
    return projectRows(sums, context, span);
  },
  figure(row, column, books) {
    const { project, from, to } = row;
    if (!project || !from || !to) return undefined;
    const cell = cellOf(column, project, { from, to });
    return cell && figureOfCell(cell, { ...scopeOf(row), project: ANY }, books);
  },
});

const BOUND = /(?:^|\/)project:(.{36})$/;

/** The project that a row is about: the one it was spent on, or the one it is bound to. */
function projectOf({ project, bucket }: AccountRow): string | undefined {
  return project ?? BOUND.exec(bucket)?.[1];
}

function* projectRows(
  sums: ReturnType<typeof cellSums>,
  { filters, books }: ReportContext,
  span: Span,
): Generator<Row> {
  for (const key of sums.keys(span.to)) {
    const [host = "", currency = "", project = ""] = key.split("|");
    const known = books.projects.get(project);
    if (!known) continue;
    const cells = AMOUNTS.map(({ name }): [string, string] => {
      const cell = cellOf(name, project, span);
      return [name, money(cell ? sums.sum(key, cell) : 0n, currency)];
    });
    yield {
      ...scopeOf(filters),
      host,
      project,
      currency,
      title: known.title,
      result: known.result,
      ...span,
      ...Object.fromEntries(cells),
    };
  }
}
