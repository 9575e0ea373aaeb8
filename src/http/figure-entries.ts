// Any figure opened down to the entries that add up to it: each with what it adds and the running
// total, so the last line of the last page is the figure itself.

import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { filterNames, findRow, type Report, type Row } from "../../projections/reports/report.ts";
import { publicationOfCell } from "../app/figures.ts";
import type { Ledger, ReportQuery } from "../app/ledger.ts";
import type { CellLine } from "../app/projections/tally-lines.ts";
import { type Currency, formatAmount } from "../kernel/money.ts";
import { entryNumber, filtersOf, nextLink, unchanged, wholeNumber } from "./answers.ts";
import { walkOf, writeCursor } from "./cursor.ts";
import type { HttpDeps } from "./deps.ts";
import { proofLinksOf } from "./links.ts";
import { parseInput, problemError } from "./problems.ts";

const PAGE_ENTRIES = 100;
const PAGE_ENTRIES_MAX = 1_000;

/**
 * The query of a figure's entries: the key of its row, its column, a point, and whatever the report
 * was narrowed by when it showed the row.
 */
export function figureQuery(report: Report) {
  const { key, columns } = report;
  const figures = columns.filter(({ kind }) => kind !== "text").map(({ name }) => name);
  return z.strictObject({
    ...Object.fromEntries(filterNames(report).map((name) => [name, VALUE.optional()])),
    ...Object.fromEntries(key.map((name) => [name, VALUE])),
    column: z.enum(figures),
    asOf: z.string().max(40).optional(),
    basis: z.enum(["recorded", "effective"]).optional(),
    knownAt: z.string().max(40).optional(),
    atLeast: entryNumber.optional(),
    cursor: z.string().max(100).optional(),
    limit: wholeNumber(1, PAGE_ENTRIES_MAX).default(PAGE_ENTRIES),
  });
}

const VALUE = z.string().max(200);

type Asked = ReportQuery & {
  readonly column: string;
  readonly atLeast?: number;
  readonly cursor?: string;
  readonly limit: number;
} & Record<string, unknown>;

/** Registers `GET /v1/reports/<name>/entries`. */
export function figureRoute(app: FastifyInstance, { ledger }: HttpDeps, report: Report): void {
  const query = figureQuery(report);
  const options = { config: { policy: "public" } } as const;
  app.get(`/v1/reports/${report.name}/entries`, options, async (request, reply) => {
    const asked = parseInput(query, request.query) as Asked;
    const { asOf, basis, knownAt, atLeast, cursor, column, limit } = asked;
    const walk = await walkOf(ledger, { asOf, basis, knownAt, atLeast, cursor });
    if (unchanged(request, reply, walk.point.entry)) return reply;
    const result = ledger.report(report.name, { ...walk.query, filters: filtersOf(report, asked) });
    const row = findRow(result.rows, (each) =>
      report.key.every((name) => each[name] === asked[name]),
    );
    if (!row) throw problemError("NOT_FOUND");
    // One more than the page, to know whether there is another.
    const page = { after: walk.after, limit: limit + 1 };
    const lines = ledger.entriesOfFigure(report.name, { row, column }, walk.query, page);
    const shown = lines.slice(0, limit);
    const write = writerOf(report, row, column);
    const { data, sum } = withTotals(ledger, shown, walk.sum, write);
    const after = shown.at(-1)?.entry ?? walk.after;
    const next = lines.length > limit ? writeCursor({ entry: walk.point.entry, after, sum }) : null;
    if (next) void reply.header("link", nextLink(request, "cursor", next));
    return reply.send({
      report: report.name,
      demo: result.demo,
      asOf: result.asOf,
      figure: { key: pick(row, report.key), column, value: row[column] },
      published: publicationOfCell(report, result.published, { row, column }) ?? null,
      links: proofLinksOf(result.log),
      data,
      nextCursor: next,
    });
  });
}

/** Writes a sum the way the column shows it. */
function writerOf({ columns }: Report, row: Row, column: string): (sum: bigint) => string {
  const isMoney = columns.find(({ name }) => name === column)?.kind === "money";
  if (!isMoney) return (sum) => sum.toString();
  return (sum) => formatAmount(sum, row["currency"] as Currency);
}

function withTotals(
  ledger: Ledger,
  lines: readonly CellLine[],
  before: bigint,
  write: (sum: bigint) => string,
) {
  let sum = before;
  const data = lines.map(({ entry, amount }) => {
    sum += amount;
    const [event] = ledger.store.read(entry, entry);
    return { entry, amount: write(amount), runningTotal: write(sum), event };
  });
  return { data, sum };
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
