// Proves the exported books with other people's programs: hledger, ledger and beancount check their
// journals in strict mode, and their balances are compared with our own reports to the last fen.
// Usage: npx tsx scripts/check-books.ts LEDGER-FOLDER | --entries N

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type Ledger, openLedger } from "../src/app/ledger.ts";
import { beancount } from "../src/export/interchange/beancount.ts";
import type { HandOver } from "../src/export/interchange/export.ts";
import { startHandOver } from "../src/export/interchange/hand-over.ts";
import { hledger } from "../src/export/interchange/hledger.ts";
import { ledger as ledgerCli } from "../src/export/interchange/ledger.ts";
import { dayNumber, dayOfNumber } from "../src/kernel/day.ts";
import { type Currency, minorOf } from "../src/kernel/money.ts";
import { generate } from "./demo/generate.ts";

const NOW = Date.parse("2026-11-01T12:00:00+08:00");
/** Within a year, at both sides of a year's end, at both sides of the change of regime, at the head. */
const DAYS = ["2023-05-31", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01", "2026-10-31"];
const BATCH = 1_000;

type Sums = Map<string, bigint>;

function add(sums: Sums, key: string, amount: bigint): void {
  const sum = (sums.get(key) ?? 0n) + amount;
  if (sum === 0n) sums.delete(key);
  else sums.set(key, sum);
}

function expectEqual(what: string, ours: Sums, theirs: Sums): void {
  const keys = new Set([...ours.keys(), ...theirs.keys()]);
  const differing = [...keys].filter((key) => ours.get(key) !== theirs.get(key));
  if (differing.length === 0) {
    console.log(`  ${what}: ${ours.size} equal`);
    return;
  }
  for (const key of differing.slice(0, 10)) {
    console.log(`  ${what}: ${key} ours ${ours.get(key)} theirs ${theirs.get(key)}`);
  }
  throw new Error(`${what}: ${differing.length} differ`);
}

/** Our trial balance at a day, by account and currency; a credit is negative. */
function ourAccounts(books: Ledger, day: string): Sums {
  const sums: Sums = new Map();
  for (const row of books.report("trial-balance", { asOf: day }).rows) {
    const { account, currency, closing, direction } = row as Record<string, string>;
    const minor = minorOf(closing ?? "", currency as Currency);
    add(sums, `${account} ${currency}`, direction === "借" ? minor : -minor);
  }
  return sums;
}

/** Our cash of every fund at a day. */
function ourCash(books: Ledger, day: string): Sums {
  const sums: Sums = new Map();
  const query = { asOf: day, filters: { bucket: "*" } };
  for (const row of books.report("fund-balances", query).rows) {
    const { fund, cash, currency } = row as Record<string, string>;
    add(sums, `${fund?.slice(0, 8)} ${currency}`, minorOf(cash ?? "", currency as Currency));
  }
  return sums;
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** Amounts like `CNY -12.30, VND 5`, each under a key. */
function addAmounts(sums: Sums, key: string, text: string): void {
  for (const amount of text.split(", ")) {
    const [currency, number] = amount.trim().split(" ");
    if (number === undefined) continue;
    add(sums, `${key} ${currency}`, minorOf(number, currency as Currency));
  }
}

function hledgerBalances(file: string, day: string, ...args: string[]): [string, string][] {
  const end = dayOfNumber(dayNumber(day) + 1);
  const common = ["-f", file, "balance", "--flat", "-N", "-O", "csv", "-e", end];
  return parse(run("hledger", [...common, ...args]), { from_line: 2 }) as [string, string][];
}

const codeOf = (account: string) => /:([0-9]{4,6})[ -]/.exec(account)?.[1] ?? account;

function checkHledger(books: Ledger, file: string): void {
  const checks = ["ordereddates", "payees", "balancednoautoconversion", "uniqueleafnames"];
  run("hledger", ["-f", file, "check", "--strict", ...checks]);
  console.log("  hledger check: strict passes");
  for (const day of DAYS) {
    const accounts: Sums = new Map();
    for (const [name, text] of hledgerBalances(file, day)) {
      addAmounts(accounts, codeOf(name), text);
    }
    expectEqual(`hledger accounts ${day}`, ourAccounts(books, day), accounts);
    const cash: Sums = new Map();
    for (const [name, text] of hledgerBalances(file, day, ":100", "--pivot", "fund")) {
      if (!name.startsWith("-")) addAmounts(cash, name.slice(0, 8), text);
    }
    expectEqual(`hledger cash by fund ${day}`, ourCash(books, day), cash);
  }
  const nets = hledgerBalances(file, DAYS.at(-1) ?? "", "--pivot", "fund");
  if (nets.length > 0) throw new Error(`funds that do not balance: ${nets.slice(0, 3)}`);
  console.log("  hledger: every fund balances by itself");
}

function checkLedgerCli(books: Ledger, file: string): void {
  for (const day of DAYS) {
    const end = dayOfNumber(dayNumber(day) + 1);
    const format = "%(account)\\t%(join(scrub(display_total)))\\n";
    const args = ["-f", file, "--pedantic", "--explicit", "balance", "--flat", "--no-total"];
    const accounts: Sums = new Map();
    for (const line of run("ledger", [...args, "-e", end, "--format", format]).split("\n")) {
      const [name = "", text = ""] = line.split("\t");
      if (name !== "") addAmounts(accounts, codeOf(name), text.replaceAll("\\n", ", "));
    }
    expectEqual(`ledger accounts ${day}`, ourAccounts(books, day), accounts);
  }
}

function checkBeancount(books: Ledger, file: string): void {
  const said = run("bean-check", [file]);
  if (said !== "") throw new Error(said);
  console.log("  bean-check: passes");
  for (const day of DAYS) {
    const end = dayOfNumber(dayNumber(day) + 1);
    const query = `SELECT account, sum(number), currency WHERE date < ${end} GROUP BY account, currency`;
    const accounts: Sums = new Map();
    for (const row of parse(run("bean-query", ["-f", "csv", file, query]), { from_line: 2 })) {
      const [name, number, currency] = (row as string[]).map((cell) => cell.trim());
      add(
        accounts,
        `${codeOf(name ?? "")} ${currency}`,
        minorOf(number ?? "", currency as Currency),
      );
    }
    expectEqual(`beancount accounts ${day}`, ourAccounts(books, day), accounts);
  }
}

function written(books: Ledger, handOver: HandOver, dir: string): string {
  const handed = startHandOver(books, handOver, { language: "zh", params: {} });
  const file = join(dir, `books.${handed.format.name}`);
  writeFileSync(file, Buffer.concat([...handed.chunks].map((chunk) => Buffer.from(chunk))));
  console.log(`  ${handOver.name}: ${JSON.stringify(handed.summary())}`);
  return file;
}

async function recordRandom(dir: string, count: number): Promise<void> {
  const books = openLedger(dir, { now: () => NOW });
  let batch = [];
  for (const request of generate(count)) {
    batch.push(request);
    if (batch.length < BATCH) continue;
    await books.record(batch);
    batch = [];
  }
  await books.record(batch);
  books.close();
}

const work = mkdtempSync(join(tmpdir(), "almoner-books-"));
try {
  const [first = "", second = ""] = process.argv.slice(2);
  const dir = first === "--entries" ? join(work, "ledger") : first;
  if (first === "--entries") await recordRandom(dir, Number(second));
  const books = openLedger(dir, { mode: "read" });
  console.log(`${dir}: ${books.store.head()} entries`);
  checkHledger(books, written(books, hledger, work));
  checkLedgerCli(books, written(books, ledgerCli, work));
  checkBeancount(books, written(books, beancount, work));
  books.close();
  console.log("hledger, ledger and beancount agree with the ledger");
} finally {
  rmSync(work, { recursive: true });
}
