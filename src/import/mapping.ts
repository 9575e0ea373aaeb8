// A mapping says how the rows of one kind of file are gifts. It is data, checked by this schema,
// and can do no harm: text is matched by plain lists, never by patterns, because a pattern in a
// file someone else wrote can take for ever on one cell, and lists say as much as is needed.

import { z } from "zod";
import { CHANNELS } from "../domain/giving/receive-donation.ts";
import { currency, restriction } from "../domain/schema.ts";
import { inBoth } from "../kernel/in-both.ts";

/** Shapes of dates. Month and day may have one digit or two, and a time of day may follow. */
export const DATE_SHAPES = [
  "YYYY-M-D",
  "YYYY/M/D",
  "YYYY.M.D",
  "YYYY年M月D日",
  "YYYYMMDD",
  "D/M/YYYY",
  "D.M.YYYY",
  "D-M-YYYY",
  "M/D/YYYY",
  "excel",
] as const;
export type DateShape = (typeof DATE_SHAPES)[number];

/** What a column of the file can be. */
export const ROLES = [
  "date",
  "amount",
  "amountIn",
  "amountOut",
  "balance",
  "currency",
  "reference",
  "donor",
  "note",
] as const;
export type Role = (typeof ROLES)[number];

/** What can tell one row of a source from another. */
export const IDENTITY_PARTS = ["date", "donor", "amount", "reference", "note", "balance"] as const;
export type IdentityPart = (typeof IDENTITY_PARTS)[number];

const text = z.string().trim().min(1).max(200);
const texts = z.array(text).min(1).max(200);
const bilingual = z.strictObject({ zh: text, en: text });

const titles = (about: string) =>
  texts.max(20).optional().describe(`${about}: its titles, any of which will do`);

const columns = z
  .strictObject({
    date: titles("Day of the gift"),
    amount: titles("Amount; a negative one is money going out"),
    amountIn: titles("Amount coming in, where in and out have columns of their own"),
    amountOut: titles("Amount going out"),
    balance: titles("Balance of the account after the row; checked on every row"),
    currency: titles("Currency, where the file has it on every row"),
    reference: titles("The payment's own number"),
    donor: titles("Name of the donor"),
    note: titles("Remark, which the rules below read"),
  })
  .refine(
    (c) => (c.amount === undefined) !== (c.amountIn === undefined),
    inBoth({ zh: "amount 与 amountIn 二者取一", en: "either amount or amountIn, not both" }),
  )
  .refine(
    (c) => c.amountOut === undefined || c.amountIn,
    inBoth({ zh: "有 amountOut 就要有 amountIn", en: "amountOut stands beside amountIn" }),
  )
  .refine(
    (c) => !(c.balance && c.currency),
    inBoth({
      zh: "有余额列的文件只能是一种币种",
      en: "a running balance needs one currency in the file",
    }),
  );

const match = z
  .strictObject({
    column: z.enum(ROLES).describe("The column that is looked at"),
    equals: texts.optional().describe("The cell is one of these"),
    startsWith: texts.optional().describe("The cell begins with one of these"),
    contains: texts.optional().describe("The cell contains one of these"),
  })
  .refine(
    (m) => m.equals ?? m.startsWith ?? m.contains,
    inBoth({
      zh: "须有 equals、startsWith、contains 之一",
      en: "one of equals, startsWith, contains",
    }),
  );
export type Match = z.infer<typeof match>;

export const csv = z
  .strictObject({
    encoding: z
      .enum(["auto", "utf-8", "gb18030"])
      .default("auto")
      .describe("auto: UTF-8 where the whole file is valid UTF-8, else GB18030 (covers GBK)"),
    delimiter: z.enum([",", ";", "\t", "|"]).default(",").describe("What stands between cells"),
    quote: z.enum(['"', "'", "none"]).default('"').describe("What stands around a cell"),
  })
  .prefault({});

