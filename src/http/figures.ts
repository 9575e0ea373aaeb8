// Published figures over HTTP: the list that anybody may read. Publishing one is a fact like others.

import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { entryNumber, nextLink, reach, unchanged, wholeNumber } from "./answers.ts";
import type { HttpDeps } from "./deps.ts";
import { linksOfPublication } from "./links.ts";
import { parseInput } from "./problems.ts";

const PAGE_FIGURES = 100;
const PAGE_FIGURES_MAX = 1_000;

/** The query of the list of published figures. */
export const figuresQuery = z.strictObject({
  after: entryNumber.default(0).describe("go on after this entry"),
  limit: wholeNumber(1, PAGE_FIGURES_MAX).default(PAGE_FIGURES),
  figure: z.string().max(80).optional().describe("only this REPORT.COLUMN"),
  atLeast: entryNumber.optional(),
});

/** Registers `GET /v1/figures`. */
export function figuresRoute(app: FastifyInstance, { ledger }: HttpDeps): void {
  app.get("/v1/figures", { config: { policy: "public" } }, async (request, reply) => {
    const query = parseInput(figuresQuery, request.query);
    await reach(ledger, query.atLeast);
    if (unchanged(request, reply, ledger.store.head())) return reply;
    const data = ledger
      .published(query)
      .map((publication) => ({ ...publication, links: linksOfPublication(publication) }));
    const demo = ledger.books().ledger.get("ledger")?.demo ?? false;
    const nextCursor = data.length === query.limit ? String(data.at(-1)?.entry) : null;
    if (nextCursor) void reply.header("link", nextLink(request, "after", nextCursor));
    return reply.send({ demo, data, nextCursor });
  });
}
