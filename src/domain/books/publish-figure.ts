// A figure made public: what a report says in one cell at one size of the log, with the root of the
// tree there, so that anybody can compute it again from the entries. Whoever publishes names the
// figure and never its value: that comes from the projections.

import { z } from "zod";
import { inBoth } from "../../kernel/in-both.ts";
import { defineFact } from "../fact.ts";
import { happened } from "../rules.ts";
import { currency, day, line } from "../schema.ts";

/** `report.column`, as `almoner entries --figure` names it too. */
const figureName = z
  .string()
  .max(80)
  .regex(
    /^[a-z][a-z0-9-]*\.[a-zA-Z][a-zA-Z0-9-]*$/,
    inBoth({
      zh: "REPORT.COLUMN，如 grassroots-total.value",
      en: "REPORT.COLUMN, like grassroots-total.value",
    }),
  );

/** The key of the figure's row. Its names are sorted, so that equal rows have equal bytes. */
const figureRow = z
  .record(
    z
      .string()
      .regex(
        /^[a-zA-Z][a-zA-Z0-9-]{0,39}$/,
        inBoth({ zh: "键列的名称", en: "the name of a key column" }),
      ),
    line(120),
  )
  .overwrite((row) =>
    Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  );

/** Decimal text of a sum, which may be below zero, or a whole number. */
const figureValue = z
  .string()
  .regex(
    /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,3})?$/,
    inBoth({ zh: "普通的十进制数", en: "a plain decimal" }),
  );

export const figurePublished = defineFact({
  type: "FigurePublished",
  version: 1,
  command: "PublishFigure",
  area: "books",
  title: { zh: "公布数字", en: "Figure published" },
  about: {
    zh: "公布报表中的一个数字：口径与版本、账册条数与根散列、结果与所依据的条数，均由账本算出，不由公布者填写；任何人可由条目重算。",
    en: "Makes one cell of a report public: definition and version, size and root of the log, the result and how many entries add up to it. The ledger works these out, not the publisher; anybody can compute them again.",
  },
  roles: ["approver"],
  path: "/figures",
  verb: "publish",
  input: {
    figure: figureName.describe(inBoth({ zh: "报表.列", en: "REPORT.COLUMN" })),
    row: figureRow.describe(
      inBoth({ zh: "该行的键列及其值", en: "key columns of the row and their values" }),
    ),
    asOf: z
      .int()
      .min(0)
      .optional()
      .describe(
        inBoth({
          zh: "计入的最后一条；不写为最新",
          en: "the last entry counted; the head when left out",
        }),
      ),
    upTo: day.optional().describe(
      inBoth({
        zh: "计入的最后业务日；不写为全部",
        en: "the last business date counted; every date when left out",
      }),
    ),
    publishedOn: day,
  },
  derived: {
    definition: z.string().max(80).describe("the projection that defines the figure"),
    definitionVersion: z.int().min(1),
    size: z.int().min(0).describe("entries of the log that were counted"),
    root: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, inBoth({ zh: "base64 写的散列", en: "a hash in base64" }))
      .describe("root of the Merkle tree of that size"),
    value: figureValue,
    currency: currency.optional().describe("absent for a count"),
    entries: z.int().min(0).describe("how many entries add up to the value"),
  },
  stream: (_data, id) => ({ name: `figure-${id}`, opens: true }),
  on: (data) => data.publishedOn,
  decide(input, known) {
    happened(known, input.publishedOn);
    if (input.upTo !== undefined) happened(known, input.upTo);
    const { definition, definitionVersion, size, root, value, currency, entries } =
      known.figure(input);
    const unit = currency === undefined ? {} : { currency };
    return { definition, definitionVersion, size, root, value, ...unit, entries };
  },
});
