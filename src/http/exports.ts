// Hand-over formats over HTTP: streamed as they are read, so no export has a size limit.

import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ReportQuery } from "../app/ledger.ts";
import { type HandOver, PARAMS, type Params } from "../export/interchange/export.ts";
import { startHandOver } from "../export/interchange/hand-over.ts";
import { HAND_OVERS } from "../export/interchange/index.ts";
import { reach, unchanged } from "./answers.ts";
import type { HttpDeps } from "./deps.ts";
import { languageOf } from "./language.ts";
import { parseInput } from "./problems.ts";
import { pointQuery } from "./reports.ts";

/** The query of an export; anything else is refused. */
export function exportQuery({ formats, params }: HandOver) {
  const { asOf, basis, atLeast } = pointQuery;
  const asked = Object.fromEntries(params.map((name) => [name, PARAMS[name].optional()]));
  const format = z.enum(formats.map(({ name }) => name)).optional();
  return z.strictObject({ asOf, basis, atLeast, format, ...asked });
}

type Asked = Pick<ReportQuery, "asOf" | "basis"> &
  Params & { readonly atLeast?: number | undefined; readonly format?: string | undefined };

/** Registers the list of exports and every export. */
export function exportRoutes(app: FastifyInstance, deps: HttpDeps): void {
  app.get("/v1/exports", { config: { policy: "public" } }, () => ({
    data: HAND_OVERS.map(({ write: _write, ...told }) => told),
  }));
  for (const handOver of HAND_OVERS) exportRoute(app, deps, handOver);
}

function exportRoute(app: FastifyInstance, { ledger }: HttpDeps, handOver: HandOver): void {
  const query = exportQuery(handOver);
  const { readers } = handOver;
  const policy = readers === "public" ? readers : { roles: readers };
  app.get(`/v1/exports/${handOver.name}`, { config: { policy } }, async (request, reply) => {
    const asked: Asked = parseInput(query, request.query);
    const { asOf, basis, atLeast, format, ...params } = asked;
    await reach(ledger, atLeast);
    const language = languageOf(request);
    const point = ledger.pointOf({ asOf, basis });
    if (unchanged(request, reply, point.entry)) return reply;
    const handed = startHandOver(ledger, handOver, { asOf, basis, format, language, params });
    return reply
      .header("almoner-as-of-entry", handed.asOf.entry)
      .header("content-language", language)
      .header("content-disposition", attachment(handed.fileName))
      .type(handed.format.mediaType)
      .send(Readable.from(handed.chunks, { objectMode: false }));
  });
}

// RFC 6266: a host's name in the file's name may be Chinese.
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w.-]/g, "_");
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}
