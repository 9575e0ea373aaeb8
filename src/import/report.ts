// What an import says about one file. Complete without the log: counts, sums, the file's own
// figures beside them, and every row that was not recorded.

import { z } from "zod";
import { currency } from "../domain/schema.ts";
import { IDENTITY_PARTS, ROLES } from "./mapping.ts";

const count = z.int().min(0);
const text = z.strictObject({ zh: z.string(), en: z.string() });
const money = z.string().describe("decimal text, negative for money going out");
const agrees = z
  .union([z.boolean(), z.literal("none")])
  .describe("none: the file has nothing to compare with");

/** A row that is listed instead of recorded. */
export const rowExceptionSchema = z.strictObject({
  row: z.int().min(1),
  code: z.string(),
  reason: text,
  column: z.enum(ROLES).optional(),
  text: z.string().optional(),
  impliedAmount: money.optional(),
});

/** The report of one file. */
export const importReport = z.strictObject({
  file: z.string().describe("name of the file, without its folder"),
  sha256: z.string().nullable().describe("null where the file could not be read through"),
  bytes: count,
  format: z.enum(["csv", "xlsx", "xls"]).nullable(),
  sheet: z.string().nullable().describe("sheet that was read"),
  otherSheets: z.array(z.string()).describe("sheets that hold cells and were not read"),
  mapping: z.string(),
  source: z.string(),
  identity: z.array(z.enum(IDENTITY_PARTS)),
  dryRun: z.boolean(),
  rows: count.describe("rows of data: gifts, payments and exceptions"),
  recorded: count.describe("gifts recorded now; in a dry run, gifts that would be"),
  alreadyRecorded: count.describe("gifts that this source holds already"),
  outgoing: count.describe("payments left out, as the mapping says"),
  skipped: count.describe("rows that the mapping skips, and headers printed again"),
  computed: count.describe("gifts whose amount is the result of a formula"),
  notesWithoutRule: count.describe("gifts with a note that no rule of the mapping reads"),
  recordedOtherwise: z
    .strictObject({ count, rows: z.array(z.int()) })
    .describe("of those, gifts that stand in the log in another fund or with another restriction"),
  possibleDuplicates: z
    .strictObject({ count, rows: z.array(z.int()) })
    .describe("gifts recorded although an identical row stands above them in the file"),
  exceptions: z
    .strictObject({ count, first: z.array(rowExceptionSchema) })
    .describe("rows not recorded; the first of them, and how many in all"),
  totals: z.array(
    z.strictObject({
      currency,
      read: money.describe("sum of all rows that could be read, payments subtracted"),
      recorded: money,
      alreadyRecorded: money,
      outgoing: money,
    }),
  ),
  control: z
    .strictObject({ total: money.nullable(), agrees })
    .describe("the file's own total against the sum of the rows read"),
  balance: z
    .strictObject({ opening: money.nullable(), closing: money.nullable(), agrees })
    .describe("opening balance plus the rows read against the closing balance"),
  continues: agrees.describe("whether it goes on from the closing balance of the part before"),
  problem: z.strictObject({ code: z.string(), reason: text }).nullable(),
  finished: z
    .boolean()
    .describe("read to its end, without exceptions, and equal to the file's own figures"),
  seconds: z.number(),
});
export type ImportReport = z.infer<typeof importReport>;
