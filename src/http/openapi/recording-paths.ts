// What records: a command each, many at once, and files.

import type { z } from "zod";
import type { AnyFact } from "../../domain/fact.ts";
import { FACTS, factOfCommand } from "../../domain/facts.ts";
import { openingReport } from "../../import/opening/opening-report.ts";
import { importReport } from "../../import/report.ts";
import { bulkLine } from "../bulk.ts";
import { giftsForm, openingForm } from "../imports.ts";
import {
  eventContent,
  type Json,
  jsonSchema,
  OCTETS,
  pathParameter,
  problemResponse,
} from "./operation.ts";

/** `POST` of every command, of bulk and of imports. */
export function recordingPaths(): Record<string, Json> {
  const commands = FACTS.map((fact) => [`/v1${fact.path}`, { post: commandOperation(fact) }]);
  return {
    ...Object.fromEntries(commands),
    "/v1/bulk": { post: bulkOperation() },
    ...importPaths(),
  };
}

function commandOperation(fact: AnyFact): Json {
  const names = [...fact.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const whole = jsonSchema(fact.inputSchema);
  const properties = { ...(whole["properties"] as Json) };
  const parameters: Json[] = names.map((name) => pathParameter(name, properties[name] as Json));
  for (const name of names) delete properties[name];
  properties["reason"] = { type: "string", maxLength: 500 };
  const asked = ((whole["required"] as string[] | undefined) ?? []).filter(
    (name) => !names.includes(name),
  );
  const required = fact.needsReason ? [...asked, "reason"] : asked;
  const schema = { ...whole, properties, required };
  return {
    operationId: fact.command,
    tags: [fact.area],
    summary: `${fact.title.zh} / ${fact.title.en}`,
    description: `${fact.about.zh}\n\n${fact.about.en}\n\nroles: ${fact.roles.join(", ")}`,
    security: [{ token: [] }],
    parameters: [...parameters, KEY_PARAMETER],
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: {
      201: { description: "recorded", content: eventContent() },
      200: { description: "recorded before under this key", content: eventContent() },
      default: problemResponse(),
    },
  };
}

const KEY_PARAMETER: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: true,
  description: "The same key is the same entry, for ever.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};

function bulkOperation(): Json {
  return {
    operationId: "bulk",
    summary: "批量写入 / Many commands, one JSON line each",
    description:
      "Results come back as lines in the same order, while the body is still being sent; read them.",
    security: [{ token: [] }],
    parameters: [
      { name: "atomic", in: "query", schema: { type: "string", enum: ["true", "false"] } },
    ],
    requestBody: {
      required: true,
      content: { "application/x-ndjson": { schema: jsonSchema(bulkLine) } },
    },
    responses: {
      200: { description: "one result per line", content: { "application/x-ndjson": {} } },
      default: problemResponse(),
    },
  };
}

function importPaths(): Record<string, Json> {
  return {
    "/v1/imports": {
      post: importOperation("importGifts", "Gifts from a file", "从文件导入捐赠", {
        form: giftsForm,
        report: importReport,
        command: "ReceiveDonation",
      }),
    },
    "/v1/imports/opening": {
      post: importOperation("importOpening", "Balances from a file", "从文件导入期初余额", {
        form: openingForm,
        report: openingReport,
        command: "RecordOpeningBalance",
      }),
    },
  };
}

type ImportParts = {
  readonly form: z.ZodType;
  readonly report: z.ZodType;
  readonly command: string;
};

function importOperation(
  operationId: string,
  en: string,
  zh: string,
  { form, report, command }: ImportParts,
): Json {
  const whole = jsonSchema(form);
  const file = { type: "string", contentMediaType: OCTETS };
  const schema = {
    ...whole,
    properties: { ...(whole["properties"] as Json), file },
    required: [...(whole["required"] as string[]), "file"],
  };
  const lines = {
    oneOf: [
      { type: "object", required: ["progress"], properties: { progress: { type: "integer" } } },
      { type: "object", required: ["result"], properties: { result: jsonSchema(report) } },
      { $ref: "#/components/schemas/Problem" },
    ],
  };
  return {
    operationId,
    summary: `${zh} / ${en}`,
    description: `Lines: how far it is, and last the report or the problem that ended it. One file at a time. The same file again records nothing twice.\n\nroles: ${factOfCommand(command)?.roles.join(", ")}`,
    security: [{ token: [] }],
    requestBody: {
      required: true,
      content: {
        "multipart/form-data": {
          schema,
          encoding: { mapping: { contentType: "application/json" } },
        },
      },
    },
    responses: {
      200: { description: "lines", content: { "application/x-ndjson": { schema: lines } } },
      default: problemResponse(),
    },
  };
}
