// The state of a ledger and its checks over HTTP, for whoever keeps it in order.

import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { auditInThread } from "../app/audit/audit-in-thread.ts";
import { type LedgerState, ledgerState, projectionStates } from "../app/doctor/ledger-state.ts";
import type { HttpDeps } from "./deps.ts";
import { progressStream } from "./ndjson.ts";
import { parseInput, problemError } from "./problems.ts";
import { claims } from "./running.ts";

const ADMIN = { config: { policy: { roles: ["admin"] } } } as const;
const CHECKERS = { config: { policy: { roles: ["admin", "auditor"] } } } as const;

export const projectionParams = z.strictObject({ name: z.string().max(64) });

/** Registers the doctor, the audit, the projections and their rebuilding. */
export function upkeepRoutes(app: FastifyInstance, { ledger, closing }: HttpDeps): void {
  const claim = claims();
  /** Reading the whole file is work enough once, whoever asks meanwhile. */
  let asked: Promise<LedgerState> | undefined;
  app.get("/v1/doctor", { ...CHECKERS, exposeHeadRoute: false }, async (_request, reply) => {
    asked ??= ledgerState(ledger).finally(() => {
      asked = undefined;
    });
    return reply.header("cache-control", "no-store").send(await asked);
  });
  app.post("/v1/audit", CHECKERS, (request, reply) => {
    const release = claim("audit");
    return progressStream({ request, reply, closing }, (progress, signal) =>
      auditInThread({ dir: ledger.dir, progress, signal }).finally(release),
    );
  });
  app.get("/v1/projections", CHECKERS, () => ({ data: projectionStates(ledger) }));
  app.post("/v1/projections/:name/rebuild", ADMIN, (request, reply) => {
    const { name } = parseInput(projectionParams, request.params);
    const runner = ledger.runners.find((each) => each.status().name === name);
    if (!runner) throw problemError("NOT_FOUND");
    const release = claim(`rebuild ${name}`);
    return progressStream({ request, reply, closing }, async (progress, signal) => {
      const told = progress(`rebuild ${name}`);
      const rebuilding = runner.rebuild((entries) => {
        signal.throwIfAborted();
        told(entries);
      });
      return rebuilding.finally(release);
    });
  });
}
