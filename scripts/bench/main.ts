// Measures the speed that the design promises, prints a table, and writes it with the machine and
// the versions to .bench/. Run it by `npm run bench`. `--data DIR` measures on a ledger that an earlier
// `--data` recorded there, or records it there and leaves it.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LEDGER_FILE } from "../../src/store/sqlite/open.ts";
import { clusterRows } from "./cluster-rows.ts";
import { httpRows } from "./http-rows.ts";
import {
  auditRows,
  bulkRows,
  growthRows,
  hotFundRows,
  rebuildRows,
  reportRows,
  startRows,
} from "./ledger-rows.ts";
import { logRows } from "./log-rows.ts";
import { peerRows } from "./peer-rows.ts";
import { type Row, reached } from "./row.ts";

const STEPS = {
  bulk: bulkRows,
  start: startRows,
  rebuild: rebuildRows,
  reports: reportRows,
  audit: auditRows,
  hot: hotFundRows,
  growth: growthRows,
  log: logRows,
  peers: peerRows,
  http: httpRows,
  cluster: clusterRows,
};

const { values } = parseArgs({
  options: {
    entries: { type: "string", default: "1000000" },
    only: { type: "string" },
    data: { type: "string" },
  },
});
const entries = Number(values.entries);
const { only, data } = values;
if (only !== undefined && !Object.hasOwn(STEPS, only)) {
  throw new RangeError(`no row ${only}; there are ${Object.keys(STEPS).join(", ")}`);
}

const dir = data ?? mkdtempSync(join(tmpdir(), "almoner-bench-"));
const isRecorded = existsSync(dir) && existsSync(join(dir, LEDGER_FILE));
mkdirSync(dir, { recursive: true });
try {
  const rows: Row[] = [];
  for (const [name, step] of Object.entries(STEPS)) {
    // Every other row is measured on the ledger that the bulk row records.
    const wanted = only === undefined || only === name;
    if (name === "bulk" ? isRecorded : !wanted) continue;
    const measured = await step(dir, entries);
    if (wanted) rows.push(...measured);
  }
  print(rows);
  keep(rows);
} finally {
  if (data === undefined) rmSync(dir, { recursive: true, force: true });
}

function print(rows: readonly Row[]): void {
  for (const row of rows) {
    const value =
      row.value >= 100 ? Math.round(row.value).toLocaleString("en") : row.value.toFixed(2);
    const mark = row.aim ? (reached(row) ? "reached" : `aim: ${JSON.stringify(row.aim)}`) : "";
    console.log(`${row.row.padEnd(44)} ${value.padStart(12)} ${row.unit.padEnd(10)} ${mark}`);
  }
}

function keep(rows: readonly Row[]): void {
  mkdirSync(".bench", { recursive: true });
  const at = new Date().toISOString();
  const [cpu] = cpus();
  const machine = { cpu: cpu?.model, cores: cpus().length, memoryBytes: totalmem() };
  const { node, v8 } = process.versions;
  const report = {
    at,
    ...(isRecorded ? { data } : { entries }),
    machine,
    versions: { node, v8 },
    rows,
  };
  writeFileSync(join(".bench", `${at.replaceAll(":", "")}.json`), JSON.stringify(report, null, 2));
}
