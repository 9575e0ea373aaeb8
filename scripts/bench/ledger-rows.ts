// The rows that need only an open ledger: bulk recording, rebuild, start, reports as of any point,
// and memory. They share one ledger of N entries, so that its cost is paid once.

import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import type { RecordRequest } from "../../src/app/recorder.ts";
import { dayNumber, dayOfNumber } from "../../src/kernel/day.ts";
import { generate } from "../demo/generate.ts";
import { FIRST_DAY, LAST_DAY } from "../demo/request.ts";
import { p99, type Row, timed } from "./row.ts";

const GROUP = 1_000;
/** Groups under way at once: enough to keep the writer busy, within its queue. */
const GROUPS_AT_ONCE = 8;
const REPORT_SAMPLES = 300;

/** Bulk: durable entries per second through `ledger.record`, the price of making them included. */
export async function bulkRows(dir: string, entries: number): Promise<Row[]> {
  const ledger = openLedger(dir);
  const { seconds } = await timed(() => recordAll(ledger, generate(entries)));
  ledger.close();
  return [{ row: "bulk", value: entries / seconds, unit: "entries/s", aim: { atLeast: 100_000 } }];
}

async function recordAll(ledger: Ledger, requests: Iterable<RecordRequest>): Promise<void> {
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

/** Rebuild: every projection from entry 1; its seconds are those of the fold, as reported. */
export async function rebuildRows(dir: string): Promise<Row[]> {
  const ledger = openLedger(dir);
  const rows: Row[] = [];
  let seconds = 0;
  for (const tally of ledger.tallies) {
    const rebuilt = await tally.rebuild();
    if (!rebuilt.identical) throw new Error(`${rebuilt.projection} differs from its rebuild`);
    if (["fund-balance", "community-totals"].includes(rebuilt.projection)) {
      seconds += rebuilt.seconds;
    }
    const value = rebuilt.entriesPerSecond;
    rows.push({ row: `rebuild ${rebuilt.projection}`, value, unit: "entries/s" });
  }
  const both = ledger.store.head() / seconds;
  const memory = process.memoryUsage().rss / 2 ** 20;
  ledger.close();
  return [
    { row: "rebuild", value: both, unit: "entries/s", aim: { atLeast: 1_000_000 } },
    ...rows,
    { row: "rebuild memory", value: memory, unit: "MiB", aim: { atMost: 300 } },
  ];
}

/** Reports as of entries and days spread evenly over history. */
export async function reportRows(dir: string): Promise<Row[]> {
  const ledger = openLedger(dir);
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
      for (let sample = 0; sample < REPORT_SAMPLES; sample++) {
        const asOf = at(((sample * 7_919) % REPORT_SAMPLES) / REPORT_SAMPLES);
        const { seconds } = await timed(() => [...ledger.report(name, { asOf }).rows]);
        samples.push(seconds * 1_000);
      }
      const row = `reports ${name} as of ${point}, p99`;
      rows.push({ row, value: p99(samples), unit: "ms", aim: { atMost: 5 } });
    }
  }
  ledger.close();
  return rows;
}
