// The state of a ledger and its checks over HTTP, for whoever keeps it in order.

import type { FastifyInstance } from "fastify";
import { type LedgerState, ledgerState } from "../app/doctor/ledger-state.ts";
import type { HttpDeps } from "./deps.ts";

const CHECKERS = { config: { policy: { roles: ["admin", "auditor"] } } } as const;

/** Registers the doctor. */
export function upkeepRoutes(app: FastifyInstance, { ledger }: HttpDeps): void {
  /** Reading the whole file is work enough once, whoever asks meanwhile. */
  let asked: Promise<LedgerState> | undefined;
  app.get("/v1/doctor", { ...CHECKERS, exposeHeadRoute: false }, async (_request, reply) => {
    asked ??= ledgerState(ledger).finally(() => {
      asked = undefined;
    });
    return reply.header("cache-control", "no-store").send(await asked);
  });
}
