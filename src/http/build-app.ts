// The HTTP face: one Fastify app over an open ledger. It declares nothing of the domain; routes,
// schemas and roles come from the facts and the reports.

import helmet from "@fastify/helmet";
import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from "fastify";
import type { Access } from "../app/access.ts";
import { isDemo, type Ledger } from "../app/ledger.ts";
import { bulkRoute } from "./bulk.ts";
import { commandRoutes } from "./commands.ts";
import type { HttpDeps } from "./deps.ts";
import { docsRoutes } from "./docs.ts";
import { entryRoutes } from "./entries.ts";
import { exportRoutes } from "./exports.ts";
import { figuresRoute } from "./figures.ts";
import { importRoutes } from "./imports.ts";
import { readJson } from "./json-body.ts";
import { logRoutes } from "./log.ts";
import { createMetrics, healthRoutes } from "./metrics.ts";
import { guardRoutes } from "./policy.ts";
import { problem, problemError, problemOf, sendProblem } from "./problems.ts";
import { reportRoutes } from "./reports.ts";
import { tokenRoutes } from "./tokens.ts";
import { upkeepRoutes } from "./upkeep.ts";

const LIMITS = {
  bodyLimit: 1024 * 1024,
  /** Time to receive a whole request; a bulk body of 64 MiB needs the most. */
  requestTimeout: 300_000,
  /** Silence on a socket; event streams have heartbeats below it. */
  connectionTimeout: 60_000,
  /** How long an idle connection, hence a close of the server, may last. */
  keepAliveTimeout: 10_000,
} as const;

const JSON_TYPE = /^application\/json[ ]*(?:;[ ]*charset="?utf-8"?[ ]*)?$/i;

export type AppParts = {
  readonly ledger: Ledger;
  readonly access: Access;
  /** Hears of what fails, and of what a route asks to be told. */
  readonly logger?: FastifyBaseLogger;
};

/**
 * The app over a ledger, ready for `listen` or `inject`. Closing it ends its streams; the ledger
 * and the tokens stay open, for whoever opened them closes them.
 */
export async function buildApp({ ledger, access, logger }: AppParts): Promise<FastifyInstance> {
  const app = Fastify({
    ...LIMITS,
    ...(logger ? { loggerInstance: logger } : {}),
    frameworkErrors: (error, request, reply) => sendProblem(reply, request, problemOf(error)),
  });
  const closing = new AbortController();
  app.addHook("preClose", (done) => {
    closing.abort(problemError("UNAVAILABLE"));
    done();
  });
  const deps: HttpDeps = {
    ledger,
    access,
    metrics: createMetrics(ledger),
    closing: closing.signal,
  };
  answerProblems(app);
  readBodies(app);
  if (ledger.mode === "read") followWriter(app, ledger);
  app.addHook("onRequest", (_request, reply, done) => {
    void reply.header("almoner-demo", String(isDemo(ledger)));
    done();
  });
  guardRoutes(app, access);
  await app.register(helmet, {
    // A ledger on a local network is served without TLS; upgrading its own links would break it.
    contentSecurityPolicy: { directives: { "upgrade-insecure-requests": null } },
  });
  commandRoutes(app, deps);
  reportRoutes(app, deps);
  figuresRoute(app, deps);
  entryRoutes(app, deps);
  logRoutes(app, deps);
  exportRoutes(app, deps);
  tokenRoutes(app, deps);
  upkeepRoutes(app, deps);
  healthRoutes(app, deps);
  await app.register(async (scope) => bulkRoute(scope, deps));
  await app.register((scope) => importRoutes(scope, deps));
  await docsRoutes(app);
  await app.ready();
  return app;
}

/** Every request of a reader sees what the writer has recorded by then. */
function followWriter(app: FastifyInstance, ledger: Ledger): void {
  app.addHook("onRequest", (_request, _reply, done) => {
    try {
      ledger.refresh();
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const it = problemOf(error);
    if (it.status === 500) request.log.error(error);
    sendProblem(reply, request, it);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, request, problem("NOT_FOUND")));
}

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) {
      done(problemError("UNSUPPORTED_MEDIA_TYPE"));
      return;
    }
    try {
      done(null, readJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}
