// 支出与管理费用限额: each host's spending and cost of a year against the legal limits, one row per
// rule. The type of a host is in no fact, so each type has its rows unless one is asked for.

import { z } from "zod";
import { accountIn, closesInto } from "../../src/domain/journal/chart.ts";
import {
  HOST_TYPES,
  type HostType,
  LIMIT_RULES,
  type LimitRule,
  measure,
  rulesFor,
  type TermName,
  termOf,
} from "../../src/domain/journal/limits.ts";
import { inBoth } from "../../src/kernel/in-both.ts";
import type { Text } from "../../src/kernel/text.ts";
import { type AccountRow, accountBalance } from "../account-balance.ts";
import { type Cell, cellSums, figureOfCell, inScope, scopeOf } from "./account-cells.ts";
import { defineReport, money, type ReportContext, type Row } from "./report.ts";
import {
  hostTypeWords,
  limitResultWords,
  limitTestWords,
  markWords,
  ruleStatusWords,
} from "./words.ts";

/** The limits are in yuan, and shares of sums in several currencies say nothing. */
const CURRENCY = "CNY";

const TYPE_NOTE: Text = {
  zh: "账本未登记依托组织的类型，请按其实际类型看。",
  en: "The type of the host is not registered: read the rows of its own type.",
};
const NO_BASE: Text = {
  zh: "基数为零：上年无账或本年尚无支出，无从计算。",
  en: "There is nothing to take a share of: no books of last year, or no spending yet.",
};
const NOTHING_RECORDED: Text = {
  zh: "本年没有登记此项费用，不能据此认为未超限额。",
  en: "No such cost was recorded in the year, which does not show that the limit is kept.",
};
const OTHER_CURRENCIES: Text = {
  zh: "只计人民币，未折算其他币种。",
  en: "Yuan only; other currencies are not converted.",
};

/** A term as a sum over accounts, for the limits of a year. */
function cellOf(name: TermName, year: number): Cell {
  const { side, accounts } = termOf(name);
  const sign = side === "debit" ? 1 : -1;
  const takes = ({ regime, code }: AccountRow["account"]) =>
    accounts[regime].some((start) => code.startsWith(start));
  if (name === "net-assets-last-year-end") {
    const stands = (row: AccountRow) => closesInto(accountIn(row.account, row.year, year - 1));
    return { weigh: (row) => (takes(stands(row)) ? sign : 0), upTo: endOf(year - 1) };
  }
  const of = name === "income-last-year" ? year - 1 : year;
  return {
    weigh: (row) => (row.year === of && takes(row.account) ? sign : 0),
    after: endOf(of - 1),
    upTo: endOf(of),
  };
}

function endOf(year: number): string {
  return `${year}-12-31`;
}

export const spendingLimits = defineReport({
  name: "spending-limits",
  title: { zh: "支出与管理费用限额表", en: "Spending and cost limits" },
  tally: accountBalance.name,
  key: ["host", "currency", "year", "hostType", "rule"],
  filters: ["host", "rule", "test"],
  params: [
    {
      name: "year",
      title: { zh: "年度", en: "Year" },
      value: z
        .string()
        .regex(/^(?:19|2[0-9])[0-9]{2}$/, inBoth({ zh: "年份，如 2026", en: "a year like 2026" })),
    },
    { name: "hostType", title: { zh: "组织类型", en: "Host type" }, value: z.enum(HOST_TYPES) },
    { name: "drafts", title: { zh: "征求意见稿", en: "Draft rules" }, value: z.enum(["shown"]) },
  ],
  columns: [
    { name: "host", title: { zh: "依托组织", en: "Host" }, kind: "text" },
    { name: "currency", title: { zh: "币种", en: "Currency" }, kind: "text" },
    { name: "year", title: { zh: "年度", en: "Year" }, kind: "text" },
    {
      name: "hostType",
      title: { zh: "组织类型", en: "Host type" },
      kind: "text",
      words: hostTypeWords,
    },
    { name: "rule", title: { zh: "规则", en: "Rule" }, kind: "text" },
    { name: "ruleZh", title: { zh: "规则内容", en: "Rule (zh)" }, kind: "text", language: "zh" },
    { name: "ruleEn", title: { zh: "规则内容（英文）", en: "Rule" }, kind: "text", language: "en" },
    { name: "test", title: { zh: "检验", en: "Test" }, kind: "text", words: limitTestWords },
    { name: "status", title: { zh: "效力", en: "Status" }, kind: "text", words: ruleStatusWords },
    { name: "numerator", title: { zh: "分子", en: "Numerator" }, kind: "money", sums: false },
    { name: "denominator", title: { zh: "分母", en: "Denominator" }, kind: "money", sums: false },
    { name: "share", title: { zh: "比例", en: "Share" }, kind: "text" },
    { name: "limit", title: { zh: "限额比例", en: "Limit" }, kind: "text" },
    { name: "bound", title: { zh: "应达或上限", en: "Bound" }, kind: "money", sums: false },
    { name: "headroom", title: { zh: "余地", en: "Headroom" }, kind: "money", sums: false },
    { name: "result", title: { zh: "结果", en: "Result" }, kind: "text", words: limitResultWords },
    { name: "mark", title: { zh: "核对", en: "Checked" }, kind: "text", words: markWords },
    { name: "source", title: { zh: "依据", en: "Source" }, kind: "text" },
    { name: "noteZh", title: { zh: "说明", en: "Note (zh)" }, kind: "text", language: "zh" },
    { name: "noteEn", title: { zh: "说明（英文）", en: "Note" }, kind: "text", language: "en" },
  ],
  rows(context) {
    const { filters, books, day } = context;
    const year = Number(filters["year"] ?? day.slice(0, 4));
    const scope = scopeOf({ host: filters["host"] });
    const sums = cellSums(context, [endOf(year), endOf(year - 1), endOf(year - 2)], {
      isIn: (row) => inScope(row, scope, books),
      keyOf: ({ host, currency }) => `${host}|${currency}`,
    });
    return limitRows(sums, context, year);
  },
  figure(row, column, books) {
    const rule = LIMIT_RULES.find(({ id }) => id === row["rule"]);
    if (!rule || !row["year"] || (column !== "numerator" && column !== "denominator")) {
      return undefined;
    }
    return figureOfCell(cellOf(rule[column], Number(row["year"])), scopeOf(row), books);
  },
});

