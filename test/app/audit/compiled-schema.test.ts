// A compiled schema must accept nothing that the schema refuses, give the same data and say the same
// of what is wrong: examples of every fact are damaged in one place and judged by both.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compiledSchema } from "../../../src/app/audit/compiled-schema.ts";
import { FACTS } from "../../../src/domain/facts.ts";
import { exampleBytes } from "../../domain/examples.ts";

const examples = exampleBytes();

/** A value of JSON, as text, that some field might be given. */
const value = fc.oneof(
  fc.jsonValue().map((any) => JSON.stringify(any)),
  fc.string({ unit: "binary", maxLength: 200 }).map((text) => JSON.stringify(text)),
  fc
    .constantFrom(
      ...["", "0", "0.00", "1.005", "1", "01.00", "1e3", "-1.00", "999999999999999999.99"],
      ...[
        "CNY",
        "JPY",
        "KWD",
        "none",
        "fund",
        "2026-02-30",
        "2026-02-28",
        "2999-12-31",
        "x".repeat(65),
      ],
      ...["\u0065\u0301", "\ud800", "\u202e", " a", "a|b", "13800138000", "charity", "agency"],
      "891d28e8-4f53-5a80-b018-ecba26033a0b",
      "891D28E8-4f53-5a80-b018-ecba26033a0b",
    )
    .map((text) => JSON.stringify(text)),
  fc.constantFrom("-0", "1e400", "1.5", "null", "true", "[]", "{}", '{"__proto__":1}', "[null]"),
);

/** Every value within a text of JSON, as the text around it. */
function placesIn(data: unknown): [before: string, after: string][] {
  const text = JSON.stringify(data);
  const children = typeof data === "object" && data !== null ? Object.entries(data) : [];
  let at = 1;
  return children.flatMap(([key, child]): [string, string][] => {
    at += at > 1 ? 1 : 0;
    if (!Array.isArray(data)) at += JSON.stringify(key).length + 1;
    const [before, own] = [text.slice(0, at), JSON.stringify(child)];
    at += own.length;
    const after = text.slice(at);
    return [
      [before, after],
      ...placesIn(child).map(([b, a]): [string, string] => [before + b, a + after]),
    ];
  });
}

describe.each(FACTS.map((fact) => [fact.type, fact] as const))("the schema of %s", (type, fact) => {
  const { data } = JSON.parse(examples.get(type) as string) as { data: object };
  const text = JSON.stringify(data);

  /** What a schema says of a text. */
  const said = (schema: typeof fact.dataSchema, json: string) => {
    const result = schema.safeParse(JSON.parse(json));
    return result.success ? { data: result.data } : { issues: result.error.issues };
  };
  const compare = (json: string): void => {
    expect(said(compiledSchema(fact), json)).toStrictEqual(said(fact.dataSchema, json));
  };

  test("is compiled", () => {
    expect(compiledSchema(fact)).not.toBe(fact.dataSchema);
    compare(text);
  });

  test("judges other values alike", () => {
    const place = fc.constantFrom(...placesIn(data));
    fc.assert(
      fc.property(place, value, ([before, after], other) => compare(before + other + after)),
      { numRuns: 500 },
    );
  });

  test("judges missing and unknown fields alike", () => {
    for (const key of Object.keys(data)) compare(JSON.stringify({ ...data, [key]: undefined }));
    for (const key of ["other", "__proto__", "constructor", "currency"]) {
      for (const own of ["1", '"CNY"', "null"]) {
        compare(text.replace(/\}$/, `${text === "{}" ? "" : ","}"${key}":${own}}`));
      }
    }
  });
});
