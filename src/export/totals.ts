// Sums of the columns of a report, taken while its rows pass: exact, per currency, in minor units.

import type { ReportColumn, Row } from "../../projections/reports/report.ts";
import { chineseAmount } from "../kernel/chinese-amount.ts";
import {
  CURRENCIES,
  type Currency,
  formatAmount,
  formatInTenThousands,
  groupThousands,
  inTenThousands,
  minorOf,
} from "../kernel/money.ts";
import { LABELS, type Say } from "./texts.ts";
import type { Unit } from "./unit.ts";

/** A label and what it says. */
export type Line = readonly [label: string, value: string];

/** The sum of a column in a currency; a count has none. */
export type ControlTotal = {
  readonly column: string;
  readonly currency: Currency | null;
  readonly total: string;
};

type Sum = {
  readonly column: ReportColumn;
  readonly currency: Currency | null;
  exact: bigint;
  /** What the rows add up to when each is rounded to 万元. */
  rounded: bigint;
};

export type Totals = {
  add(row: Row): void;
  rowCount(): number;
  control(): ControlTotal[];
  lines(options: Options): Line[];
};

type Options = {
  /** Whether no two rows overlap, so that a sum is a figure. */
  readonly adds: boolean;
  readonly unit: Unit;
  readonly say: Say;
};

/** Totals of these columns, nothing added yet. */
export function createTotals(columns: readonly ReportColumn[]): Totals {
  const summed = columns.filter(({ kind, sums }) => isNumber(kind) && sums !== false);
  const sums = new Map<string, Sum>();
  let rows = 0;

  function sumOf(column: ReportColumn, currency: Currency | null): Sum {
    const key = `${currency ?? ""} ${column.name}`;
    const known = sums.get(key);
    if (known) return known;
    const sum = { column, currency, exact: 0n, rounded: 0n };
    sums.set(key, sum);
    return sum;
  }

  // By currency in the order they appear, then by column.
  function ordered(): Sum[] {
    const currencies = [...new Set([...sums.values()].map(({ currency }) => currency))];
    return currencies.flatMap((currency) =>
      summed.flatMap(({ name }) => sums.get(`${currency ?? ""} ${name}`) ?? []),
    );
  }

  return {
    add(row) {
      rows += 1;
      for (const column of summed) {
        const value = row[column.name] ?? "";
        if (value === "") continue;
        if (column.kind === "count") {
          sumOf(column, null).exact += BigInt(value);
        } else {
          const currency = currencyOf(row);
          const sum = sumOf(column, currency);
          const minor = minorOf(value, currency);
          sum.exact += minor;
          sum.rounded += inTenThousands(minor, currency);
        }
      }
    },
    rowCount: () => rows,
    control: () =>
      ordered().map(({ column, currency, exact }) => ({
        column: column.name,
        currency,
        total: currency === null ? exact.toString() : formatAmount(exact, currency),
      })),
    lines(options) {
      const { adds, unit, say } = options;
      const label = say(adds ? LABELS.total : LABELS.controlTotal);
      const found = ordered();
      const note: Line[] = adds || found.length === 0 ? [] : [[label, say(LABELS.controlNote)]];
      return [
        [say(LABELS.rows), String(rows)],
        ...found.flatMap((sum) => linesOf(sum, label, options)),
        ...note,
        ...(unit === "1" ? [] : found.flatMap((sum) => tailOf(sum, say))),
      ];
    },
  };
}

/** The currency of a row's money. @throws Error for a row with money that names none. */
export function currencyOf(row: Row): Currency {
  const currency = row["currency"] ?? "";
  if (currency in CURRENCIES) return currency as Currency;
  throw new Error(`a row with money has to name its currency, not ${JSON.stringify(currency)}`);
}

/** Whether a text is a plain decimal, as sums and counts are. */
export function isDecimal(text: string): boolean {
  return /^-?[0-9]+(?:\.[0-9]+)?$/.test(text);
}

/** A sum with its thousands grouped; another text as it is. */
export function grouped(text: string): string {
  return isDecimal(text) ? groupThousands(text) : text;
}

/** Whether cells of this kind are numbers, which stand right. */
export function isNumber(kind: ReportColumn["kind"]): boolean {
  return kind === "money" || kind === "count";
}

function nameOf({ column, currency }: Sum, say: Say): string {
  return currency === null ? say(column.title) : `${say(column.title)} ${currency}`;
}

// A total that is a figure is also written in words, which nobody can alter by one stroke.
function linesOf(sum: Sum, label: string, { adds, unit, say }: Options): Line[] {
  const { currency, exact } = sum;
  const name = `${label} ${nameOf(sum, say)}`;
  if (currency === null) return [[name, exact.toString()]];
  if (unit !== "1") return [[name, formatInTenThousands(inTenThousands(exact, currency))]];
  const line: Line = [name, formatAmount(exact, currency)];
  if (!adds || currency !== "CNY") return [line];
  return [line, [`${name} ${say(LABELS.words)}`, chineseAmount(exact)]];
}

function tailOf({ column, currency, exact, rounded }: Sum, say: Say): Line[] {
  if (currency === null) return [];
  const difference = rounded - inTenThousands(exact, currency);
  if (difference === 0n) return [];
  const amount = formatInTenThousands(difference);
  const params = { column: say(column.title), currency, amount };
  return [[say(LABELS.tail), say(LABELS.tailNote, params)]];
}
