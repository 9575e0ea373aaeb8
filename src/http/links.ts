// Where an answer about figures can be checked: the entries behind each, what the figure means, and
// the proof that an entry stands in the log the answer was computed from. Paths of this server, some
// of them templates (RFC 6570), pinned to the answer's point, so that they say the same for ever.

import { z } from "zod";
import type { Publication } from "../app/figures.ts";
import { type ReportResult, reportOf } from "../app/ledger.ts";
import type { LogStamp } from "../app/log/stamp.ts";
import type { PointTold } from "../app/point.ts";

const template = z.string().meta({ format: "uri-template" });
const path = z.string().meta({ format: "uri-reference" });

/** How the entries of an answer are proved; nothing is told that this log has not. */
export const proofLinks = z.object({
  inclusion: template
    .optional()
    .describe("proof that {entry} stands in the tree whose root the answer states"),
  receipt: template.optional().describe("the receipt of {entry}, for who keeps one"),
  checkpoint: path.optional().describe("the latest signed checkpoint"),
  consistency: path
    .optional()
    .describe("proof that the tree of the answer and that of the checkpoint are one log"),
});

/** The links of a report. */
export const reportLinks = z.object({
  entries: template.describe(
    "the entries that add up to a cell: fill in the key columns of its row, and the column",
  ),
  definition: path.describe("every report with its definition, version, columns and key"),
  ...proofLinks.shape,
});

/** The links of a published figure. */
export const publicationLinks = z.object({
  entries: path.describe("the entries that add up to the figure"),
  receipt: path.describe("the receipt of the entry that published it, once a checkpoint covers it"),
});

/** The links of a report's answer. */
export function linksOf({ report: name, asOf, filters, log }: ReportResult) {
  const report = reportOf(name);
  // A filter by a key column says no more than the row that is filled in.
  const narrowed = Object.entries(filters).filter(([name]) => !report.key.includes(name));
  const query = new URLSearchParams([...pointQueryOf(asOf), ...narrowed]);
  const blanks = `{&${[...report.key, "column"].join(",")}}`;
  return reportLinks.parse({
    entries: `/v1/reports/${name}/entries?${query}${blanks}`,
    definition: "/v1/reports",
    ...proofLinksOf(log),
  });
}

/** The links by which the entries of a tree are proved. */
export function proofLinksOf({ size, root, checkpoint }: LogStamp): z.infer<typeof proofLinks> {
  if (root === null || size === 0) return {};
  const inclusion = `/v1/log/inclusion?size=${size}{&entry}`;
  if (checkpoint === null) return { inclusion };
  const [from, to] = [size, checkpoint.size].sort((a, b) => a - b);
  return {
    inclusion,
    receipt: "/v1/entries/{entry}/receipt",
    checkpoint: "/checkpoint",
    consistency: `/v1/log/consistency?from=${from}&to=${to}`,
  };
}

/** The links of a published figure. */
export function linksOfPublication({ entry, figure, row, size, upTo }: Publication) {
  const dot = figure.indexOf(".");
  const point = pointQueryOf({ entry: size, businessDate: upTo ?? null });
  const cell = [...Object.entries(row), ["column", figure.slice(dot + 1)]];
  const query = new URLSearchParams([...point, ...cell]);
  return {
    entries: `/v1/reports/${figure.slice(0, dot)}/entries?${query}`,
    receipt: `/v1/entries/${entry}/receipt`,
  };
}

/** The query that names an answer's point again, whatever has been recorded since. */
function pointQueryOf({ entry, businessDate }: Pick<PointTold, "entry" | "businessDate">) {
  const known = String(entry);
  return businessDate === null
    ? [["asOf", known]]
    : [
        ["asOf", businessDate],
        ["knownAt", known],
      ];
}
