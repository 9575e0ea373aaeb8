// How a trial balance of another set of books becomes opening balances: which column is what, and
// which of our accounts, funds and buckets each of its accounts goes to. Data, checked by this schema.

import { z } from "zod";
import { bucket, currency } from "../../domain/schema.ts";
import { csv, numbers } from "../mapping.ts";
import { readMapping } from "../read-mapping.ts";

export const OPENING_ROLES = ["account", "name", "debit", "credit", "fund", "bucket"] as const;
export type OpeningRole = (typeof OPENING_ROLES)[number];

const text = z.string().trim().min(1).max(200);
const titles = z.array(text).min(1).max(20);

const target = z.strictObject({
  account: z
    .string()
    .regex(/^[1-5][0-9]{3}(?:[0-9]{2})?$/)
    .describe("a code of the chart in force on the day"),
  fund: text.optional().describe("id or name of the fund; left out, the host's own part"),
  bucket: bucket.optional().describe("restriction bucket; left out, none"),
});

export const openingMapping = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  format: z.enum(["auto", "csv", "xlsx", "xls"]).default("auto"),
  csv,
  sheet: text.optional(),
  header: z.strictObject({ within: z.int().min(1).max(1_000).default(50) }).prefault({}),
  columns: z
    .strictObject({
      account: titles.describe("code of the account"),
      name: titles.optional(),
      debit: titles.describe("balance when it is a debit"),
      credit: titles.describe("balance when it is a credit"),
      fund: titles.optional().describe("id or name of the fund; empty: the host's own part"),
      bucket: titles.optional().describe("restriction bucket, or a word that `buckets` explains"),
    })
    .describe("Which column is what, by its title"),
  totals: z.array(text).default(["合计", "总计", "Total"]).describe("Rows that add up the others"),
  numbers,
  currency: currency.default("CNY"),
  accounts: z
    .record(text, target)
    .default({})
    .describe("Where an account of the file goes, by its code in the file"),
  sameCodes: z
    .boolean()
    .default(false)
    .describe("Accounts that `accounts` does not name have the same code here"),
  buckets: z
    .record(text, bucket)
    .default({})
    .describe("Words for buckets, such as 非限定 for none"),
});
export type OpeningMapping = z.infer<typeof openingMapping>;

/** Names of the mappings that come with the program. */
export const SHIPPED_OPENINGS = ["trial-balance"] as const;

/** Reads a mapping by the name of a shipped one or by the path of a file; `readMapping` says how. */
export function loadOpeningMapping(nameOrPath: string): Promise<OpeningMapping> {
  const folder = new URL("./", import.meta.url);
  return readMapping(nameOrPath, { schema: openingMapping, shipped: SHIPPED_OPENINGS, folder });
}
