// A witness over HTTP: add-checkpoint, and the read side by which a log learns what it once signed
// (c2sp.org/tlog-witness). All of it is public; a witness has no secrets but its key.

import Fastify, { type FastifyInstance } from "fastify";
import type { Witness } from "../app/witness/witness.ts";

/** The longest note, with the longest proof above it. */
const BODY_MAX = 1_100_000;
const TEXT = "text/plain; charset=utf-8";

/** The app of a witness; whoever opened the witness closes it. */
export function buildWitnessApp(witness: Witness): FastifyInstance {
  const app = Fastify({ bodyLimit: BODY_MAX, requestTimeout: 30_000, connectionTimeout: 30_000 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.post("/add-checkpoint", async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const answer = await witness.addCheckpoint(new Uint8Array(body));
    return reply
      .code(answer.status)
      .type(answer.contentType ?? TEXT)
      .send(answer.body);
  });
  app.get<{ Params: { origin: string } }>("/:origin/checkpoint", (request, reply) => {
    const note = witness.checkpoint(request.params.origin);
    return reply
      .code(note === undefined ? 404 : 200)
      .type(TEXT)
      .send(note ?? "no checkpoint of this log was cosigned here\n");
  });
  app.get("/", (_request, reply) => reply.type(TEXT).send(`${witness.vkey}\n`));
  return app;
}