function* limitRows(
  sums: ReturnType<typeof cellSums>,
  { filters, day }: ReportContext,
  year: number,
): Generator<Row> {
  const keys = sums.keys(endOf(year));
  const types = HOST_TYPES.filter((type) => (filters["hostType"] ?? type) === type);
  for (const host of new Set(keys.map((key) => key.split("|")[0] ?? ""))) {
    const mixed = keys.filter((key) => key.startsWith(`${host}|`)).length > 1;
    const amount = (name: TermName) => sums.sum(`${host}|${CURRENCY}`, cellOf(name, year));
    const netAssets = amount("net-assets-last-year-end");
    for (const hostType of types) {
      for (const rule of rulesFor(hostType, netAssets, endOf(year))) {
        if (rule.status === "draft" && filters["drafts"] !== "shown") continue;
        const more = [
          ...(filters["hostType"] ? [] : [TYPE_NOTE]),
          ...(mixed ? [OTHER_CURRENCIES] : []),
        ];
        yield {
          host,
          currency: CURRENCY,
          year: String(year),
          ...ruleCells(rule, hostType),
          ...amountCells(rule, amount, { running: day < endOf(year), more }),
        };
      }
    }
  }
}

function ruleCells(
  { id, title, test, status, percent, mark, source }: LimitRule,
  type: HostType,
): Row {
  return {
    hostType: type,
    rule: id,
    ruleZh: title.zh,
    ruleEn: title.en,
    test,
    status,
    limit: `${test === "spend" ? "≥" : "≤"} ${percent}%`,
    mark,
    source,
  };
}

function amountCells(
  rule: LimitRule,
  amount: (name: TermName) => bigint,
  { running, more }: { readonly running: boolean; readonly more: readonly Text[] },
): Row {
  const [numerator, denominator] = [amount(rule.numerator), amount(rule.denominator)];
  const found = measure(rule, numerator, denominator);
  const notes = [rule.numerator, rule.denominator].flatMap((name) => termOf(name).note ?? []);
  const missing = [
    ...(found ? [] : [NO_BASE]),
    ...(rule.test !== "spend" && numerator === 0n ? [NOTHING_RECORDED] : []),
  ];
  const all = [...new Map([...notes, ...more, ...missing].map((note) => [note.en, note]))];
  const verdict = found?.verdict ?? "unknown";
  return {
    numerator: money(numerator, CURRENCY),
    denominator: money(denominator, CURRENCY),
    share: found?.share ?? null,
    bound: found ? money(found.bound, CURRENCY) : null,
    headroom: found ? money(found.headroom, CURRENCY) : null,
    result: verdict === "not-met" && running ? "not-met-so-far" : verdict,
    noteZh: all.map(([, { zh }]) => zh).join(""),
    noteEn: all.map(([, { en }]) => en).join(" "),
  };
}
