// Imports the gifts of one file: read, checked, keyed, recorded in file order. Running it again
// after any interruption finishes the work and doubles nothing, since every gift keeps its key.

import { once } from "node:events";
import { basename } from "node:path";
import type { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Day } from "../kernel/day.ts";
import { parseAmount } from "../kernel/money.ts";
import { type BalanceCheck, balanceCheck } from "./balance.ts";
import { type Gift, type Record, recordGifts } from "./gifts.ts";
import { headerFinder } from "./header.ts";
import { type Mapping, ROLES } from "./mapping.ts";
import { type Occurrence, occurrenceCounter } from "./occurrence.ts";
import type { People } from "./people.ts";
import { type ReadLimits, readLimits } from "./read/limits.ts";
import { openTable, type Table } from "./read/open-table.ts";
import type { ImportReport } from "./report.ts";
import { type ImportedRow, type ReadRow, type RowException, rowException } from "./row-types.ts";
import { rowReader } from "./rows.ts";
import { addSum, countException, newTally, reportOf, type Tally } from "./tally.ts";
import { fileProblem } from "./texts.ts";

/** Of two thousand, names and gifts together kept everybody else waiting for a fifth of a second. */
const RECORD_ROWS = 500;
/** How long rows are judged before others in the same process have their turn. */
const TURN_MS = 5;

/** How far an import is. */
export type Progress = Pick<Tally, "rows" | "recorded" | "alreadyRecorded" | "exceptionCount">;

export type ImportOptions = {
  /** Path of the file. */
  readonly file: string;
  /** What the report calls it; its own name when left out. */
  readonly name?: string;
  readonly mapping: Mapping;
  /** Name of what the file belongs to; files of one source share their gifts. */
  readonly source: string;
  readonly record: Record;
  readonly people: People;
  /** `record` only says what would become of the gifts, and nobody gets a reference. */
  readonly dryRun?: boolean;
  /** The closing balance of the part before this file in its source, by the file's SHA-256. */
  readonly balanceBefore?: (fileHash: string) => string | undefined;
  /** What the file does not say: its day, or the balance before its oldest row. */
  readonly defaults?: { readonly date?: Day; readonly openingBalance?: string };
  readonly limits?: Partial<ReadLimits>;
  readonly onProgress?: (progress: Progress) => void;
  /** Hears of the file before its first row is read; what it throws ends the import. */
  readonly onFile?: (fileHash: string) => Promise<void>;
  /** Gets every exception as a line of JSON; the report holds the first ones only. */
  readonly exceptionsTo?: Writable;
  /** Stops the import between two batches; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
};

type Run = {
  readonly options: ImportOptions;
  readonly tally: Tally;
  readonly balance: BalanceCheck | undefined;
  readonly occurrenceOf: (row: ImportedRow) => Occurrence;
  readonly pending: Gift[];
  /** The exceptions' stream asked to wait. */
  backlog: boolean;
  /** SHA-256 of the file, once it is open. */
  fileHash: string;
  /** What `balanceBefore` said of it. */
  previous: bigint | undefined;
};

