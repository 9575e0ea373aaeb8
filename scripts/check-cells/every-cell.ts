// Opens the cells of reports and adds up the entries behind each. How each report is asked is a list
// that a test holds to the list of reports, so that no report is left out.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { POSTING_TALLIES, TALLIES } from "../../projections/index.ts";
import type { Report, ReportColumn, Row } from "../../projections/reports/report.ts";
import { type Ledger, type ReportQuery, reportOf } from "../../src/app/ledger.ts";
import type { LineSource } from "../../src/app/projections/tally-fold.ts";
import { openTally, type TallyRunner } from "../../src/app/projections/tally-runner.ts";
import { linesOfFigure } from "../../src/app/report-context.ts";
import { type Currency, formatAmount } from "../../src/kernel/money.ts";
import { linesBetween } from "../../src/store/lines.ts";

/** A report and what is asked of it. */
export type Asked = { readonly report: string; readonly query: ReportQuery };

const years = (...filters: Readonly<Record<string, string>>[]): ReportQuery[] => [
  ...filters.map((each) => ({ filters: each })),
  { asOf: "2025-09-30" },
];

/** How each report is asked: both regimes, narrowed and not, and as of a day that has passed. */
const QUERIES: Readonly<Record<string, readonly ReportQuery[]>> = {
  "fund-balances": years({}),
  "community-totals": years({}),
  "grassroots-total": years({}),
  counts: years({}),
  "trial-balance": years({}, { by: "fund", period: "2026-03" }),
  "balance-sheet": years({}, { period: "2025-12" }),
  activities: years({}, { period: "2025-12" }),
  "cash-flow": years({}, { period: "2025" }),
  "general-ledger": years({}),
  vouchers: years({}, { from: "2025-12-01", to: "2026-01-31" }),
  "fund-statement": years({}),
  "movement-in-funds": years({}),
  "project-statement": years({}),
  gifts: years({}),
  "donor-statement": years({}),
  "receipts-register": years({}),
  "spending-limits": years({ drafts: "shown" }),
  "disclosure-clock": [{}],
  closings: [{}],
};

/** The reports that are asked, and how. */
export const ASKED: readonly Asked[] = Object.entries(QUERIES).flatMap(([report, queries]) =>
  queries.map((query) => ({ report, query })),
);

/** Amounts and counts that are no sum of entries, each with the reason. */
export const NO_SUMS: Readonly<Record<string, string>> = {
  "general-ledger.balance": "runs from line to line",
  "spending-limits.bound": "a share of the denominator",
  "spending-limits.headroom": "a difference to the bound",
  "disclosure-clock.daysLeft": "counts days",
};

export type CellsOpened = {
  readonly cells: number;
  /** Entries that were added up. */
  readonly entries: number;
  /** Columns with a value that open no entries. */
  readonly closed: ReadonlySet<string>;
  /** Cells whose entries come to something else. */
  readonly wrong: readonly string[];
};

/**
 * Opens cells of a ledger that does not change, each through the tally it names; the lines of the
 * log are read only once.
 */
export function openCells(ledger: Ledger) {
  const dir = mkdtempSync(join(tmpdir(), "almoner-cells-"));
  const parts = { dir, books: ledger.books };
  const tallies = new Map<string, TallyRunner>([
    ...TALLIES.map((one) => tallyOver(openTally(one, { ...parts, log: readOnce(ledger.store) }))),
    ...POSTING_TALLIES.map((one) =>
      tallyOver(openTally(one, { ...parts, log: readOnce(ledger.journal) })),
    ),
  ]);

  return {
    /** Opens every cell of each `nth` row. */
    open({ report: name, query }: Asked, nth = 1): CellsOpened {
      const report = reportOf(name);
      const point = ledger.pointOf(query);
      const books = ledger.books();
      const closed = new Set<string>();
      const wrong: string[] = [];
      let [cells, entries, at] = [0, 0, 0];
      for (const row of ledger.report(name, query).rows) {
        if (at++ % nth !== 0) continue;
        for (const column of amountsOf(report, row)) {
          const figure = report.figure(row, column.name, books);
          const tally = figure && tallies.get(figure.tally);
          if (!figure || !tally) {
            closed.add(`${name}.${column.name}`);
            continue;
          }
          const page = { after: 0, limit: Number.POSITIVE_INFINITY };
          const lines = linesOfFigure(tally, figure, point, page);
          const sum = lines.reduce((total, { amount }) => total + amount, 0n);
          const told = tell(sum, column, row);
          if (told !== row[column.name]) wrong.push(wrongText(report, row, column, told));
          cells += 1;
          entries += lines.length;
        }
      }
      return { cells, entries, closed, wrong };
    },
    close(): void {
      for (const tally of tallies.values()) tally.close();
      rmSync(dir, { recursive: true });
    },
  };
}

function tallyOver(runner: TallyRunner): [string, TallyRunner] {
  return [runner.tally.name, runner];
}

/** A source that was read to its head. */
function readOnce<S>(source: LineSource<S>): LineSource<S> {
  const all = source.lines(1, source.head());
  /** The first line at or after an entry. */
  const lineAt = (entry: number): number => {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((all.entry[middle] as number) < entry) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    head: source.head,
    seriesAt: source.seriesAt,
    lines(from, to) {
      return linesBetween(all, lineAt(from), lineAt(to + 1));
    },
  };
}

function amountsOf({ columns }: Report, row: Row): ReportColumn[] {
  const isAmount = ({ kind }: ReportColumn) => kind === "money" || kind === "count";
  return columns.filter((column) => isAmount(column) && (row[column.name] ?? null) !== null);
}

function tell(sum: bigint, { kind }: ReportColumn, row: Row): string {
  // The column of a report's currency holds one of the kernel's.
  return kind === "money" ? formatAmount(sum, row["currency"] as Currency) : sum.toString();
}

function wrongText({ name, key }: Report, row: Row, column: ReportColumn, told: string): string {
  const at = key.map((each) => row[each]).join(" ");
  return `${name} ${at} ${column.name}: shows ${row[column.name]}, its entries are ${told}`;
}
