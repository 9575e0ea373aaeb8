// The peers: balances of the same moves by ledger-cli and hledger, each from a journal that is
// written here. A program that is not installed has no row.

import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "../../src/app/ledger.ts";
import { dayOfNumber } from "../../src/kernel/day.ts";
import { formatAmount } from "../../src/kernel/money.ts";
import type { LogReader } from "../../src/store/event-store.ts";
import { type Row, timed } from "./row.ts";

/** Peers read text whole, so they get the first entries only; their speed falls with more. */
const ENTRIES = 100_000;
const PAGE = 10_000;

/** Entries per second of each peer that is installed. */
export async function peerRows(dir: string): Promise<Row[]> {
  const path = join(dir, "peer.journal");
  const ledger = openLedger(dir);
  const entries = Math.min(ledger.store.head(), ENTRIES);
  writeJournal(ledger.store, entries, path);
  ledger.close();
  const rows: Row[] = [];
  for (const program of ["ledger", "hledger"]) {
    const run = () => spawnSync(program, ["-f", path, "balance"], { stdio: "ignore" });
    const { seconds, result } = await timed(run);
    if (result.error) continue;
    if (result.status !== 0) throw new Error(`${program} ended with ${result.status}`);
    rows.push({ row: `peer ${program}`, value: entries / seconds, unit: "entries/s" });
  }
  return rows;
}

function writeJournal(store: LogReader, entries: number, path: string): void {
  const file = openSync(path, "w");
  for (let from = 1; from <= entries; from += PAGE) {
    const { entry, series, day, amount } = store.lines(from, Math.min(from + PAGE - 1, entries));
    const text = Array.from(series, (number, line) => {
      const { measure, fund } = store.seriesAt(number);
      const money = formatAmount(BigInt(amount[line] as number), "CNY");
      const head = `${dayOfNumber(day[line] as number)} entry ${entry[line]}`;
      return `${head}\n  ${measure}:${fund}  ${money} CNY\n  moves\n\n`;
    });
    writeSync(file, text.join(""));
  }
  closeSync(file);
}
