// Every error as application/problem+json (RFC 9457) in the caller's language. A code is a promise;
// the text of an unexpected error never leaves the process.

import type { FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { InvalidFilter, UnknownReport } from "../app/ledger.ts";
import { InvalidAsOf } from "../app/point.ts";
import { ProjectionStopped } from "../app/projections/projection.ts";
import { refusalMessage, refusalStatus } from "../domain/refusals.ts";
import { InvalidInput } from "../kernel/invalid-input.ts";
import { type InputIssue, readInput } from "../kernel/read-input.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { Language, Text } from "../kernel/text.ts";
import { isDamage, isDiskFull } from "../store/damage.ts";
import { StoreUnavailable, type UnavailableCode } from "../store/event-store.ts";
import { languageOf } from "./language.ts";

const RETRY_AFTER_SECONDS = 1;

export const PROBLEMS = {
  INVALID_INPUT: { status: 400, zh: "输入不合规", en: "The input is invalid" },
  MALFORMED_JSON: { status: 400, zh: "JSON 不合规", en: "The JSON is malformed" },
  BAD_REQUEST: { status: 400, zh: "请求不合规", en: "The request is malformed" },
  KEY_MISSING: {
    status: 400,
    zh: "缺少幂等键：请在 Idempotency-Key 中写 1 至 200 个 ASCII 字符",
    en: "Idempotency-Key is missing: give 1 to 200 printable ASCII characters",
  },
  UNAUTHENTICATED: {
    status: 401,
    zh: "需要有效的令牌",
    en: "A valid token is needed",
  },
  FORBIDDEN: { status: 403, zh: "此角色无权操作", en: "This role may not do this" },
  NOT_FOUND: { status: 404, zh: "没有这个资源", en: "There is no such resource" },
  NOT_IN_CHECKPOINT: {
    status: 404,
    zh: "该条目尚不在已公布的检查点中（检查点约每秒签署一次；无签名密钥的账本没有检查点，见 almoner keys create）",
    en: "No published checkpoint holds this entry yet; one is signed about every second, and none in a ledger without a key (almoner keys create)",
  },
  NOT_ACCEPTABLE: {
    status: 406,
    zh: "可用格式：application/json、text/csv",
    en: "Formats there are: application/json, text/csv",
  },
  BODY_TOO_LARGE: { status: 413, zh: "请求体过大", en: "The body is too large" },
  TOO_MANY_LINES: {
    status: 413,
    zh: "整批原子写入最多 1000 行",
    en: "An atomic batch has at most 1000 lines",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    zh: "不支持的内容类型",
    en: "The content type is not supported",
  },
  REFUSED: { status: 409, zh: "规则不允许", en: "A rule refuses this" },
  ABORTED: {
    status: 409,
    zh: "同批另一行被拒，整批未写入",
    en: "Another line of the batch was refused, so none was recorded",
  },
  ALREADY_RUNNING: {
    status: 409,
    zh: "同样的工作正在进行，请待其结束",
    en: "The same work is running; wait for it to end",
  },
  NOT_YET: {
    status: 503,
    zh: "账本尚未到达所要求的条目，请稍后再试",
    en: "The ledger has not reached the entry asked for; try again",
  },
  UNAVAILABLE: { status: 503, zh: "暂时不能写入，请稍后再试", en: "Unavailable; try again" },
  PROJECTION_STOPPED: {
    status: 503,
    zh: "该报表所依据的投影已停止",
    en: "The projection behind this report has stopped",
  },
  LOG_DAMAGED: {
    status: 500,
    zh: "账本的文件已损坏，请管理员运行 almoner audit",
    en: "A file of the ledger is damaged; an operator should run almoner audit",
  },
  INTERNAL: { status: 500, zh: "内部错误，已记入日志", en: "Internal error; it has been logged" },
} as const satisfies Record<string, Text & { readonly status: number }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What went wrong, before it is put into a language. */
export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: Text;
  readonly detail?: Text;
  readonly errors?: readonly InputIssue[];
};

