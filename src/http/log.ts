// The transparency log over HTTP: the files that c2sp.org/tlog-tiles names, for any client of such
// logs, and proofs and receipts for people who have only a browser.

import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Ledger } from "../app/ledger.ts";
import {
  consistencyProof,
  inclusionProof,
  publishedFile,
  receiptOf,
} from "../app/log/published-log.ts";
import { logPages } from "../app/whole-log.ts";
import { toBase64 } from "../proof/bytes.ts";
import { formatPolicy } from "../proof/policy.ts";
import { unchanged, wholeNumber } from "./answers.ts";
import type { HttpDeps } from "./deps.ts";
import { parseInput, problemError } from "./problems.ts";

/** A checkpoint is replaced as the log grows; a reader must soon see the next one. */
const CACHE_CHECKPOINT = "public, max-age=1";
/** What these paths name never changes. */
const CACHE_FILE = "public, max-age=31536000, immutable";
const FILES = [
  ["/tile/*", "application/octet-stream"],
  ["/handovers/:size", "text/plain; charset=utf-8"],
] as const;

const number = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** The query of an inclusion proof. */
export const inclusionQuery = z.strictObject({
  entry: number.describe("the entry to prove"),
  size: number.optional().describe("size of the tree; that of the published checkpoint if absent"),
});

/** The query of a consistency proof. */
export const consistencyQuery = z.strictObject({
  from: number.describe("size of the earlier tree"),
  to: number
    .optional()
    .describe("size of the later tree; that of the published checkpoint if absent"),
});

/** The query of the whole log. */
export const logEntriesQuery = z.strictObject({
  from: number.default(1).describe("the first entry"),
  to: number.optional().describe("the last entry; the last there is if absent"),
});

export const receiptParams = z.strictObject({ entry: number });

/** Registers the log's files, proofs and receipts; all of it is public. */
export function logRoutes(app: FastifyInstance, { ledger }: HttpDeps): void {
  const { log } = ledger;
  const options = { config: { policy: "public" } } as const;
  app.get("/checkpoint", options, (_request, reply) => {
    void reply.type("text/plain; charset=utf-8").header("cache-control", CACHE_CHECKPOINT);
    return sendFile(reply, publishedFile(log, "checkpoint"));
  });
  for (const [path, type] of FILES) {
    app.get(path, options, (request, reply) => {
      // The address as it was sent: a second spelling of a path is no path of the log.
      const bytes = publishedFile(log, request.url.slice(1));
      void reply.type(type).header("cache-control", CACHE_FILE);
      return sendFile(reply, bytes);
    });
  }
  app.get("/v1/log", options, () => {
    const { fork, error, ...status } = log.status();
    return { ...status, healthy: fork === null && error === null };
  });
  app.get("/v1/log/policy", options, (_request, reply) => {
    if (log.trust.logs.length === 0) throw problemError("NOT_IN_CHECKPOINT");
    return reply.type("text/plain; charset=utf-8").send(formatPolicy(log.trust));
  });
  wholeLogRoute(app, ledger);
  app.get("/v1/log/inclusion", options, async (request) => {
    const { entry, size = publishedSize(log.published()) } = parseInput(
      inclusionQuery,
      request.query,
    );
    const root = rootAt(log.rootAt(size), "size");
    if (entry > size) throw outside("entry");
    const proof = await inclusionProof(log, entry, size);
    return { entry, size, root, proof: proof.map(toBase64) };
  });
  app.get("/v1/log/consistency", options, async (request) => {
    const { from, to = publishedSize(log.published()) } = parseInput(
      consistencyQuery,
      request.query,
    );
    const root = rootAt(log.rootAt(to), "to");
    if (from > to) throw outside("from");
    const proof = await consistencyProof(log, from, to);
    const fromRoot = rootAt(log.rootAt(from), "from");
    return { from, fromRoot, to, root, proof: proof.map(toBase64) };
  });
  app.get("/v1/entries/:entry/receipt", options, async (request, reply) => {
    const { entry } = parseInput(receiptParams, request.params);
    parseInput(z.strictObject({}), request.query);
    const receipt = await receiptOf(log, entry);
    if (receipt === undefined) throw problemError("NOT_IN_CHECKPOINT");
    return reply
      .type("text/plain; charset=utf-8")
      .header("content-disposition", `attachment; filename="entry-${entry}.tlog-proof"`)
      .send(receipt);
  });
}

/** The stored bytes, line n being entry `from` + n − 1; an answer with fewer lines breaks off. */
function wholeLogRoute(app: FastifyInstance, { store }: Ledger): void {
  const options = { config: { policy: "public" }, exposeHeadRoute: false } as const;
  app.get("/v1/log/entries", options, (request, reply) => {
    const head = store.head();
    const { from, to = head } = parseInput(logEntriesQuery, request.query);
    if (to > head) throw outside("to");
    if (from > to + 1) throw outside("from");
    if (unchanged(request, reply, to)) return reply;
    const pages = logPages(store, { from, to });
    // Read before the status goes out, so that a damaged first page still has one of its own.
    const first = pages.next();
    return reply
      .header("almoner-as-of-entry", to)
      .type("application/x-ndjson; charset=utf-8")
      .send(Readable.from(beginningWith(first, pages), { objectMode: false }));
  });
}

function* beginningWith(first: IteratorResult<string, void>, rest: Iterable<string>) {
  if (!first.done) yield first.value;
  yield* rest;
}

function sendFile(reply: FastifyReply, bytes: Uint8Array | undefined): FastifyReply {
  // A verifying page may come from anywhere, best from anywhere but here.
  void reply.header("access-control-allow-origin", "*");
  void reply.header("cross-origin-resource-policy", "cross-origin");
  if (bytes) return reply.send(Buffer.from(bytes));
  void reply.removeHeader("cache-control");
  throw problemError("NOT_FOUND");
}

function publishedSize(published: { size: number } | undefined): number {
  if (!published) throw problemError("NOT_IN_CHECKPOINT");
  return published.size;
}

function rootAt(root: Uint8Array | undefined, path: string): string {
  if (!root) throw outside(path);
  return toBase64(root);
}

function outside(path: string): Error {
  return problemError("INVALID_INPUT", {
    errors: [{ path, text: { zh: "超出了这棵树", en: "lies beyond the tree" } }],
  });
}
