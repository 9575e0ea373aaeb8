// What the operations of the description are made of.

import { z } from "zod";
import { bothOf } from "../../kernel/in-both.ts";

export type Json = Record<string, unknown>;

export const OCTETS = "application/octet-stream";
export const ADMIN = { security: [{ token: [] }], description: "roles: admin" };
export const CHECKERS = { security: [{ token: [] }], description: "roles: admin, auditor" };

/** A schema as it is asked for, described in both languages where it is. */
export function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ jsonSchema: made }) {
      const both = made.description === undefined ? undefined : bothOf(made.description);
      if (both) made.description = `${both.zh} / ${both.en}`;
    },
  }) as Json;
  return rest;
}

/** An operation that reads: its query, and the types that it answers with. */
export function read(
  operationId: string,
  en: string,
  zh: string,
  query?: z.ZodType,
  alsoAs: readonly string[] = [],
): Json {
  const types = ["application/json", ...alsoAs];
  return {
    operationId,
    summary: `${zh} / ${en}`,
    parameters: query ? queryParameters(query) : [],
    responses: {
      200: { description: "found", content: Object.fromEntries(types.map((type) => [type, {}])) },
      default: problemResponse(),
    },
  };
}

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {}, required = [] } = jsonSchema(query) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

/** An operation whose JSON answer has these members among others. */
export function answeringJson(operation: Json, members: z.ZodRawShape): Json {
  const { responses } = operation as { responses: { 200: { content: Json } } };
  const content = { ...responses[200].content };
  content["application/json"] = { schema: jsonSchema(z.looseObject(members)) };
  return { ...operation, responses: { ...responses, 200: { ...responses[200], content } } };
}

/** An operation that answers with lines of progress, and the result or a problem in the last. */
export function longWork(operationId: string, en: string, zh: string): Json {
  return {
    operationId,
    summary: `${zh} / ${en}`,
    responses: {
      200: {
        description: 'lines like {"what":…,"progress":n}, the last {"result":…} or a problem',
        content: { "application/x-ndjson": {} },
      },
      default: problemResponse(),
    },
  };
}

export function pathParameter(name: string, schema: Json): Json {
  return { name, in: "path", required: true, schema };
}

export function eventContent(): Json {
  return { "application/json": { schema: { $ref: "#/components/schemas/Event" } } };
}

export function problemResponse(): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  return {
    description: "a problem (RFC 9457)",
    content: { "application/problem+json": { schema } },
  };
}

/** A name as a part of an operation's id: `fund-balances` is `FundBalances`. */
export function camel(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