type Extra = Pick<Problem, "detail" | "errors">;
type ProblemError = Error & { readonly problem: Problem };

/** A problem of the HTTP face itself. */
export function problem(code: ProblemCode, extra: Extra = {}): Problem {
  const { status, zh, en } = PROBLEMS[code];
  return { status, code, title: { zh, en }, ...extra };
}

/** The same as an error, to throw. */
export function problemError(code: ProblemCode, extra: Extra = {}): ProblemError {
  return Object.assign(new Error(code), { problem: problem(code, extra) });
}

/** A refusal by a rule of the domain, with its own status and code. */
export function refused(refusal: Refusal): Problem {
  const detail = { zh: refusalMessage(refusal, "zh"), en: refusalMessage(refusal, "en") };
  const status = refusalStatus(refusal.code);
  return { ...problem("REFUSED", { detail }), status, code: refusal.code };
}

/** What an error means to a caller; anything unforeseen is INTERNAL and says nothing more. */
export function problemOf(error: unknown): Problem {
  if (isRefusal(error)) return refused(error);
  if (isDamage(error)) return damaged(error as Error);
  if (error instanceof StoreUnavailable) return { ...problem("UNAVAILABLE"), code: error.code };
  // A file beside the log, such as that of names or tokens.
  if (isDiskFull(error))
    return { ...problem("UNAVAILABLE"), code: "DISK_FULL" satisfies UnavailableCode };
  if (error instanceof ProjectionStopped) return problem("PROJECTION_STOPPED");
  if (error instanceof UnknownReport) return problem("NOT_FOUND");
  if (error instanceof InvalidInput) return problem("INVALID_INPUT", { errors: error.issues });
  if (error instanceof InvalidAsOf) {
    return problem("INVALID_INPUT", { errors: [{ path: error.field, text: error.text }] });
  }
  if (error instanceof InvalidFilter) {
    return problem("INVALID_INPUT", { errors: [{ path: error.filter, text: error.text }] });
  }
  if (error instanceof Error) {
    if ("problem" in error) return (error as ProblemError).problem;
    if ("statusCode" in error) return problemOfStatus(Number(error.statusCode));
  }
  return problem("INTERNAL");
}

// Our own words name an entry; those of SQLite may name files.
function damaged(error: Error): Problem {
  if (!(error instanceof StoreUnavailable)) return problem("LOG_DAMAGED");
  return problem("LOG_DAMAGED", { detail: error.text });
}

// What Fastify itself refuses carries a status and an English text of its own.
function problemOfStatus(status: number): Problem {
  if (status === 413) return problem("BODY_TOO_LARGE");
  if (status === 415) return problem("UNSUPPORTED_MEDIA_TYPE");
  if (status === 404) return problem("NOT_FOUND");
  return problem(status >= 400 && status < 500 ? "BAD_REQUEST" : "INTERNAL");
}

/** The members of a problem in one language. */
export function problemBody({ status, code, title, detail, errors }: Problem, language: Language) {
  return {
    type: `urn:almoner:problem:${code}`,
    title: title[language],
    status,
    code,
    ...(detail ? { detail: detail[language] } : {}),
    ...(errors
      ? { errors: errors.map(({ path, text }) => ({ path, message: text[language] })) }
      : {}),
  };
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, request: FastifyRequest, it: Problem): void {
  const passes = it.status === 503 || it.code === ("ALREADY_RUNNING" satisfies ProblemCode);
  if (passes) reply.header("retry-after", RETRY_AFTER_SECONDS);
  if (it.status === 401) reply.header("www-authenticate", "Bearer");
  const language = languageOf(request);
  void reply
    .code(it.status)
    .header("content-language", language)
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problemBody(it, language)));
}

/** Reads a value with a schema. @throws a 400 problem with the path of every issue. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = readInput(schema, value);
  if (read.success) return read.data;
  throw problemError("INVALID_INPUT", { errors: read.issues });
}