export const numbers = z
  .strictObject({
    thousands: z
      .enum([",", ".", " ", "'", "none"])
      .default(",")
      .describe("What groups digits by three; a group of another length is an exception"),
    decimal: z.enum([".", ","]).default(".").describe("What stands before the decimals"),
    unit: z
      .literal([1, 10_000])
      .default(1)
      .describe("1 where amounts are in 元, 10000 where they are in 万元"),
    symbols: texts
      .default(["¥", "￥", "元"])
      .describe("Marks that may stand before or after an amount"),
  })
  .refine(
    (n) => n.thousands !== n.decimal,
    inBoth({ zh: "thousands 与 decimal 须不同", en: "thousands and decimal must differ" }),
  )
  .prefault({});
export type NumberFormat = z.infer<typeof numbers>;

/** The mapping file. */
export const mapping = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9-]{0,63}$/,
        inBoth({ zh: "小写字母、数字与连字符", en: "lower-case letters, digits and hyphens" }),
      )
      .describe("Short name of the mapping, shown in reports"),
    title: bilingual.describe("What kind of file this is"),
    format: z
      .enum(["auto", "csv", "xlsx", "xls"])
      .default("auto")
      .describe("The kind of file; it is told by its first bytes, never by its name"),
    csv: csv.describe("How a text file is written"),
    sheet: text.optional().describe("Name of the sheet; absent: the first one that holds cells"),
    header: z
      .strictObject({
        within: z.int().min(1).max(1_000).default(50).describe("In how many rows to look for it"),
      })
      .prefault({})
      .describe("The header is the first row that has all titles; rows before it are skipped"),
    columns: columns.describe("Which column is what, by its title; every one named must exist"),
    skip: z.array(match).max(50).default([]).describe("Rows that are no gifts: footers, notices"),
    control: z
      .strictObject({ labels: texts })
      .optional()
      .describe(
        "The file's own total: a row without a date in which a cell equals one of the labels",
      ),
    dates: z
      .array(z.enum(DATE_SHAPES))
      .min(1)
      .default(["YYYY-M-D", "excel"])
      .refine(
        (shapes) => !(shapes.includes("D/M/YYYY") && shapes.includes("M/D/YYYY")),
        inBoth({ zh: "日在前或月在前，二者取一", en: "day first or month first, not both" }),
      )
      .describe("Shapes of dates, tried in order; excel: a spreadsheet's day number"),
    numbers: numbers.describe("How amounts are written"),
    currency: currency.default("CNY").describe("Currency of the file"),
    currencies: z
      .record(text, currency)
      .default({})
      .describe("Other words for currencies, such as 人民币, in the currency column"),
    outgoing: z
      .enum(["ignore", "exception"])
      .default("exception")
      .describe("Money going out: counted but left out, or listed as an exception"),
    newestFirst: z.boolean().default(false).describe("The newest row stands first"),
    identity: z
      .array(z.enum(IDENTITY_PARTS))
      .min(2)
      .default(["date", "donor", "amount"])
      .refine(
        (parts) => parts.includes("amount"),
        inBoth({ zh: "其中必有 amount", en: "the amount is always part of it" }),
      )
      .describe("What tells rows apart within a source; never change it once a source is in use"),
    anonymous: texts.default(["匿名"]).describe("Names that stand for no one"),
    rules: z
      .array(z.strictObject({ when: match, restriction }))
      .max(200)
      .default([])
      .describe("Turn a note into what the donor bound the gift to; the first that matches counts"),
    channel: z.enum(CHANNELS).default("bank").describe("How the gifts came"),
  })
  .superRefine((value, context) => {
    const missing = usedRoles(value).filter((role) => value.columns[role] === undefined);
    for (const role of missing) {
      context.addIssue({
        code: "custom",
        message: inBoth({ zh: `没有对应到 ${role} 的列`, en: `no column ${role} is mapped` }),
        path: ["columns"],
      });
    }
  });
export type Mapping = z.infer<typeof mapping>;

type WithMatches = {
  readonly skip: readonly Match[];
  readonly rules: readonly { readonly when: Match }[];
  readonly identity: readonly IdentityPart[];
};

/** The columns that matches and the identity speak of. Date and amount have other rules. */
function usedRoles(value: WithMatches): Role[] {
  const matches = [...value.skip, ...value.rules.map((rule) => rule.when)];
  const named = [...matches.map((item) => item.column), ...value.identity];
  return [...new Set(named)].filter((role) => role !== "date" && role !== "amount");
}
