// The upkeep of a ledger: its tokens, its state, its projections, its audit, and what watches it.

import { tokenRequest } from "../../app/access.ts";
import {
  ADMIN,
  CHECKERS,
  type Json,
  jsonSchema,
  longWork,
  pathParameter,
  problemResponse,
  read,
} from "./operation.ts";

/** What an operator asks. */
export function upkeepPaths(): Record<string, Json> {
  return { ...tokenPaths(), ...checkPaths(), ...watchPaths() };
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

function checkPaths(): Record<string, Json> {
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

function watchPaths(): Record<string, Json> {
  return {
    "/healthz": { get: read("health", "Health", "健康状况") },
    "/metrics": {
      get: {
        ...read("metrics", "Prometheus metrics", "监控指标"),
        security: [{ token: [] }],
        responses: { 200: { description: "metrics", content: { "text/plain": {} } } },
      },
    },
  };
}
