// Imports the published files of a shared data folder, and compares rows, sums and balances with
// what they are known to hold. Exits 1 when anything differs. Run: tsx scripts/check-shared-data.ts
// DIR. It prints totals only: the files name private donors.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Record } from "../src/import/gifts.ts";
import { importFile } from "../src/import/import-file.ts";
import { loadMapping } from "../src/import/mappings.ts";
import type { People } from "../src/import/people.ts";
import type { ImportReport } from "../src/import/report.ts";

const HUBEI = [
  { file: "donate01.xls", rows: 60, total: "3482232.11" },
  { file: "donate02.xls", rows: 1_633, total: "38422322.24" },
  { file: "donate03.xls", rows: 1_995, total: "153967316.14" },
  { file: "donate04.xls", rows: 1_995, total: "153967316.14" },
  { file: "donate05.xls", rows: 6_661, total: "80516593.00" },
  { file: "donate06.xls", rows: 4_164, total: "53672528.38" },
  { file: "donate07.xls", rows: 5_161, total: "119612525.90" },
] as const;
const HUBEI_SOURCE = { gifts: 19_615, minor: 44_619_738_566n };
const HUBEI_ORDERS = ["1234567", "7654321", "4261753", "3124567", "2222111"];
const AGRIBANK = {
  parts: [1, 2, 3, 4, 5].map((part) => `agribank-2024-09-part${part}.csv`),
  rows: 42_493,
  opening: "24700",
  closing: "43553131897",
  // Rows without an amount, and what the balances imply.
  listed: [
    "agribank-2024-09-part2.csv:694 100000",
    "agribank-2024-09-part3.csv:1430 100000",
    "agribank-2024-09-part3.csv:6776 200000",
    "agribank-2024-09-part4.csv:2980 1000000",
    "agribank-2024-09-part4.csv:5412 300000",
  ],
};

let differences = 0;

function expect(what: string, found: unknown, wanted: unknown): void {
  if (found === wanted) return;
  differences++;
  console.log(`  DIFFERS ${what}: found ${found}, expected ${wanted}`);
}

/** A ledger in memory that keeps its promise about keys, and nothing else. */
function memoryLedger() {
  const entries = new Map<string, { entry: number; minor: bigint }>();
  const record: Record = async (rows) =>
    rows.map(({ key, amount }) => {
      const known = entries.get(key);
      if (known) return { kind: "already", entry: known.entry };
      const entry = entries.size + 1;
      entries.set(key, { entry, minor: BigInt(amount.replace(".", "")) });
      return { kind: "recorded", entry };
    });
  const refs = new Map<string, string>();
  const refOf = async (names: readonly string[]) =>
    names.map((name) => {
      const ref = refs.get(name) ?? randomBytes(16).toString("hex");
      refs.set(name, ref);
      return ref;
    });
  const people: People = { secret: randomBytes(32), refOf };
  const minor = () => [...entries.values()].reduce((sum, gift) => sum + gift.minor, 0n);
  return { record, people, gifts: () => entries.size, minor };
}

function show(report: ImportReport): void {
  const { file, rows, recorded, alreadyRecorded, totals, control, balance, exceptions } = report;
  const total = totals.map((sum) => `${sum.read} ${sum.currency}`).join(", ");
  console.log(
    `${file}: ${rows} rows, ${total}; recorded ${recorded}, already ${alreadyRecorded}, ` +
      `look-alikes ${report.possibleDuplicates.count}, exceptions ${exceptions.count}; ` +
      `control ${control.total} agrees ${control.agrees}; balance ${balance.opening} to ` +
      `${balance.closing} agrees ${balance.agrees}; finished ${report.finished}; ` +
      `${report.seconds} s`,
  );
  if (report.problem) console.log(`  ${report.problem.code}: ${report.problem.reason.en}`);
}

async function checkHubei(folder: string): Promise<void> {
  const mapping = await loadMapping("hubei-red-cross");
  for (const order of HUBEI_ORDERS) {
    const ledger = memoryLedger();
    // Whatever the order says, each file takes part at least once; some twice.
    const numbers = [...new Set([...order, ..."1234567"]), ...order.slice(0, 2)];
    for (const number of numbers) {
      const wanted = HUBEI[Number(number) - 1];
      if (!wanted) throw new RangeError(`no file ${number}`);
      const file = join(folder, wanted.file);
      const { record, people } = ledger;
      const report = await importFile({ file, mapping, source: "hubei-2020", record, people });
      if (order === HUBEI_ORDERS[0]) show(report);
      expect(`${wanted.file} rows`, report.rows, wanted.rows);
      expect(`${wanted.file} total`, report.totals[0]?.read, wanted.total);
      expect(`${wanted.file} control total agrees`, report.control.agrees, true);
      expect(`${wanted.file} finished`, report.finished, true);
    }
    console.log(`order ${numbers.join("")}: ${ledger.gifts()} gifts, ${ledger.minor()} fen`);
    expect(`gifts in order ${order}`, ledger.gifts(), HUBEI_SOURCE.gifts);
    expect(`sum in order ${order}`, ledger.minor(), HUBEI_SOURCE.minor);
  }
}

/** The parts follow each other, so each part's closing balance is the opening of the next. */
async function checkAgribank(folder: string): Promise<void> {
  const mapping = await loadMapping("agribank-statement");
  const { record, people, gifts, minor } = memoryLedger();
  let rows = 0;
  const listed: string[] = [];
  let implied = 0n;
  let balance: string = AGRIBANK.opening;
  for (const part of AGRIBANK.parts) {
    const file = join(folder, part);
    const defaults = { openingBalance: balance };
    const report = await importFile({ file, mapping, source: "relief", record, people, defaults });
    show(report);
    rows += report.rows;
    expect(`${part} agrees unless rows are listed`, report.finished, !report.exceptions.count);
    for (const { row, code, impliedAmount } of report.exceptions.first) {
      console.log(`  row ${row}: ${code}, the balances imply ${impliedAmount}`);
      listed.push(`${part}:${row} ${impliedAmount}`);
      implied += BigInt(impliedAmount ?? "0");
    }
    balance = report.balance.closing ?? "";
  }
  console.log(
    `${rows} rows: ${gifts()} gifts, ${minor()} VND; ${listed.length} rows listed, ${implied} VND`,
  );
  expect("rows", rows, AGRIBANK.rows);
  expect("closing balance", balance, AGRIBANK.closing);
  expect("rows listed", listed.join(), AGRIBANK.listed.join());
  expect("every row is a gift or listed", gifts() + listed.length, AGRIBANK.rows);
  const end = BigInt(AGRIBANK.opening) + minor() + implied;
  expect("opening + gifts + listed rows", end, BigInt(AGRIBANK.closing));
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: tsx scripts/check-shared-data.ts DIR");
  process.exitCode = 2;
} else {
  await checkHubei(join(folder, "hubei-red-cross-2020"));
  await checkAgribank(join(folder, "mttq-2024"));
  console.log(differences === 0 ? "all as expected" : `${differences} differences`);
  process.exitCode = differences === 0 ? 0 : 1;
}
