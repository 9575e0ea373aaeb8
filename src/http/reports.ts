// Reports over HTTP: as of any entry, instant or day, filtered, paged, as JSON or CSV.

import { stringify } from "csv-stringify/sync";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { TALLIES } from "../../projections/index.ts";
import { REPORTS } from "../../projections/reports/index.ts";
import { filterNames, type Report, type Row } from "../../projections/reports/report.ts";
import { publishedOf } from "../app/figures.ts";
import type { ReportQuery, ReportResult } from "../app/ledger.ts";
import type { LogStamp } from "../app/log/stamp.ts";
import type { Language } from "../kernel/text.ts";
import { entryNumber, nextLink, reach, unchanged, wholeNumber } from "./answers.ts";
import { type Walk, walkOf, writeCursor } from "./cursor.ts";
import type { HttpDeps } from "./deps.ts";
import { figureRoute } from "./figure-entries.ts";
import { languageOf } from "./language.ts";
import { parseInput, problemError } from "./problems.ts";

const PAGE_ROWS = 1_000;
const PAGE_ROWS_MAX = 10_000;
const HANDLER_TIMEOUT_MS = 30_000;

/** The query members every read of a report has. */
export const pointQuery = {
  asOf: z.string().max(40).optional(),
  basis: z.enum(["recorded", "effective"]).optional(),
  atLeast: entryNumber.optional(),
  cursor: z.string().max(100).optional(),
};

/** The query of a report, its filters among it; anything else is refused. */
export function reportQuery({ filters, params = [] }: Report) {
  return z.strictObject({
    ...Object.fromEntries(filters.map((name) => [name, z.string().max(200).optional()])),
    ...Object.fromEntries(params.map(({ name, value }) => [name, value.optional()])),
    ...pointQuery,
    limit: wholeNumber(1, PAGE_ROWS_MAX).optional(),
    format: z.enum(["json", "csv"]).optional(),
  });
}

/** Registers the list of reports, every report and the entries of its figures. */
export function reportRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get("/v1/reports", { config: { policy: "public" } }, () => ({ data: REPORTS.map(describe) }));
  for (const report of REPORTS) {
    const query = reportQuery(report);
    const options = { config: { policy: "public" }, handlerTimeout: HANDLER_TIMEOUT_MS } as const;
    app.get(`/v1/reports/${report.name}`, options, async (request, reply) => {
      const asked = parseInput(query, request.query) as Asked;
      return answer(deps, report, asked, request, reply);
    });
    figureRoute(app, deps, report);
  }
}

type Asked = ReportQuery & {
  readonly atLeast?: number;
  readonly cursor?: string;
  readonly limit?: number;
  readonly format?: "json" | "csv";
} & Record<string, unknown>;

function describe({ name, title, tally, columns, key, filters, params = [] }: Report): object {
  const { definition, version } = TALLIES.find((each) => each.name === tally) ?? {};
  const named = params.map((param) => ({ name: param.name, title: param.title }));
  return { name, title, definition, version, columns, key, filters, params: named };
}

async function answer(
  { ledger }: HttpDeps,
  report: Report,
  asked: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  await reach(ledger, asked.atLeast);
  const format = formatOf(request, asked.format);
  const filters = Object.fromEntries(
    filterNames(report).flatMap((name) =>
      typeof asked[name] === "string" ? [[name, asked[name]]] : [],
    ),
  );
  const { asOf, basis, cursor } = asked;
  const walk = walkOf(ledger, { asOf, basis, filters }, cursor);
  // The answer changes once more after its last entry: when a checkpoint first covers it.
  const { entry } = walk.point;
  const covered = (ledger.log.published()?.size ?? 0) >= entry;
  if (unchanged(request, reply, covered ? `${entry}-signed` : entry)) return reply;
  const result = ledger.report(report.name, walk.query);
  const page = pageOf(result, walk, asked.limit ?? (format === "json" ? PAGE_ROWS : Infinity));
  if (page.next) void reply.header("link", nextLink(request, "cursor", page.next));
  if (format === "csv") return sendCsv(request, reply, report, result, page.rows);
  const { title, definition, version, demo } = result;
  const { columns } = report;
  return reply.send({
    report: report.name,
    title,
    definition,
    version,
    demo,
    asOf: result.asOf,
    filters: result.filters,
    log: result.log,
    columns,
    data: page.rows,
    published: publishedOf(report, page.rows, result.published),
    nextCursor: page.next,
  });
}

function pageOf({ rows }: ReportResult, { point, after }: Walk, limit: number) {
  const page: Row[] = [];
  let at = 0;
  for (const row of rows) {
    at += 1;
    if (at <= after) continue;
    if (page.length === limit) {
      return { rows: page, next: writeCursor({ entry: point.entry, after: at - 1, sum: 0n }) };
    }
    page.push(row);
  }
  return { rows: page, next: null };
}

/** `?format=` decides, then `Accept` (RFC 9110 §12.5.1), then JSON. */
function formatOf(request: FastifyRequest, asked: "json" | "csv" | undefined): "json" | "csv" {
  if (asked) return asked;
  const accept = request.headers.accept ?? "*/*";
  if (/text\/csv/i.test(accept)) return "csv";
  if (/\*\/\*|application\/(?:\*|json)/i.test(accept)) return "json";
  throw problemError("NOT_ACCEPTABLE");
}

function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  report: Report,
  { demo, asOf, log }: ReportResult,
  rows: readonly Row[],
): FastifyReply {
  const language = languageOf(request);
  const name = `${demo ? "demo-" : ""}${report.name}-${asOf.entry}.csv`;
  return reply
    .header("almoner-as-of-entry", asOf.entry)
    .header("almoner-demo", String(demo))
    .headers(logHeaders(log))
    .header("content-language", language)
    .header("content-disposition", `attachment; filename="${name}"`)
    .type("text/csv; charset=utf-8; header=present")
    .send(csvOf(report, rows, language));
}

/** The log's stamp on an answer that has no place for it in its body. */
function logHeaders({ root, checkpoint }: LogStamp): Record<string, string> {
  return {
    ...(root === null ? {} : { "almoner-root": root }),
    ...(checkpoint === null
      ? {}
      : { "almoner-checkpoint": Buffer.from(checkpoint.note).toString("base64") }),
  };
}

/**
 * Rows as RFC 4180 text with a header row. A text that a spreadsheet would run as a formula gets an
 * apostrophe in front; the minus of an amount stays a minus.
 */
export function csvOf({ columns }: Report, rows: readonly Row[], language: Language): string {
  const numeric = new Set(columns.filter(({ kind }) => kind !== "text").map(({ name }) => name));
  return stringify(rows as Row[], {
    // Excel reads UTF-8 as UTF-8 only behind a byte order mark.
    bom: true,
    header: true,
    columns: columns.map(({ name, title }) => ({ key: name, header: title[language] })),
    record_delimiter: "windows",
    escape_formulas: true,
    cast: {
      string: (value, { column, header }) =>
        !header && value.startsWith("-") && numeric.has(String(column))
          ? { value, escape_formulas: false }
          : value,
    },
  });
}
