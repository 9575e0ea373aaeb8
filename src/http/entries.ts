// The log itself: entries in pages, one entry, and a stream of new ones that resumes where it broke
// off (Server-Sent Events, WHATWG HTML §9.2).

import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Ledger } from "../app/ledger.ts";
import { FACTS } from "../domain/facts.ts";
import { entryNumber, nextLink, reach, unchanged, wholeNumber } from "./answers.ts";
import type { HttpDeps } from "./deps.ts";
import { parseInput, problemError } from "./problems.ts";

const PAGE_ENTRIES = 100;
const PAGE_ENTRIES_MAX = 1_000;
const STREAM_PAGE = 256;
const STREAMS_MAX = 1_000;
/** Below the idle limits of common proxies, and of our own server. */
const HEARTBEAT_MS = 15_000;

/** The query of the list of entries. */
export const entriesQuery = z.strictObject({
  after: entryNumber.default(0),
  limit: wholeNumber(1, PAGE_ENTRIES_MAX).default(PAGE_ENTRIES),
  type: z.enum(FACTS.map(({ type }) => type)).optional(),
  id: z.string().min(1).max(64).optional().describe("the entry with this id"),
  reference: z.string().min(1).max(64).optional().describe("donations with this payment reference"),
  atLeast: entryNumber.optional(),
});

/** The query of the stream of entries. */
export const streamQuery = z.strictObject({ after: entryNumber.optional() });

const entryParams = z.strictObject({ entry: wholeNumber(1, Number.MAX_SAFE_INTEGER) });

/** Registers the reads of the log. */
export function entryRoutes(app: FastifyInstance, deps: HttpDeps): void {
  const { ledger } = deps;
  const options = { config: { policy: "public" } } as const;
  app.get("/v1/entries", options, async (request, reply) => {
    const query = parseInput(entriesQuery, request.query);
    const { limit } = query;
    await reach(ledger, query.atLeast);
    const head = ledger.store.head();
    if (unchanged(request, reply, head)) return reply;
    const data = ledger.entries(query);
    const last = data.at(-1)?.entry ?? head;
    const nextCursor = data.length === limit && last < head ? String(last) : null;
    if (nextCursor) void reply.header("link", nextLink(request, "after", nextCursor));
    return reply.send({ head, data, nextCursor });
  });
  app.get("/v1/entries/:entry", options, (request, reply) => {
    const { entry } = parseInput(entryParams, request.params);
    parseInput(z.strictObject({}), request.query);
    const [event] = ledger.store.read(entry, entry);
    if (!event) throw problemError("NOT_FOUND");
    if (!unchanged(request, reply, entry)) void reply.send(event);
  });
  streamRoute(app, deps);
}

function streamRoute(app: FastifyInstance, { ledger, closing }: HttpDeps): void {
  let open = 0;
  const options = { config: { policy: "public" }, exposeHeadRoute: false } as const;
  app.get("/v1/entries/stream", options, (request, reply) => {
    const { after } = parseInput(streamQuery, request.query);
    const resumed = request.headers["last-event-id"];
    const from = resumed === undefined ? after : parseInput(entryNumber, resumed);
    if (open >= STREAMS_MAX) throw problemError("UNAVAILABLE");
    open += 1;
    const gone = new AbortController();
    reply.raw.once("close", () => {
      open -= 1;
      gone.abort();
    });
    const signal = AbortSignal.any([closing, gone.signal]);
    void reply
      .header("cache-control", "no-store")
      // The stream ends when the server closes, which waits for connections that stay open.
      .header("connection", "close")
      .header("x-accel-buffering", "no")
      .type("text/event-stream; charset=utf-8")
      .send(Readable.from(newEntries(ledger, from ?? ledger.store.head(), signal)));
  });
}

/** Entries after a number as Server-Sent Events, then each new one as it is recorded. */
async function* newEntries(
  ledger: Ledger,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let last = after;
  yield ": almoner\n\n";
  while (!signal.aborted) {
    const events = ledger.store.read(last + 1, last + STREAM_PAGE);
    for (const event of events) {
      yield `id: ${event.entry}\nevent: entry\ndata: ${JSON.stringify(event)}\n\n`;
    }
    last = events.at(-1)?.entry ?? last;
    if (events.length > 0) continue;
    const grown = await growth(ledger, last, signal);
    if (!grown) yield ": still here\n\n";
  }
}

/** True once the log is longer than `last`; false after a heartbeat's time or at the end. */
function growth(ledger: Ledger, last: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (grown: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", ended);
      stop();
      resolve(grown);
    };
    const ended = () => finish(false);
    const timer = setTimeout(ended, HEARTBEAT_MS);
    const stop = ledger.onCommitted(() => ledger.store.head() > last && finish(true));
    signal.addEventListener("abort", ended, { once: true });
    if (signal.aborted) ended();
  });
}