/**
 * Imports one file and reports on it. A file that cannot be read gives a report with its problem.
 * @throws what `record`, `people`, `onFile` or the signal throw; what was recorded until then stays.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const startedMs = performance.now();
  const run = startRun(options);
  const { mapping, source, signal } = options;
  const limits = readLimits.parse(options.limits ?? {});
  let table: Table | undefined;
  let problem: ImportReport["problem"] = null;
  try {
    table = await openTable({ path: options.file, limits, mapping }, signal);
    run.fileHash = table.info.sha256;
    await options.onFile?.(run.fileHash);
    await importRows(run, table);
  } catch (error) {
    problem = fileProblem(error);
    if (problem === null) throw error;
  } finally {
    await table?.close();
  }
  return reportOf(run.tally, {
    file: options.name ?? basename(options.file),
    mapping: mapping.name,
    source,
    identity: mapping.identity,
    dryRun: options.dryRun ?? false,
    currency: mapping.currency,
    info: table?.info,
    problem,
    ends: run.balance?.ends(),
    previous: run.previous,
    seconds: Math.round(performance.now() - startedMs) / 1_000,
  });
}

function startRun(options: ImportOptions): Run {
  const { mapping, people, source, defaults, balanceBefore } = options;
  const { currency, newestFirst, identity } = mapping;
  const opening = defaults?.openingBalance;
  const statement = {
    currency,
    newestFirst,
    opening: opening === undefined ? undefined : parseAmount(opening, currency),
    previous() {
      const text = balanceBefore?.(run.fileHash);
      run.previous = text === undefined ? undefined : parseAmount(text, currency);
      return run.previous;
    },
  };
  const run: Run = {
    options,
    tally: newTally(),
    balance: mapping.columns.balance ? balanceCheck(statement) : undefined,
    occurrenceOf: occurrenceCounter(people.secret, source, identity),
    pending: [],
    backlog: false,
    fileHash: "",
    previous: undefined,
  };
  return run;
}

async function importRows(run: Run, table: Table): Promise<void> {
  const { mapping, defaults } = run.options;
  const finder = headerFinder(mapping, ROLES);
  let read: ReturnType<typeof rowReader> | undefined;
  let turnEndsMs = 0;
  for await (const batch of table.batches) {
    for (const raw of batch) {
      if (performance.now() > turnEndsMs) {
        await nextTurn();
        turnEndsMs = performance.now() + TURN_MS;
      }
      if (read === undefined) {
        const places = finder.push(raw);
        if (places === undefined) continue;
        read = rowReader(mapping, places, {
          date: defaults?.date,
          date1904: table.info.date1904,
        });
        continue;
      }
      const row = read(raw);
      for (const checked of run.balance?.push(row) ?? [row]) take(run, checked);
    }
    await settle(run, table, RECORD_ROWS);
  }
  if (read === undefined) finder.give();
  for (const checked of run.balance?.end() ?? []) take(run, checked);
  await settle(run, table, 1);
}

/** Counts a row and puts a gift into the next batch. */
function take(run: Run, row: ReadRow): void {
  const { tally } = run;
  switch (row.kind) {
    case "blank":
      return;
    case "skipped":
      tally.skipped++;
      return;
    case "control":
      tally.control = row.total;
      return;
    case "unread":
      tally.rows++;
      list(run, row.exception);
      return;
    case "money": {
      tally.rows++;
      addSum(tally, row.row.currency, "read", row.signed);
      if (row.row.direction === "out") takeOutgoing(run, row.row, row.signed);
      else run.pending.push({ row: row.row, signed: row.signed, ...run.occurrenceOf(row.row) });
      return;
    }
    default:
      row satisfies never;
  }
}

function takeOutgoing(run: Run, row: ImportedRow, signed: bigint): void {
  if (run.options.mapping.outgoing === "exception") {
    list(run, rowException(row.row, "OUTGOING", "amount", `-${row.amount}`));
    return;
  }
  run.tally.outgoing++;
  addSum(run.tally, row.currency, "outgoing", signed);
}

function list(run: Run, exception: RowException): void {
  countException(run.tally, exception);
  const room = run.options.exceptionsTo?.write(`${JSON.stringify(exception)}\n`);
  if (room === false) run.backlog = true;
}

/** Records what has gathered, once it is at least `enough` gifts; the ledger sets the pace. */
async function settle(run: Run, table: Table, enough: number): Promise<void> {
  const { options, tally, pending } = run;
  const { record, mapping, exceptionsTo, signal } = options;
  const people = options.dryRun ? undefined : options.people;
  while (pending.length >= enough) {
    signal?.throwIfAborted();
    const gifts = pending.splice(0, RECORD_ROWS);
    const refused = (exception: RowException) => list(run, exception);
    const { channel } = mapping;
    const fileHash = table.info.sha256;
    await recordGifts({ record, people, fileHash, channel, tally, refused }, gifts);
  }
  if (run.backlog && exceptionsTo) {
    await once(exceptionsTo, "drain");
    run.backlog = false;
  }
  const { rows, recorded, alreadyRecorded, exceptionCount } = tally;
  options.onProgress?.({ rows, recorded, alreadyRecorded, exceptionCount });
}
