// The rows that need only an open ledger: bulk recording, rebuild, start, reports as of any point,
// and memory. They share one ledger of N entries, so that its cost is paid once.

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { auditLedger } from "../../src/app/audit/audit-ledger.ts";
import { type Ledger, openLedger, type ReportResult } from "../../src/app/ledger.ts";
import type { RecordRequest } from "../../src/app/recorder.ts";
import { dayNumber, dayOfNumber } from "../../src/kernel/day.ts";
import { generate } from "../demo/generate.ts";
import { FIRST_DAY, LAST_DAY } from "../demo/request.ts";
import { p50, p99, type Row, timed } from "./row.ts";

const GROUP = 1_000;
/** Groups under way at once: enough to keep the writer busy, within its queue. */
const GROUPS_AT_ONCE = 8;
const REPORT_SAMPLES = 300;
/** Gifts of a turn, and turns of each side. */
const GIFTS = 5_000;
const TURNS = 6;
/** The ledger that a larger one is compared with, in as many funds. */
const SMALL = 100_000;
const FUNDS = 50;

/** Bulk: durable entries per second through `ledger.record`, the price of making them included. */
export async function bulkRows(dir: string, entries: number): Promise<Row[]> {
  const ledger = openLedger(dir);
  const before = process.cpuUsage();
  const { seconds } = await timed(() => recordAll(ledger, generate(entries)));
  const { user, system } = process.cpuUsage(before);
  ledger.close();
  return [
    { row: "bulk", value: entries / seconds, unit: "entries/s", aim: { atLeast: 100_000 } },
    // Says more than the row above when others use the machine as well.
    { row: "bulk, processor time", value: (user + system) / entries, unit: "µs/entry" },
  ];
}

/** One hot fund: gifts to one fund against as many spread over all, on one ledger, turn by turn. */
export async function hotFundRows(dir: string): Promise<Row[]> {
  const ledger = openLedger(dir);
  const spent = { one: 0, many: 0 };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of ["one", "many"] as const) {
      const time = await recordGifts(ledger, (funds, number) =>
        name === "one" ? 0 : number % funds,
      );
      // The first turn warms up.
      if (turn > 0) spent[name] += time;
    }
  }
  ledger.close();
  const ratio = spent.many / spent.one;
  return [
    { row: "one hot fund to many funds", value: ratio, unit: "ratio", aim: { atLeast: 0.9 } },
  ];
}

/** Growth: a gift on the ledger of the other rows against one on a ledger of 10^5, turn by turn. */
export async function growthRows(dir: string): Promise<Row[]> {
  const small = mkdtempSync(join(dir, "small-"));
  const ledgers = { large: openCaughtUp(dir), small: openLedger(small) };
  await recordAll(ledgers.small, generate(SMALL));
  const entries = ledgers.large.store.head();
  const spent = { large: 0, small: 0 };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of ["large", "small"] as const) {
      const time = await recordGifts(
        ledgers[name],
        (funds, number) => number % Math.min(funds, FUNDS),
      );
      if (turn > 0) spent[name] += time;
    }
  }
  for (const ledger of Object.values(ledgers)) ledger.close();
  rmSync(small, { recursive: true });
  const row = `a gift at ${entries} entries to one at ${SMALL}`;
  return [{ row, value: spent.large / spent.small, unit: "ratio", aim: { atMost: 1.1 } }];
}

