// The files of c2sp.org/tlog-tiles, and what is made from them.

import { consistencyQuery, inclusionQuery, logEntriesQuery } from "../log.ts";
import { type Json, OCTETS, pathParameter, problemResponse, read } from "./operation.ts";

/** The transparency log: checkpoint, tiles, proofs, receipts, and the log as lines. */
export function logPaths(): Record<string, Json> {
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
