// The peers: balances of the same moves by ledger-cli and hledger, each from a journal that is
// written here. A program that is not installed has no row.

import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openLedger } from "../../src/app/ledger.ts";
import { dayOfNumber } from "../../src/kernel/day.ts";
import { formatAmount } from "../../src/kernel/money.ts";
import type { LogReader } from "../../src/store/event-store.ts";
import { rebuildRows } from "./ledger-rows.ts";
import { type Row, timed } from "./row.ts";

/** What each reads at most, for they read it whole; and how much faster a rebuild is to be. */
const PEERS = [
  { program: "ledger", entries: 1_000_000, aim: 10 },
  { program: "hledger", entries: 100_000, aim: 50 },
] as const;
const PAGE = 10_000;

/** Entries per second of each peer that is installed, beside a rebuild of the whole ledger. */
export async function peerRows(dir: string): Promise<Row[]> {
  const path = join(dir, "peer.journal");
  const rows: Row[] = [];
  for (const { program, entries: most, aim } of PEERS) {
    const ledger = openLedger(dir);
    const entries = Math.min(ledger.store.head(), most);
    writeJournal(ledger.store, entries, path);
    ledger.close();
    const run = () => spawnSync(program, ["-f", path, "balance"], { stdio: "ignore" });
    const { seconds, result } = await timed(run);
    rmSync(path);
    if (result.error) continue;
    if (result.status !== 0) throw new Error(`${program} ended with ${result.status}`);
    const peer = entries / seconds;
    const ratio = (await rebuildSpeed(dir)) / peer;
    const name = `peer ${program}, ${entries} entries`;
    rows.push(
      { row: name, value: peer, unit: "entries/s" },
      { row: `rebuild to peer ${program}`, value: ratio, unit: "ratio", aim: { atLeast: aim } },
    );
  }
  return rows;
}

/** Entries per second of a rebuild of the fund and community totals. */
async function rebuildSpeed(dir: string): Promise<number> {
  const rows = await rebuildRows(dir);
  return rows.find(({ row }) => row === "rebuild")?.value ?? Number.NaN;
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
