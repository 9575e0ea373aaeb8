// OpenAPI 3.1 made from the same schemas that check requests, so the two cannot differ.

import { z } from "zod";
import { REPORTS } from "../../projections/reports/index.ts";
import type { Report } from "../../projections/reports/report.ts";
import { tokenRequest } from "../app/access.ts";
import type { AnyFact } from "../domain/fact.ts";
import { FACTS, factOfCommand } from "../domain/facts.ts";
import { FORMAT_NAMES, FORMATS } from "../export/formats.ts";
import type { HandOver } from "../export/interchange/export.ts";
import { HAND_OVERS } from "../export/interchange/index.ts";
import { openingReport } from "../import/opening/opening-report.ts";
import { importReport } from "../import/report.ts";
import { bulkLine } from "./bulk.ts";
import { entriesQuery, streamQuery } from "./entries.ts";
import { exportQuery } from "./exports.ts";
import { figureQuery } from "./figure-entries.ts";
import { figuresQuery } from "./figures.ts";
import { giftsForm, openingForm } from "./imports.ts";
import { proofLinks, publicationLinks, reportLinks } from "./links.ts";
import { consistencyQuery, inclusionQuery, logEntriesQuery } from "./log.ts";
import { reportQuery } from "./reports.ts";

type Json = Record<string, unknown>;

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe("stable, upper case"),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

const eventSchema = z.object({
  entry: z.int(),
  type: z.string(),
  version: z.int(),
  id: z.string(),
  stream: z.string(),
  revision: z.int(),
  recordedAt: z.string().meta({ format: "date-time" }),
  actor: z.string(),
  reason: z.string().optional(),
  correlation: z.string().optional(),
  data: z.looseObject({}),
});

const REPORT_TYPES = FORMAT_NAMES.map((name) => FORMATS[name].mediaType.split(";")[0] ?? "");

