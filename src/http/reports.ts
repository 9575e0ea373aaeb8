// Reports over HTTP: as of any entry, instant or day, filtered, paged or whole, in every format.

import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { ALL_TALLIES } from "../../projections/index.ts";
import { REPORTS } from "../../projections/reports/index.ts";
import type { Report, Row } from "../../projections/reports/report.ts";
import type { ReportQuery, ReportResult } from "../app/ledger.ts";
import type { LogStamp } from "../app/log/stamp.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "../export/formats.ts";
import { UNIT_NAMES, unitOf } from "../export/unit.ts";
import { fileNameOf, writeReport } from "../export/write-report.ts";
import { entryNumber, filtersOf, nextLink, unchanged, wholeNumber } from "./answers.ts";
import { type Walk, walkOf, writeCursor } from "./cursor.ts";
import type { HttpDeps } from "./deps.ts";
import { figureRoute } from "./figure-entries.ts";
import { languageOf } from "./language.ts";
import { linksOf } from "./links.ts";
import { parseInput, problemError } from "./problems.ts";

const PAGE_ROWS = 1_000;
const PAGE_ROWS_MAX = 10_000;

/** The query members every read of a report has. */
export const pointQuery = {
  asOf: z.string().max(40).optional(),
  basis: z.enum(["recorded", "effective"]).optional(),
  knownAt: z.string().max(40).optional(),
  atLeast: entryNumber.optional(),
  cursor: z.string().max(100).optional(),
};

/** The query of a report, its filters among it; anything else is refused. */
export function reportQuery({ filters, params = [] }: Report) {
  return z.strictObject({
    ...Object.fromEntries(filters.map((name) => [name, z.string().max(200).optional()])),
    ...Object.fromEntries(params.map(({ name, value }) => [name, value.optional()])),
    ...pointQuery,
    limit: z.union([wholeNumber(1, PAGE_ROWS_MAX), z.literal("all")]).optional(),
    format: z.enum(FORMAT_NAMES).optional(),
    unit: z.enum(UNIT_NAMES).optional(),
    bare: z.literal("true").optional(),
  });
}

/** Registers the list of reports, every report and the entries of its figures. */
export function reportRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get("/v1/reports", { config: { policy: "public" } }, () => ({ data: REPORTS.map(describe) }));
  for (const report of REPORTS) {
    const query = reportQuery(report);
    // No handler timeout: it would cut off who reads a large file slowly. Idle sockets are closed.
    const options = { config: { policy: "public" } } as const;
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
  readonly limit?: number | "all";
  readonly format?: FormatName;
  readonly unit?: (typeof UNIT_NAMES)[number];
  readonly bare?: "true";
} & Record<string, unknown>;

function describe({ name, title, tally, columns, key, filters, params = [] }: Report): object {
  const { definition, version } = ALL_TALLIES.find((each) => each.name === tally) ?? {};
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
  const format = formatOf(request, asked.format);
  const unit = unitOf(asked.unit ?? "1") ?? "1";
  if (unit !== "1" && format === "json") {
    const text = { zh: "JSON 只有精确金额", en: "JSON has exact amounts only" };
    throw problemError("INVALID_INPUT", { errors: [{ path: "unit", text }] });
  }
  const filters = filtersOf(report, asked);
  const { asOf, basis, knownAt, atLeast, cursor } = asked;
  const walk = await walkOf(ledger, { asOf, basis, knownAt, filters, atLeast, cursor });
  // The answer changes once more after its last entry: when a checkpoint first covers it.
  const { entry } = walk.point;
  const covered = (ledger.log.published()?.size ?? 0) >= entry;
  if (unchanged(request, reply, covered ? `${entry}-signed` : entry)) return reply;
  const result = ledger.report(report.name, walk.query);
  const limit = asked.limit ?? (format === "json" ? PAGE_ROWS : "all");
  const whole = limit === "all" && walk.after === 0;
  const rowsMax = limit === "all" ? Infinity : limit;
  const page = whole ? { rows: result.rows, next: null } : pageOf(result, walk, rowsMax);
  if (page.next) void reply.header("link", nextLink(request, "cursor", page.next));
  const language = languageOf(request);
  const bare = asked.bare === "true";
  const look = { language, unit, bare, nextCursor: page.next, links: linksOf(result) };
  if (format !== "json") {
    const name = fileNameOf(result, format);
    const place = format === "html" ? "inline" : "attachment";
    void reply.header("content-disposition", `${place}; filename="${name}"`);
    void reply.headers(logHeaders(result.log));
  }
  return reply
    .header("almoner-as-of-entry", result.asOf.entry)
    .header("content-language", language)
    .type(FORMATS[format].mediaType)
    .send(Readable.from(writeReport({ ...result, rows: page.rows }, format, look)));
}

/** `?format=` decides, then `Accept` (RFC 9110 §12.5.1), then JSON. */
function formatOf(request: FastifyRequest, asked: FormatName | undefined): FormatName {
  if (asked) return asked;
  const accept = (request.headers.accept ?? "*/*").toLowerCase();
  const wanted = accept.split(",").map((range) => range.split(";")[0]?.trim() ?? "");
  for (const range of wanted) {
    if (["*/*", "application/*"].includes(range)) return "json";
    const found = FORMAT_NAMES.find((name) => FORMATS[name].mediaType.split(";")[0] === range);
    if (found) return found;
  }
  throw problemError("NOT_ACCEPTABLE");
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

/** The log's stamp on an answer that has no place for it in its body. */
function logHeaders({ root, checkpoint }: LogStamp): Record<string, string> {
  return {
    ...(root === null ? {} : { "almoner-root": root }),
    ...(checkpoint === null
      ? {}
      : { "almoner-checkpoint": Buffer.from(checkpoint.note).toString("base64") }),
  };
}
