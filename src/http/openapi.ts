// OpenAPI 3.1 made from the same schemas that check requests, so the two cannot differ.

import { z } from "zod";
import { logPaths } from "./openapi/log-paths.ts";
import { type Json, jsonSchema } from "./openapi/operation.ts";
import { readingPaths } from "./openapi/reading-paths.ts";
import { recordingPaths } from "./openapi/recording-paths.ts";
import { upkeepPaths } from "./openapi/upkeep-paths.ts";

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

/** The whole description. */
export function openApi(): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "善账 Almoner",
      version: "1.0.0",
      description: "慈善基金事件账本。An event-sourced ledger for charity funds.",
    },
    servers: [{ url: "/" }],
    paths: joined([recordingPaths(), readingPaths(), logPaths(), upkeepPaths()]),
    components: {
      schemas: { Problem: jsonSchema(problemSchema), Event: jsonSchema(eventSchema) },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

/** Paths by their address; two parts may each give a method of one. */
function joined(parts: readonly Record<string, Json>[]): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const [path, item] of parts.flatMap((part) => Object.entries(part))) {
    paths[path] = { ...paths[path], ...item };
  }
  return paths;
}
