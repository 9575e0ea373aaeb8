// NDJSON both ways, in bounded memory. In: a line that is too long or a body that is too large ends
// the reading. Out: what a long work has to tell while it goes on, and what it comes to.

import { PassThrough, type Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Progress } from "../kernel/progress.ts";
import { languageOf } from "./language.ts";
import { problemBody, problemError, problemOf } from "./problems.ts";

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;
/** Proxies, and our own server, take a minute of silence for a connection that is lost. */
const TELL_EVERY_MS = 500;

export type NumberedLine = {
  /** Counted from 1, empty lines included. */
  readonly number: number;
  readonly bytes: Buffer;
};

/**
 * The lines of a stream without their ends; empty lines are skipped and counted.
 * @throws a 413 problem for a line over 1 MiB or a body over 64 MiB.
 */
export async function* linesOf(body: Readable): AsyncGenerator<NumberedLine> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let total = 0;
  let number = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > BODY_BYTES_MAX) throw problemError("BODY_TOO_LARGE");
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = Buffer.concat([...rest, chunk.subarray(start, end)]);
      number += 1;
      rest = [];
      restBytes = 0;
      start = end + 1;
      if (!isBlank(bytes)) yield { number, bytes };
    }
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    if (restBytes > LINE_BYTES_MAX) throw problemError("BODY_TOO_LARGE");
  }
  const bytes = Buffer.concat(rest);
  if (!isBlank(bytes)) yield { number: number + 1, bytes };
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 0x0d);
}

type LongWork = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
};

/**
 * Answers with how far a work has come, `{"what":"import","progress":4000}` twice a second, and last
 * with `{"result":…}` or the problem that ended it. `signal` aborts when the server closes or the
 * caller has gone away, with what a work that stops then throws as its reason.
 */
export function progressStream(
  { request, reply, closing }: LongWork,
  work: (progress: Progress, signal: AbortSignal) => Promise<object>,
): FastifyReply {
  const lines = new PassThrough();
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort(problemError("UNAVAILABLE")));
  let told: object = { progress: 0 };
  const telling = setInterval(() => {
    if (!lines.writableNeedDrain) lines.write(lineOf(told));
  }, TELL_EVERY_MS);
  const progress: Progress = (what) => (done) => {
    told = { what, progress: done };
  };
  const end = (last: object) => {
    clearInterval(telling);
    lines.end(lineOf(last));
  };
  work(progress, AbortSignal.any([closing, gone.signal])).then(
    (result) => end({ result }),
    (error: unknown) => {
      // The status went out with the first line.
      const it = problemOf(error);
      if (it.status === 500) request.log.error(error);
      end(problemBody(it, languageOf(request)));
    },
  );
  return (
    reply
      .header("cache-control", "no-store")
      // A server that closes waits for connections that stay open.
      .header("connection", "close")
      .header("x-accel-buffering", "no")
      .type("application/x-ndjson; charset=utf-8")
      .send(lines)
  );
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
