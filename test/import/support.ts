// Small files made on the spot, a ledger in memory that keeps its promise about keys, and an
// import that puts them together.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils, type WorkBook, write } from "@e965/xlsx";
import { afterAll } from "vitest";
import type { z } from "zod";
import type { PreparedRow, Record } from "../../src/import/gifts.ts";
import { type ImportOptions, importFile } from "../../src/import/import-file.ts";
import { type Mapping, mapping } from "../../src/import/mapping.ts";
import type { People } from "../../src/import/people.ts";

const folder = mkdtempSync(join(tmpdir(), "almoner-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Writes a file with a name of its own and returns its path. */
export function fileOf(content: string | Uint8Array, ending = "csv"): string {
  files++;
  const path = join(folder, `${files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

/** A path in the folder that is removed at the end. */
export const pathOf = (name: string): string => join(folder, name);

/** A workbook of one sheet. */
export function bookOf(rows: readonly (readonly unknown[])[], sheet = "表"): WorkBook {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows as unknown[][]), sheet);
  return book;
}

/** Writes a workbook as .xlsx or .xls. */
export function workbookFile(book: WorkBook, bookType: "xlsx" | "xls"): string {
  const bytes: Uint8Array = write(book, { type: "buffer", bookType, compression: true });
  return fileOf(bytes, bookType);
}

/** A mapping of the columns 日期, 捐赠人, 金额 and 备注, changed as told. */
export function mappingOf(change: Partial<z.input<typeof mapping>> = {}): Mapping {
  return mapping.parse({
    name: "gifts",
    title: { zh: "捐款表", en: "Gifts" },
    columns: { date: ["日期"], donor: ["捐赠人"], amount: ["金额"], note: ["备注"] },
    control: { labels: ["合计"] },
    ...change,
  });
}

/** A ledger in memory. */
export function memoryLedger() {
  const entries = new Map<string, PreparedRow>();
  const numbers = new Map<string, number>();
  const record: Record = async (rows) =>
    rows.map((row) => {
      const entry = numbers.get(row.key);
      if (entry !== undefined) return { kind: "already", entry };
      entries.set(row.key, row);
      numbers.set(row.key, entries.size);
      return { kind: "recorded", entry: entries.size };
    });
  const people: People = {
    secret: new Uint8Array(32).fill(7),
    refOf: async (names) => names.map((name) => `ref-of-${Buffer.from(name).toString("hex")}`),
  };
  const rehearse: Record = async (rows) =>
    rows.map(({ key }) => {
      const entry = numbers.get(key);
      return entry === undefined ? { kind: "recorded", entry: 0 } : { kind: "already", entry };
    });
  return { record, rehearse, people, gifts: () => [...entries.values()] };
}

type Ledger = ReturnType<typeof memoryLedger>;

/** Imports a file into a ledger, a new one unless told. */
export async function importInto(
  file: string,
  options: Partial<ImportOptions> & { ledger?: Ledger } = {},
) {
  const { ledger = memoryLedger(), ...rest } = options;
  const { record, people } = ledger;
  const report = await importFile({
    file,
    mapping: mappingOf(),
    source: "test",
    record,
    people,
    ...rest,
  });
  return { report, ledger, gifts: ledger.gifts() };
}

/** A CSV file with the usual header. */
export const csvOf = (...lines: string[]): string =>
  fileOf(`日期,捐赠人,金额,备注\n${lines.join("\n")}\n`);
