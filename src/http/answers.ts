// Helpers that reads share: waiting for one's own write, entity tags, links to the next page.

import { hash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { filterNames, type Report } from "../../projections/reports/report.ts";
import type { Ledger } from "../app/ledger.ts";
import { inBoth } from "../kernel/in-both.ts";
import { languageOf } from "./language.ts";
import { problemError } from "./problems.ts";

const AT_LEAST_WAIT_MS = 5_000;

/** A whole number as query text. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^(?:0|[1-9][0-9]{0,14})$/, inBoth({ zh: "非负整数", en: "a whole number" }))
    .transform(Number)
    .refine(
      (value) => value >= min && value <= max,
      inBoth({ zh: `${min} 至 ${max}`, en: `from ${min} to ${max}` }),
    );
}

export const entryNumber = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** Waits until an entry is on the log. @throws a 503 problem NOT_YET after five seconds. */
export async function reach(ledger: Ledger, entry: number | undefined): Promise<void> {
  if (entry === undefined || (await ledger.atLeast(entry, AT_LEAST_WAIT_MS))) return;
  throw problemError("NOT_YET");
}

/**
 * Tags an answer with the entry it was computed at and the question (RFC 9110 §8.8.3).
 * Returns true when the caller has it already and 304 was answered.
 */
export function unchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  entry: number | string,
): boolean {
  const { accept = "" } = request.headers;
  const question = hash("sha256", `${request.url}\n${accept}\n${languageOf(request)}`, "hex");
  const tag = `"${entry}-${question.slice(0, 16)}"`;
  void reply.header("etag", tag).header("cache-control", "no-cache");
  void reply.header("vary", "accept, accept-language");
  const known = request.headers["if-none-match"]?.split(",").map((text) => text.trim()) ?? [];
  if (!known.some((candidate) => candidate === "*" || candidate.replace(/^W\//, "") === tag)) {
    return false;
  }
  void reply.code(304).send();
  return true;
}

/** The address of the next page of this request. */
export function nextLink(request: FastifyRequest, name: string, value: string): string {
  const url = new URL(request.url, "http://localhost");
  url.searchParams.set(name, value);
  return `<${url.pathname}${url.search}>; rel="next"`;
}

/** What a query narrows a report by: its filters and parameters, as far as they are given. */
export function filtersOf(
  report: Report,
  asked: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    filterNames(report).flatMap((name) => {
      const value = asked[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
