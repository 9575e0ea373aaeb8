// Which of the two languages a caller reads (RFC 9110 §12.5.4); Chinese unless English is preferred.

import type { FastifyRequest } from "fastify";
import type { Language } from "../kernel/text.ts";

const RANGES_MAX = 16;

/** The language that an Accept-Language header prefers. */
export function languageOf(request: FastifyRequest): Language {
  const header = request.headers["accept-language"];
  if (header === undefined) return "zh";
  const ranges = header.split(",", RANGES_MAX).map(rangeOf);
  const weight = (language: Language) =>
    Math.max(0, ...ranges.filter((range) => range.language === language).map(({ q }) => q));
  return weight("en") > weight("zh") || (weight("en") === weight("zh") && first(ranges) === "en")
    ? "en"
    : "zh";
}

type Range = { readonly language: string; readonly q: number };

function rangeOf(text: string): Range {
  const [tag = "", ...parameters] = text.trim().toLowerCase().split(";");
  const q = parameters.find((parameter) => parameter.trim().startsWith("q="));
  const weight = q === undefined ? 1 : Number(q.trim().slice(2));
  return { language: tag.split("-")[0] ?? "", q: Number.isNaN(weight) ? 0 : weight };
}

function first(ranges: readonly Range[]): string | undefined {
  return ranges.find(({ language }) => language === "zh" || language === "en")?.language;
}
