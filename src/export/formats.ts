// The formats a report is handed out in, one line each. Their writers load when first asked for, so
// that a start pays for none of them.

import { vouchers } from "../../projections/reports/vouchers.ts";
import type { ReportResult } from "../app/ledger.ts";
import type { JsonPlace } from "./json.ts";
import { type Look, sheetOf } from "./sheet.ts";

/** What a writer makes a file of. */
type Asked = Look &
  JsonPlace & {
    /** CSV without the lines above its header row. */
    readonly bare: boolean;
  };

export type Chunks = Iterable<string | Uint8Array>;

export type Format = {
  readonly mediaType: string;
  readonly extension: string;
  /** False for what only a program or an office can open, which has no place on a terminal. */
  readonly text: boolean;
  load(): Promise<(result: ReportResult, asked: Asked) => Chunks>;
};

export const FORMATS = {
  json: {
    mediaType: "application/json; charset=utf-8",
    extension: "json",
    text: true,
    async load() {
      const { jsonOf } = await import("./json.ts");
      return jsonOf;
    },
  },
  csv: {
    mediaType: "text/csv; charset=utf-8",
    extension: "csv",
    text: true,
    async load() {
      const { csvOf } = await import("./csv.ts");
      return (result, asked) => csvOf(sheetOf(result, asked), asked);
    },
  },
  xlsx: {
    mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    extension: "xlsx",
    text: false,
    async load() {
      const { xlsxOf } = await import("./xlsx/xlsx.ts");
      return (result, asked) => xlsxOf(sheetOf(result, asked));
    },
  },
  pdf: {
    mediaType: "application/pdf",
    extension: "pdf",
    text: false,
    async load() {
      const { pdfOf } = await import("./pdf/pdf.ts");
      const { vouchersPdfOf } = await import("./pdf/vouchers.ts");
      // Vouchers have a form of their own on paper; every other report is a table.
      return (result, asked) =>
        result.report === vouchers.name
          ? vouchersPdfOf(sheetOf(result, { ...asked, unit: "1" }))
          : pdfOf(sheetOf(result, asked));
    },
  },
  html: {
    mediaType: "text/html; charset=utf-8",
    extension: "html",
    text: true,
    async load() {
      const { htmlOf } = await import("./html.ts");
      return (result, asked) => htmlOf(sheetOf(result, asked));
    },
  },
  table: {
    mediaType: "text/plain; charset=utf-8",
    extension: "txt",
    text: true,
    async load() {
      const { tableOf } = await import("./table.ts");
      return (result, asked) => tableOf(sheetOf(result, asked));
    },
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];
