// A report result made by hand: the columns of a real report, rows that a ledger could hold.

import type { Row } from "../../projections/reports/report.ts";
import type { ReportResult } from "../../src/app/ledger.ts";
import type { FormatName } from "../../src/export/formats.ts";
import type { Look } from "../../src/export/sheet.ts";
import { writeReport } from "../../src/export/write-report.ts";

export const COMMUNITY: Row = {
  community: "000320505001",
  name: "横塘街道",
  level: "township",
  parent: null,
  currency: "CNY",
  received: "1234567.89",
  "fiscal-received": "0.00",
  allocated: "-5.00",
  disbursed: "0.00",
};

/** Community totals with these rows. */
export function resultOf(rows: Iterable<Row>, more: Partial<ReportResult> = {}): ReportResult {
  return {
    report: "community-totals",
    title: { zh: "社区合计", en: "Community totals" },
    definition: { zh: "每个社区的合计", en: "The totals of each community" },
    version: 1,
    demo: true,
    asOf: { entry: 42, recordedAt: "2026-03-01T04:05:06.000Z", businessDate: "2026-02-28" },
    filters: {},
    log: { size: 42, root: "3q2+7w==", checkpoint: null },
    rows,
    published: [],
    ...more,
  };
}

/** A whole file. */
export async function fileOf(
  result: ReportResult,
  format: FormatName,
  look: Partial<Look> & { bare?: boolean } = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const whole = { language: "zh", unit: "1", ...look } as const;
  for await (const chunk of writeReport(result, format, whole)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
