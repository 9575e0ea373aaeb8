// What an import of opening balances says about one file.

import { z } from "zod";

const count = z.int().min(0);
const text = z.strictObject({ zh: z.string(), en: z.string() });

/** The report of one file. */
export const openingReport = z.strictObject({
  file: z.string().describe("name of the file, without its folder"),
  sha256: z.string().nullable().describe("null where the file could not be read through"),
  dryRun: z.boolean(),
  rows: count.describe("rows of data"),
  summaries: count.describe("rows that add up others: checked, not recorded"),
  lines: count.describe("balances"),
  exceptions: z
    .strictObject({
      count,
      first: z.array(z.strictObject({ row: z.int().min(1), code: z.string(), reason: text })),
    })
    .describe("rows that stand against the import; the first of them, and how many in all"),
  debit: z.string(),
  credit: z.string(),
  unbalanced: z
    .array(
      z.strictObject({
        fund: z.string().nullable().describe("null: the host's own part"),
        name: z.string().nullable(),
        difference: z.string(),
      }),
    )
    .describe("what does not balance; nothing is recorded then"),
  entries: z.array(z.int()).nullable().describe("null where nothing was recorded"),
  problem: z.strictObject({ code: z.string(), reason: text }).nullable(),
  sound: z.boolean().describe("whether nothing stands against recording it"),
});
export type OpeningReport = z.infer<typeof openingReport>;
