// One POST per fact, made from the fact itself: its path, its schema, its roles.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Answer } from "../app/recorder.ts";
import type { AnyFact } from "../domain/fact.ts";
import { FACTS } from "../domain/facts.ts";
import { reason as reasonSchema } from "../domain/schema.ts";
import type { HttpDeps } from "./deps.ts";
import { actorOf } from "./policy.ts";
import { type Problem, parseInput, problem, problemError, refused } from "./problems.ts";

const KEY = /^[\x20-\x7e]{1,200}$/;

const envelope = z.object({ reason: reasonSchema.optional() });

/** Registers `POST /v1<path>` for every fact. */
export function commandRoutes(app: FastifyInstance, deps: HttpDeps): void {
  for (const fact of FACTS) {
    const url = `/v1${fact.path.replace(/\{(\w+)\}/g, ":$1")}`;
    const config = { policy: { roles: fact.roles } };
    app.post(url, { config, helmet: false, onRequest: secureAnswer }, (request, reply) =>
      recordOne(deps, fact, request, reply),
    );
  }
}

// An answer that no browser shows as a page needs two of helmet's dozen headers; setting them all
// took longer than the rest of Fastify.
function secureAnswer(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.header("x-content-type-options", "nosniff");
  void reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  done();
}

async function recordOne(
  { ledger, metrics }: HttpDeps,
  fact: AnyFact,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string" || !KEY.test(key)) throw problemError("KEY_MISSING");
  const { reason } = parseInput(envelope, request.body);
  const input = inputOf(fact, request.body as object, request.params as Record<string, string>);
  const actor = actorOf(request);
  const requests = [{ command: fact.command, key, input, actor, ...optional(reason) }];
  const [answer] = await metrics.timed(() => ledger.record(requests));
  const outcome = outcomeOf(answer as Answer);
  if ("problem" in outcome) {
    metrics.refused(outcome.problem.code);
    throw Object.assign(new Error(outcome.problem.code), outcome);
  }
  if (outcome.already) void reply.header("idempotency-hit", "true");
  void reply.code(outcome.already ? 200 : 201);
  const place = `/v1/entries/${outcome.event.entry}`;
  void reply.header("location", place).header("link", `<${place}/receipt>; rel="related"`);
  return reply.send(outcome.event);
}

/** A reason as an optional member. */
export function optional(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

// The path says what it names; a body that says it again would have two truths.
function inputOf(fact: AnyFact, body: object, params: Record<string, string>): object {
  const twice = Object.keys(params).find((name) => name in body);
  if (twice !== undefined) {
    throw problemError("INVALID_INPUT", {
      errors: [
        {
          path: twice,
          text: { zh: "应写在路径中，不在请求体中", en: "stands in the path, not in the body" },
        },
      ],
    });
  }
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) if (name !== "reason") input[name] = value;
  for (const name in params) input[name] = pathField(fact, name, params[name] as string);
  return input;
}

function pathField(fact: AnyFact, name: string, text: string): string | number {
  const isNumber = (fact.input[name] as z.ZodType | undefined)?.type === "number";
  return isNumber && /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : text;
}

type Outcome =
  | { readonly already: boolean; readonly event: Extract<Answer, { kind: "recorded" }>["event"] }
  | { readonly problem: Problem };

/** What an answer of the recorder is over HTTP. */
export function outcomeOf(answer: Answer): Outcome {
  switch (answer.kind) {
    case "recorded":
      return { already: false, event: answer.event };
    case "already":
      return { already: true, event: answer.event };
    case "refused":
      return { problem: refused(answer.refusal) };
    case "invalid":
      return { problem: problem("INVALID_INPUT", { errors: answer.issues }) };
    case "aborted":
      return { problem: problem("ABORTED") };
    default:
      return answer satisfies never;
  }
}
