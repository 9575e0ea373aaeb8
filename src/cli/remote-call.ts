// One call of a server: what it answers, how far a long work of its has come, and why it refuses.

import { z } from "zod";
import { errorText } from "../kernel/error-text.ts";
import type { Language, Text } from "../kernel/text.ts";
import { DAMAGED_CODE } from "../store/damage.ts";
import { flagOfPath } from "./fact-flags.ts";
import { EXIT, failure } from "./failure.ts";
import type { Session } from "./session.ts";
import { linesOf } from "./text-lines.ts";

const problem = z.object({
  title: z.string(),
  code: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** A line of the answer to a long work; the last one is a result or a problem. */
const told = z.union([
  z.object({ progress: z.number(), what: z.string().optional() }),
  z.object({ result: z.unknown() }),
  problem.extend({ status: z.number() }),
]);

export type Remote = {
  readonly url: string;
  readonly token: string | undefined;
  readonly language: Language;
};

/** Asks a server once: its JSON, or the text of an answer that is none. */
export async function askServer(
  { url, token, language }: Pick<Session, "url" | "token" | "language">,
  path: string,
): Promise<unknown> {
  return (await ask({ url: url ?? "", token, language }, path)).body;
}

/** Calls the server once: the status, and the JSON or the text that it answers. */
export async function ask(
  remote: Remote,
  path: string,
  request: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  const response = await call(remote, path, request);
  return { status: response.status, body: await bodyOf(response) };
}

/** Calls the server. @throws what it says when it refuses. */
export async function call(
  { url, token, language }: Remote,
  path: string,
  request: RequestInit,
): Promise<Response> {
  const headers = new Headers(request.headers);
  if (!headers.has("accept")) headers.set("accept", "application/json, text/plain");
  headers.set("accept-language", language);
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  let response: Response;
  try {
    response = await fetch(new URL(path, url), { ...request, headers });
  } catch (error) {
    const { zh, en } = errorText((error as Error).cause ?? error);
    throw lost({ zh: `${url} 没有回答：${zh}`, en: `no answer from ${url}: ${en}` });
  }
  if (response.ok) return response;
  // The fields of what is posted were typed as flags.
  const nameOf = request.method === "POST" ? flagOfPath : (path: string) => path;
  throw refusedBy(response.status, await bodyOf(response), nameOf);
}

async function bodyOf(response: Response): Promise<unknown> {
  const isText = response.headers.get("content-type")?.startsWith("text/plain");
  return isText ? response.text() : response.json().catch(() => undefined);
}

function refusedBy(status: number, body: unknown, nameOf: (path: string) => string): Error {
  const parsed = problem.safeParse(body);
  if (!parsed.success)
    return failure(EXIT.refused, {
      zh: `服务器回答 ${status}`,
      en: `the server answered ${status}`,
    });
  const { title, code, detail, errors = [] } = parsed.data;
  const issues = errors.map(({ path, message }) => ({ path, text: { zh: message, en: message } }));
  const isUsage = status === 400;
  const exitCode = code === DAMAGED_CODE ? EXIT.corrupt : isUsage ? EXIT.usage : EXIT.refused;
  return failure(exitCode, detail ?? title, { code, issues, nameOf });
}

/**
 * The result of a long work of the server; how far it has come is told meanwhile.
 * @throws what ended the work, or that the answer broke off before its result.
 */
export async function resultOf(
  { url }: Pick<Remote, "url">,
  { body }: Response,
  progress: Session["progress"],
): Promise<unknown> {
  const parts = new Map<string, (done: number) => void>();
  for await (const line of linesOf(unbroken(url, body ?? []))) {
    const it = told.parse(JSON.parse(line));
    if ("result" in it) return it.result;
    if ("status" in it) throw refusedBy(it.status, it, flagOfPath);
    const { what = "", progress: done } = it;
    const tell = parts.get(what) ?? progress(what);
    parts.set(what, tell);
    if (what !== "") tell(done);
  }
  throw brokeOff(url);
}

/** The chunks of an answer. @throws that it broke off, in place of fetch's own words. */
async function* unbroken(
  url: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch {
    throw brokeOff(url);
  }
}

/** An answer that ended before its end. */
export function brokeOff(url: string): Error {
  return lost({
    zh: `${url} 的回答中途断开，尚未结束`,
    en: `the answer of ${url} broke off before its end`,
  });
}

type Lost = Error & { readonly lost: Text };

function lost(text: Text): Lost {
  return Object.assign(failure(EXIT.refused, text), { lost: text });
}

/** Does what asks a server, and says what to do when the server is lost meanwhile. */
export async function whenLost<T>(advice: Text, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { lost: text } = error as Partial<Lost>;
    if (text === undefined) throw error;
    throw lost({ zh: `${text.zh}。${advice.zh}`, en: `${text.en}; ${advice.en}` });
  }
}
