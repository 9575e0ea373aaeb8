// Many commands in one request: NDJSON in, one result per line out, in order. Not atomic, it holds
// one batch at a time whatever the size of the body; atomic, it holds at most a thousand lines.

import { Readable } from "node:stream";
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Answer, RecordRequest } from "../app/recorder.ts";
import type { Role } from "../domain/fact.ts";
import { FACTS, factOfCommand } from "../domain/facts.ts";
import { reason as reasonSchema } from "../domain/schema.ts";
import type { Language } from "../kernel/text.ts";
import { optional, outcomeOf } from "./commands.ts";
import type { HttpDeps } from "./deps.ts";
import { readJson } from "./json-body.ts";
import { languageOf } from "./language.ts";
import { linesOf, type NumberedLine } from "./ndjson.ts";
import { actorOf } from "./policy.ts";
import {
  type Problem,
  parseInput,
  problem,
  problemBody,
  problemError,
  problemOf,
} from "./problems.ts";

const BATCH_LINES = 500;
const ATOMIC_LINES_MAX = 1_000;

/** Roles that may record something at all; each line is then held to its own fact's roles. */
export const RECORDING_ROLES: readonly Role[] = [...new Set(FACTS.flatMap(({ roles }) => roles))];

/** One line of a bulk request. */
export const bulkLine = z.strictObject({
  command: z.enum(FACTS.map(({ command }) => command)),
  key: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  reason: reasonSchema.optional(),
});

const bulkQuery = z.strictObject({ atomic: z.enum(["true", "false"]).default("false") });

/** A line that can be recorded, or what is wrong with it. */
type Line = {
  /** Counted from 1, blank lines included. */
  readonly number: number;
} & ({ readonly request: RecordRequest } | { readonly problem: Problem });
type Caller = {
  readonly actor: string;
  readonly role: Role;
  readonly language: Language;
  readonly log: FastifyBaseLogger;
};

/** Registers `POST /v1/bulk`. */
export function bulkRoute(app: FastifyInstance, deps: HttpDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/x-ndjson", (_request, payload, done) => {
    done(null, payload);
  });
  app.post(
    "/v1/bulk",
    { config: { policy: { roles: RECORDING_ROLES } } },
    async (request, reply) => {
      const { atomic } = parseInput(bulkQuery, request.query);
      if (!(request.body instanceof Readable)) throw problemError("UNSUPPORTED_MEDIA_TYPE");
      const caller = callerOf(request);
      void reply.type("application/x-ndjson; charset=utf-8");
      if (atomic === "false")
        return reply.send(Readable.from(inBatches(deps, request.body, caller)));
      const { status, text } = await allOrNothing(deps, request.body, caller);
      return reply.code(status).send(text);
    },
  );
}

function callerOf(request: FastifyRequest): Caller {
  const actor = actorOf(request);
  const role = request.identity?.role as Role;
  return { actor, role, language: languageOf(request), log: request.log };
}

async function* inBatches(deps: HttpDeps, body: Readable, caller: Caller): AsyncGenerator<string> {
  try {
    let batch: Line[] = [];
    for await (const line of linesOf(body)) {
      batch.push(readLine(line, caller));
      if (batch.length < BATCH_LINES) continue;
      yield resultsText(batch, await recordLines(deps, batch), caller.language);
      batch = [];
    }
    yield resultsText(batch, await recordLines(deps, batch), caller.language);
  } catch (error) {
    // The status went out with the first line; a last line says why there are no more.
    const it = problemOf(error);
    if (it.status === 500) caller.log.error(error);
    yield `${JSON.stringify(problemBody(it, caller.language))}\n`;
  }
}

async function allOrNothing(deps: HttpDeps, body: Readable, caller: Caller) {
  const lines: Line[] = [];
  for await (const line of linesOf(body)) {
    if (lines.length === ATOMIC_LINES_MAX) throw problemError("TOO_MANY_LINES");
    lines.push(readLine(line, caller));
  }
  const unreadable = lines.some((line) => "problem" in line);
  const answers = unreadable
    ? lines.map((line) => ("problem" in line ? line : { problem: problem("ABORTED") }))
    : await recordLines(deps, lines, true);
  const failed = answers.find((answer) => "problem" in answer && answer.problem.code !== "ABORTED");
  const status = failed && "problem" in failed ? failed.problem.status : 200;
  return { status, text: resultsText(lines, answers, caller.language) };
}

function readLine({ number, bytes }: NumberedLine, { actor, role }: Caller): Line {
  try {
    const { command, key, input, reason } = parseInput(bulkLine, readJson(bytes));
    if (!factOfCommand(command)?.roles.includes(role)) {
      return { number, problem: problem("FORBIDDEN") };
    }
    return { number, request: { command, key, input, actor, ...optional(reason) } };
  } catch (error) {
    return { number, problem: problemOf(error) };
  }
}

type Result = ReturnType<typeof outcomeOf>;

async function recordLines(
  { ledger, metrics }: HttpDeps,
  lines: readonly Line[],
  atomic = false,
): Promise<Result[]> {
  const requests = lines.flatMap((line) => ("request" in line ? [line.request] : []));
  const results = await answersOf(() => metrics.timed(() => ledger.record(requests, { atomic })), {
    count: requests.length,
  });
  const next = results[Symbol.iterator]();
  return lines.map((line) => {
    const result = "problem" in line ? line : (next.next().value as Result);
    if ("problem" in result) metrics.refused(result.problem.code);
    return result;
  });
}

// A store that fails in the middle of a body answers for the lines it failed, and the rest goes on.
async function answersOf(
  record: () => Promise<Answer[]>,
  { count }: { count: number },
): Promise<Result[]> {
  if (count === 0) return [];
  try {
    return (await record()).map(outcomeOf);
  } catch (error) {
    const it = problemOf(error);
    if (it.code === "INTERNAL") throw error;
    return Array.from({ length: count }, () => ({ problem: it }));
  }
}

function resultsText(
  lines: readonly Line[],
  results: readonly Result[],
  language: Language,
): string {
  const texts = lines.map(({ number }, at) =>
    JSON.stringify(resultOf(results[at] as Result, number, language)),
  );
  return texts.map((text) => `${text}\n`).join("");
}

function resultOf(result: Result, line: number, language: Language): object {
  if ("problem" in result) return { line, ...problemBody(result.problem, language) };
  const { entry, id, type, recordedAt } = result.event;
  return { line, status: result.already ? 200 : 201, entry, id, type, recordedAt };
}
