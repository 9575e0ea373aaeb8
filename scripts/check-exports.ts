// Writes a report of a million rows in every format, each in a process of its own, and checks that
// memory stays flat and that no row is missing. `npx tsx scripts/check-exports.ts [ROWS]`

import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Unzip, UnzipInflate } from "fflate";
import type { Row } from "../projections/reports/report.ts";
import type { ReportResult } from "../src/app/ledger.ts";
import { FORMAT_NAMES, type FormatName } from "../src/export/formats.ts";
import { writeReport } from "../src/export/write-report.ts";
import { formatAmount } from "../src/kernel/money.ts";

const ROWS = 1_050_000;
/** Above what Node takes with the writers loaded; a million rows held would be ten times as much. */
const GROWTH_MAX_MIB = 120;

function* rowsOf(count: number): Generator<Row> {
  for (let at = 0; at < count; at++) {
    const amount = (factor: number) => formatAmount(BigInt(at * factor), "CNY");
    yield {
      community: String(at).padStart(12, "0"),
      name: `第 ${at} 社区`,
      level: "village",
      parent: null,
      currency: "CNY",
      received: amount(1234567),
      transferred: amount(-10),
      allocated: amount(99999),
      disbursed: amount(7),
      "fiscal-received": amount(3),
      "fiscal-transferred": "0.00",
      "fiscal-allocated": amount(2),
      "fiscal-disbursed": amount(1),
    };
  }
}

function resultOf(count: number): ReportResult {
  return {
    report: "community-totals",
    title: { zh: "社区合计", en: "Community totals" },
    definition: { zh: "测量用的行", en: "Rows to measure with" },
    version: 1,
    demo: true,
    asOf: { entry: count, recordedAt: "2026-01-01T00:00:00.000Z", businessDate: null },
    filters: {},
    log: { size: count, root: null, checkpoint: null },
    rows: rowsOf(count),
    published: [],
  };
}

const mib = () => process.memoryUsage().rss / 2 ** 20;

/** Writes one format here, and tells the memory it took. */
async function writeHere(format: FormatName, count: number, file: string): Promise<void> {
  // In English a level is called by its code, so that one text stands once in each row everywhere.
  const look = { language: "en", unit: "1" } as const;
  for await (const _chunk of writeReport(resultOf(1_000), format, look));
  const before = mib();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, mib());
  }, 20);
  const started = process.cpuUsage();
  await pipeline(
    Readable.from(writeReport(resultOf(count), format, look)),
    createWriteStream(file),
  );
  const { user, system } = process.cpuUsage(started);
  clearInterval(timer);
  console.log(JSON.stringify({ before, most, seconds: (user + system) / 1e6 }));
}

/** Rows in a file, counted by what stands around each. */
async function countRows(format: FormatName, file: string): Promise<number> {
  const counter = {
    csv: '"village"',
    json: '"village"',
    table: " village ",
    html: ">village<",
    xlsx: ">village<",
  };
  if (format === "pdf") return countInPdf(file);
  const texts = format === "xlsx" ? unzipped(file) : createReadStream(file, "utf8");
  let count = 0;
  let rest = "";
  for await (const chunk of texts) {
    const parts = (rest + chunk).split(counter[format]);
    count += parts.length - 1;
    rest = (parts.at(-1) ?? "").slice(-20);
  }
  return count;
}

async function* unzipped(file: string): AsyncGenerator<string> {
  let texts: string[] = [];
  const unzip = new Unzip((entry) => {
    const decoder = new TextDecoder();
    entry.ondata = (error, bytes, last) => {
      if (error) throw error;
      texts.push(decoder.decode(bytes, { stream: !last }));
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of createReadStream(file)) {
    unzip.push(chunk as Uint8Array);
    yield* texts;
    texts = [];
  }
}

// Poppler reads the text back; without it (a machine of one's own) only the size is told.
function countInPdf(file: string): number {
  const { stdout, error } = spawnSync(
    "bash",
    ["-c", 'pdftotext -layout "$1" - | grep -c village', "-", file],
    {
      encoding: "utf8",
    },
  );
  if (error) throw error;
  return Number(stdout);
}

async function checkAll(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "almoner-exports-"));
  let failed = false;
  try {
    for (const format of FORMAT_NAMES) {
      // Paper is for people: a tenth of the rows is more than anybody prints.
      const rows = format === "pdf" ? Math.round(count / 10) : count;
      const file = join(folder, `report.${format}`);
      const args = [...process.execArgv, process.argv[1] ?? "", String(rows), format, file];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(`${format}: ${stderr}`);
      const { before, most, seconds } = JSON.parse(stdout) as Record<string, number>;
      const found = await countRows(format, file);
      const growth = (most ?? 0) - (before ?? 0);
      const good = found === rows && growth <= GROWTH_MAX_MIB;
      failed ||= !good;
      console.log(
        `${good ? "ok    " : "FAILED"} ${format}: ${found} of ${rows} rows, ` +
          `${(statSync(file).size / 2 ** 20).toFixed(0)} MiB file, ${(seconds ?? 0).toFixed(1)} s CPU, ` +
          `${(most ?? 0).toFixed(0)} MiB memory, ${growth.toFixed(0)} MiB above 1,000 rows`,
      );
      rmSync(file);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (failed) process.exitCode = 1;
}

const [, , rows = String(ROWS), format, file] = process.argv;
const known = FORMAT_NAMES.find((name) => name === format);
if (known && file !== undefined) await writeHere(known, Number(rows), file);
else await checkAll(Number(rows));
