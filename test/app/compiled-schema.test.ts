// A compiled schema must accept nothing that the schema refuses, give the same data and say the same
// of what is wrong: examples of every fact are damaged in one place and judged by both.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compiledSchema } from "../../src/app/compiled-schema.ts";
import { FACTS } from "../../src/domain/facts.ts";
import { exampleBytes } from "../domain/examples.ts";

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

const schemas = FACTS.flatMap((fact) => {
  const { data } = JSON.parse(examples.get(fact.type) as string) as { data: object };
  const input = Object.fromEntries(Object.entries(data).filter(([name]) => name in fact.input));
  return [
    [`${fact.type}, as stored`, fact.dataSchema, data],
    [`${fact.type}, as asked for`, fact.inputSchema, input],
  ] as const;
});

describe.each(schemas)("the schema of %s", (_name, schema, data) => {
  const text = JSON.stringify(data);

  /** What a schema says of a text. */
  const said = (judge: typeof schema, json: string) => {
    const result = judge.safeParse(JSON.parse(json));
    return result.success ? { data: result.data } : { issues: result.error.issues };
  };
  const compare = (json: string): void => {
    expect(said(compiledSchema(schema), json)).toStrictEqual(said(schema, json));
  };

  test("is compiled", () => {
    expect(compiledSchema(schema)).not.toBe(schema);
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
