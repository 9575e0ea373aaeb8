// Counts and sums while a file is imported, and turns them into its report.

import { type Currency, formatAmount } from "../kernel/money.ts";
import type { Text } from "../kernel/text.ts";
import type { TableInfo } from "./read/table.ts";
import type { ImportReport } from "./report.ts";
import type { ImportedRow, RowException } from "./row-types.ts";

const LISTED_EXCEPTIONS_MAX = 200;
const LISTED_DUPLICATES_MAX = 200;

type Sums = { read: bigint; recorded: bigint; alreadyRecorded: bigint; outgoing: bigint };

/** Running figures of one file; amounts in minor units. */
export type Tally = {
  rows: number;
  recorded: number;
  alreadyRecorded: number;
  outgoing: number;
  skipped: number;
  computed: number;
  notesWithoutRule: number;
  exceptionCount: number;
  duplicateCount: number;
  readonly exceptions: RowException[];
  readonly duplicateRows: number[];
  otherwiseCount: number;
  readonly otherwiseRows: number[];
  readonly sums: Map<Currency, Sums>;
  /** The file's own total: undefined where it has none, null where it cannot be read. */
  control: bigint | null | undefined;
};

/** A tally of nothing. */
export function newTally(): Tally {
  return {
    rows: 0,
    recorded: 0,
    alreadyRecorded: 0,
    outgoing: 0,
    skipped: 0,
    computed: 0,
    notesWithoutRule: 0,
    exceptionCount: 0,
    duplicateCount: 0,
    exceptions: [],
    duplicateRows: [],
    otherwiseCount: 0,
    otherwiseRows: [],
    sums: new Map(),
    control: undefined,
  };
}

/** Adds an amount to one of the sums of a currency. */
export function addSum(tally: Tally, unit: Currency, sum: keyof Sums, minor: bigint): void {
  let sums = tally.sums.get(unit);
  if (!sums) {
    sums = { read: 0n, recorded: 0n, alreadyRecorded: 0n, outgoing: 0n };
    tally.sums.set(unit, sums);
  }
  sums[sum] += minor;
}

/** Counts a gift that was recorded; `n` above 1 says that it looks like an earlier row. */
export function countRecorded(tally: Tally, row: ImportedRow, n: number, minor: bigint): void {
  tally.recorded++;
  addSum(tally, row.currency, "recorded", minor);
  if (row.computed) tally.computed++;
  if (row.note !== undefined && row.restriction === undefined) tally.notesWithoutRule++;
  if (n === 1) return;
  tally.duplicateCount++;
  if (tally.duplicateRows.length < LISTED_DUPLICATES_MAX) tally.duplicateRows.push(row.row);
}

/** Counts a gift that the source holds already; `otherwise` says that it was recorded differently. */
export function countAlready(
  tally: Tally,
  row: ImportedRow,
  minor: bigint,
  otherwise: boolean,
): void {
  tally.alreadyRecorded++;
  addSum(tally, row.currency, "alreadyRecorded", minor);
  if (!otherwise) return;
  tally.otherwiseCount++;
  if (tally.otherwiseRows.length < LISTED_DUPLICATES_MAX) tally.otherwiseRows.push(row.row);
}

/** Counts a row that is not recorded. */
export function countException(tally: Tally, exception: RowException): void {
  tally.exceptionCount++;
  if (tally.exceptions.length < LISTED_EXCEPTIONS_MAX) tally.exceptions.push(exception);
}

/** What the report needs beside the tally. */
export type ReportParts = Pick<
  ImportReport,
  "file" | "mapping" | "source" | "identity" | "dryRun" | "seconds"
> & {
  readonly currency: Currency;
  readonly info: TableInfo | undefined;
  readonly problem: { readonly code: string; readonly reason: Text } | null;
  /** Absent where the mapping has no balance column. */
  readonly ends?: { readonly opening: bigint | null; readonly closing: bigint | null } | undefined;
  /** The closing balance of the part before, where there is one. */
  readonly previous: bigint | undefined;
};

/** Writes the report of a file. */
export function reportOf(tally: Tally, parts: ReportParts): ImportReport {
  const { currency, info, problem, ends, previous, ...head } = parts;
  const shown = (minor: bigint | null | undefined) =>
    minor === null || minor === undefined ? null : formatAmount(minor, currency);
  const read = tally.sums.get(currency)?.read ?? 0n;
  const control = tally.control === undefined ? "none" : tally.control === read;
  const balance = balanceAgrees(ends, read);
  return {
    ...head,
    sha256: info?.sha256 ?? null,
    bytes: info?.bytes ?? 0,
    format: info?.format ?? null,
    sheet: info?.sheet ?? null,
    otherSheets: [...(info?.otherSheets ?? [])],
    rows: tally.rows,
    recorded: tally.recorded,
    alreadyRecorded: tally.alreadyRecorded,
    outgoing: tally.outgoing,
    skipped: tally.skipped,
    computed: tally.computed,
    notesWithoutRule: tally.notesWithoutRule,
    recordedOtherwise: { count: tally.otherwiseCount, rows: tally.otherwiseRows },
    possibleDuplicates: { count: tally.duplicateCount, rows: tally.duplicateRows },
    exceptions: { count: tally.exceptionCount, first: tally.exceptions },
    totals: [...tally.sums].map(([unit, sums]) => ({
      currency: unit,
      read: formatAmount(sums.read, unit),
      recorded: formatAmount(sums.recorded, unit),
      alreadyRecorded: formatAmount(sums.alreadyRecorded, unit),
      outgoing: formatAmount(sums.outgoing, unit),
    })),
    control: { total: shown(tally.control), agrees: control },
    balance: { opening: shown(ends?.opening), closing: shown(ends?.closing), agrees: balance },
    continues: previous === undefined ? "none" : ends?.opening === previous,
    problem,
    finished:
      problem === null && tally.exceptionCount === 0 && control !== false && balance !== false,
  };
}

function balanceAgrees(ends: ReportParts["ends"], read: bigint): boolean | "none" {
  if (ends === undefined || ends.closing === null) return "none";
  return ends.opening !== null && ends.opening + read === ends.closing;
}
