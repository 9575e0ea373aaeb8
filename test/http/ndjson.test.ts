// The answer to a long work, as the server writes it and the command line reads it.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageOf } from "../../src/cli/failure.ts";
import { call, resultOf } from "../../src/cli/remote-call.ts";
import { progressStream } from "../../src/http/ndjson.ts";
import { problemError } from "../../src/http/problems.ts";

const closing = new AbortController();
const stopped = new AbortController();
let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  app = Fastify();
  app.get("/counts", (request, reply) =>
    progressStream({ request, reply, closing: closing.signal }, async (progress) => {
      const tell = progress("count");
      for (let done = 1; done <= 12; done++) {
        tell(done);
        await delay(100);
      }
      return { counted: 12 };
    }),
  );
  app.get("/fails", (request, reply) =>
    progressStream({ request, reply, closing: closing.signal }, () =>
      Promise.reject(problemError("NOT_YET")),
    ),
  );
  app.get("/endless", (request, reply) =>
    progressStream({ request, reply, closing: closing.signal }, async (_progress, signal) => {
      signal.addEventListener("abort", () => stopped.abort());
      await once(stopped.signal, "abort");
      signal.throwIfAborted();
      return {};
    }),
  );
  await app.listen({ port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(() => app.close());

async function ask(path: string, heard: object[] = [], gone?: AbortSignal) {
  const remote = { url, token: undefined, language: "en" } as const;
  const response = await call(remote, path, gone ? { signal: gone } : {});
  return resultOf(remote, response, (what) => (done) => void heard.push({ what, done }));
}

const messageOfFailing = (asked: Promise<unknown>) =>
  asked.then(
    () => "no failure",
    (error: unknown) => messageOf(error, "en"),
  );

test("progress is told now and then, and the result last", async () => {
  const heard: object[] = [];
  expect(await ask("/counts", heard)).toEqual({ counted: 12 });
  expect(heard.length).toBeGreaterThanOrEqual(1);
  expect(heard.length).toBeLessThanOrEqual(3);
  expect(heard[0]).toMatchObject({ what: "count" });
});

test("what ends the work is told as a problem", async () => {
  expect(await messageOfFailing(ask("/fails"))).toMatch(/try again \(NOT_YET\)$/);
});

test("an answer that breaks off is no result, and the work is told that its caller has gone", async () => {
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(), 700);
  expect(await messageOfFailing(ask("/endless", [], leaving.signal))).toContain("broke off");
  if (!stopped.signal.aborted) await once(stopped.signal, "abort");
});