/** The whole description. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const fact of FACTS) paths[`/v1${fact.path}`] = { post: commandOperation(fact) };
  paths["/v1/bulk"] = { post: bulkOperation() };
  paths["/v1/reports"] = { get: read("listReports", "Reports", "报表") };
  for (const report of REPORTS) {
    const { name } = report;
    const id = camel(name);
    paths[`/v1/reports/${name}`] = {
      get: reportOperation(report, id),
    };
    paths[`/v1/reports/${name}/entries`] = { get: figureOperation(report, id) };
  }
  paths["/v1/figures"] = {
    ...paths["/v1/figures"],
    get: figuresOperation(),
  };
  paths["/v1/exports"] = { get: read("listExports", "Exports", "导出") };
  for (const handOver of HAND_OVERS) {
    paths[`/v1/exports/${handOver.name}`] = { get: exportOperation(handOver) };
  }
  paths["/v1/entries"] = { get: read("listEntries", "Entries", "条目", entriesQuery) };
  paths["/v1/entries/{entry}"] = { get: entryOperation() };
  paths["/v1/entries/stream"] = {
    get: {
      ...read("streamEntries", "New entries as Server-Sent Events", "新条目流", streamQuery),
      responses: { 200: { description: "entries", content: { "text/event-stream": {} } } },
    },
  };
  Object.assign(paths, importPaths(), logPaths(), tokenPaths(), upkeepPaths());
  paths["/healthz"] = { get: read("health", "Health", "健康状况") };
  paths["/metrics"] = {
    get: {
      ...read("metrics", "Prometheus metrics", "监控指标"),
      security: [{ token: [] }],
      responses: { 200: { description: "metrics", content: { "text/plain": {} } } },
    },
  };
  return {
    openapi: "3.1.0",
    info: {
      title: "善账 Almoner",
      version: "1.0.0",
      description: "慈善基金事件账本。An event-sourced ledger for charity funds.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema), Event: jsonSchema(eventSchema) },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
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

// The files of c2sp.org/tlog-tiles, and what is made from them.
function logPaths(): Record<string, Json> {
  const file = (operationId: string, en: string, zh: string, type: string): Json => ({
    ...read(operationId, en, zh),
    responses: {
      200: { description: "found", content: { [type]: {} } },
      default: problemResponse(),
    },
  });
  const entry = pathParameter("entry", { type: "integer", minimum: 1 });
  const path = pathParameter("path", {
    type: "string",
    examples: ["0/000", "0/x001/234.p/17", "entries/000.p/3"],
  });
  const tile = file("tile", "A hash tile or entry bundle", "散列块或分录包", OCTETS);
  const receipt = file("receipt", "Receipt of an entry (.tlog-proof)", "条目收据", "text/plain");
  return {
    "/checkpoint": {
      get: file("checkpoint", "The latest signed checkpoint", "最新签名检查点", "text/plain"),
    },
    "/tile/{path}": { get: { ...tile, parameters: [path] } },
    "/handovers/{size}": {
      get: {
        ...file(
          "handover",
          "Last checkpoint of a retired key",
          "停用密钥的末次检查点",
          "text/plain",
        ),
        parameters: [pathParameter("size", { type: "integer", minimum: 1 })],
      },
    },
    "/v1/log": { get: read("log", "Keys and sizes of the log", "账册的密钥与长度") },
    "/v1/log/policy": {
      get: file("policy", "Keys and witnesses (tlog-policy)", "公钥与见证人", "text/plain"),
    },
    "/v1/log/entries": {
      get: {
        ...read(
          "wholeLog",
          "The whole log as JSON Lines",
          "整本日志（JSON Lines）",
          logEntriesQuery,
        ),
        responses: {
          200: {
            description:
              "the stored bytes of one entry a line, as many as almoner-as-of-entry says",
            content: { "application/x-ndjson": {} },
          },
          default: problemResponse(),
        },
      },
    },
    "/v1/log/inclusion": {
      get: read("proveInclusion", "Inclusion proof", "包含证明", inclusionQuery),
    },
    "/v1/log/consistency": {
      get: read("proveConsistency", "Consistency proof", "一致性证明", consistencyQuery),
    },
    "/v1/entries/{entry}/receipt": { get: { ...receipt, parameters: [entry] } },
  };
}

function tokenPaths(): Record<string, Json> {
  return {
    "/v1/tokens": {
      get: { ...read("listTokens", "Tokens, without their secrets", "令牌列表"), ...ADMIN },
      post: {
        operationId: "createToken",
        summary: "新建令牌，只显示一次 / Make a token, which is shown once",
        ...ADMIN,
        requestBody: {
          required: true,
          content: { "application/json": { schema: jsonSchema(tokenRequest) } },
        },
        responses: {
          201: { description: "made", content: { "application/json": {} } },
          default: problemResponse(),
        },
      },
    },
    "/v1/tokens/{id}": {
      delete: {
        operationId: "revokeToken",
        summary: "立即撤销令牌 / End a token at once",
        ...ADMIN,
        parameters: [pathParameter("id", { type: "string" })],
        responses: { 204: { description: "ended" }, default: problemResponse() },
      },
    },
  };
}

const ADMIN = { security: [{ token: [] }], description: "roles: admin" };
const CHECKERS = { security: [{ token: [] }], description: "roles: admin, auditor" };

function upkeepPaths(): Record<string, Json> {
  return {
    "/v1/doctor": {
      get: { ...read("doctor", "The state of the ledger's files", "账本文件的状态"), ...CHECKERS },
    },
    "/v1/audit": { post: { ...longWork("audit", "Audit the ledger", "审计账本"), ...CHECKERS } },
    "/v1/projections": {
      get: { ...read("listProjections", "How far projections are", "投影的进度"), ...CHECKERS },
    },
    "/v1/projections/{name}/rebuild": {
      post: {
        ...longWork("rebuildProjection", "Rebuild a projection and compare", "重建投影并比对"),
        ...ADMIN,
        parameters: [pathParameter("name", { type: "string" })],
      },
    },
  };
}

// Lines of progress, and the result or a problem in the last.
function longWork(operationId: string, en: string, zh: string): Json {
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

const OCTETS = "application/octet-stream";

function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  }) as Json;
  return rest;
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

function reportOperation(report: Report, id: string): Json {
  const { en, zh } = report.title;
  const operation = read(`report${id}`, en, zh, reportQuery(report), REPORT_TYPES);
  return answeringJson(operation, { links: reportLinks });
}

function figureOperation(report: Report, id: string): Json {
  const { en, zh } = report.title;
  const [titleEn, titleZh] = [`${en}: entries of a figure`, `${zh}：明细`];
  const operation = read(`entriesOf${id}`, titleEn, titleZh, figureQuery(report));
  return answeringJson(operation, { links: proofLinks });
}

function figuresOperation(): Json {
  const operation = read("listFigures", "Published figures", "已公布的数字", figuresQuery);
  return answeringJson(operation, { data: z.array(z.looseObject({ links: publicationLinks })) });
}

/** An operation whose JSON answer has these members among others. */
function answeringJson(operation: Json, members: z.ZodRawShape): Json {
  const { responses } = operation as { responses: { 200: { content: Json } } };
  const content = { ...responses[200].content };
  content["application/json"] = { schema: jsonSchema(z.looseObject(members)) };
  return { ...operation, responses: { ...responses, 200: { ...responses[200], content } } };
}

function exportOperation(handOver: HandOver): Json {
  const { name, title, about, formats, readers } = handOver;
  const types = formats.map(({ mediaType }) => [mediaType, {}]);
  return {
    ...read(`export${camel(name)}`, title.en, title.zh, exportQuery(handOver)),
    description: `${about.zh}\n\n${about.en}`,
    ...(readers === "public" ? {} : { security: [{ token: [] }] }),
    responses: {
      200: { description: "the file", content: Object.fromEntries(types) },
      default: problemResponse(),
    },
  };
}

function entryOperation(): Json {
  return {
    ...read("entry", "One entry", "单条条目"),
    parameters: [pathParameter("entry", { type: "integer", minimum: 1 })],
    responses: {
      200: { description: "the entry", content: eventContent() },
      default: problemResponse(),
    },
  };
}

function read(
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

function pathParameter(name: string, schema: Json): Json {
  return { name, in: "path", required: true, schema };
}

function eventContent(): Json {
  return { "application/json": { schema: { $ref: "#/components/schemas/Event" } } };
}

function problemResponse(): Json {
  const schema = { $ref: "#/components/schemas/Problem" };
  return {
    description: "a problem (RFC 9457)",
    content: { "application/problem+json": { schema } },
  };
}

function camel(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