/** Records gifts to the funds that are picked by number; returns its processor time. */
async function recordGifts(
  ledger: Ledger,
  pick: (funds: number, number: number) => number,
): Promise<number> {
  const funds = [...ledger.books().funds.values()].map(({ id }) => id);
  const gifts = Array.from({ length: GIFTS }, (_, number): RecordRequest => {
    const fund = funds[pick(funds.length, number)];
    const input = { fund, amount: "10.00", currency: "CNY", receivedOn: LAST_DAY };
    const key = `gift-${ledger.store.head()}-${number}`;
    return { command: "ReceiveDonation", key, input, actor: "bench" };
  });
  const before = process.cpuUsage();
  await recordAll(ledger, gifts);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Audit: what `almoner audit` does, by the verb's own function. */
export async function auditRows(dir: string): Promise<Row[]> {
  const before = process.cpuUsage();
  const { seconds, result } = await timed(() => auditLedger(dir, () => () => {}));
  const { user, system } = process.cpuUsage(before);
  const [first] = result.findings;
  if (first) throw new Error(`entry ${first.entry}: ${first.problem}`);
  const off = result.projections.find(({ identical }) => !identical);
  if (off) throw new Error(`${off.projection} differs from its replay`);
  const { entries } = result;
  return [
    { row: "audit", value: entries / seconds, unit: "entries/s", aim: { atLeast: 400_000 } },
    // Of all threads together.
    { row: "audit, processor time", value: (user + system) / entries, unit: "µs/entry" },
  ];
}

/** Records requests in groups, several under way at once. */
export async function recordAll(ledger: Ledger, requests: Iterable<RecordRequest>): Promise<void> {
  let group: RecordRequest[] = [];
  const running = new Set<Promise<void>>();
  const send = async (requests: RecordRequest[]) => {
    const answers = await ledger.record(requests);
    const bad = answers.find(({ kind }) => kind !== "recorded");
    if (bad) throw new Error(`a generated request was not recorded: ${JSON.stringify(bad)}`);
  };
  for (const request of requests) {
    group.push(request);
    if (group.length < GROUP) continue;
    const sent: Promise<void> = send(group).finally(() => running.delete(sent));
    running.add(sent);
    group = [];
    if (running.size >= GROUPS_AT_ONCE) await Promise.race(running);
  }
  await Promise.all(running);
  if (group.length > 0) await send(group);
}

/** Start: from nothing open to the first report. */
export async function startRows(dir: string): Promise<Row[]> {
  const { seconds, result } = await timed(() => {
    const ledger = openLedger(dir);
    ledger.report("grassroots-total", {});
    return ledger;
  });
  result.close();
  return [{ row: "start", value: seconds, unit: "s", aim: { atMost: 1 } }];
}

/** An open ledger whose tallies are all at the head, so that none folds in the pauses of another. */
function openCaughtUp(dir: string): Ledger {
  const ledger = openLedger(dir);
  for (const tally of ledger.tallies) tally.at({ entry: ledger.store.head() });
  return ledger;
}

/** Rebuild: every projection from entry 1; its seconds are those of the fold, as reported. */
export async function rebuildRows(dir: string): Promise<Row[]> {
  const ledger = openCaughtUp(dir);
  const rows: Row[] = [];
  let seconds = 0;
  let memory = 0;
  for (const tally of ledger.tallies) {
    const rebuilt = await tally.rebuild();
    if (!rebuilt.identical) throw new Error(`${rebuilt.projection} differs from its rebuild`);
    if (["fund-balance", "community-totals"].includes(rebuilt.projection)) {
      seconds += rebuilt.seconds;
      memory = process.memoryUsage().rss / 2 ** 20;
    }
    const value = rebuilt.entriesPerSecond;
    rows.push({ row: `rebuild ${rebuilt.projection}`, value, unit: "entries/s" });
  }
  const both = ledger.store.head() / seconds;
  ledger.close();
  return [
    { row: "rebuild", value: both, unit: "entries/s", aim: { atLeast: 1_000_000 } },
    ...rows,
    { row: "rebuild memory", value: memory, unit: "MiB", aim: { atMost: 300 } },
  ];
}

/**
 * Reports as of entries and days spread evenly over history, each a first time before the clock runs:
 * what is measured is a server that is up, not how fast this disk finds a place in a large file. Rows
 * are taken one by one and let go, as every face does that writes them.
 */
export async function reportRows(dir: string): Promise<Row[]> {
  const ledger = openCaughtUp(dir);
  const head = ledger.store.head();
  const first = dayNumber(FIRST_DAY);
  const days = dayNumber(LAST_DAY) - first;
  const points = {
    entry: (share: number) => String(1 + Math.floor(share * (head - 1))),
    day: (share: number) => dayOfNumber(first + Math.floor(share * days)),
  };
  const rows: Row[] = [];
  for (const [point, at] of Object.entries(points)) {
    for (const name of ["fund-balances", "community-totals", "grassroots-total", "counts"]) {
      const samples: number[] = [];
      for (let sample = -REPORT_SAMPLES; sample < REPORT_SAMPLES; sample++) {
        const asOf = at((((sample + REPORT_SAMPLES) * 7_919) % REPORT_SAMPLES) / REPORT_SAMPLES);
        const { seconds } = await timed(() => countRows(ledger.report(name, { asOf })));
        if (sample >= 0) samples.push(seconds * 1_000);
      }
      const row = `reports ${name} as of ${point}`;
      rows.push({ row: `${row}, p50`, value: p50(samples), unit: "ms" });
      rows.push({ row: `${row}, p99`, value: p99(samples), unit: "ms", aim: { atMost: 5 } });
    }
  }
  ledger.close();
  return rows;
}

function countRows({ rows }: ReportResult): number {
  let count = 0;
  for (const _row of rows) count += 1;
  return count;
}
