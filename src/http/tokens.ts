// Tokens over HTTP, for admins. A token's text is in one answer and nowhere else; who made or ended
// which token is in the server's log.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { tokenRequest } from "../app/access.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { HttpDeps } from "./deps.ts";
import { actorOf } from "./policy.ts";
import { parseInput, problemError } from "./problems.ts";

export const tokenParams = z.strictObject({ id: z.string().max(64) });

/** Registers `/v1/tokens`. */
export function tokenRoutes(app: FastifyInstance, { access, ledger }: HttpDeps): void {
  const options = {
    config: { policy: { roles: ["admin"] } },
    logLevel: "info",
    onRequest: keepNowhere,
  } as const;
  const checkWriter = () => {
    if (ledger.mode === "read") throw new Refusal("READ_ONLY");
  };
  app.post("/v1/tokens", options, (request, reply) => {
    checkWriter();
    const wanted = parseInput(tokenRequest, request.body);
    const made = access.create(wanted);
    request.log.info({ token: made.id, role: wanted.role, by: actorOf(request) }, "token made");
    return reply.code(201).send(made);
  });
  app.get("/v1/tokens", options, () => ({ data: access.list() }));
  app.delete("/v1/tokens/:id", options, (request, reply) => {
    checkWriter();
    const { id } = parseInput(tokenParams, request.params);
    if (!access.revoke(id)) throw problemError("NOT_FOUND");
    request.log.info({ token: id, by: actorOf(request) }, "token revoked");
    return reply.code(204).send();
  });
}

function keepNowhere(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.header("cache-control", "no-store");
  done();
}
