// Asking a witness over HTTP. The address is the operator's own, but the answer is a stranger's:
// bounded in time and size, and never followed elsewhere.

import type { ReceivedAnswer } from "../../proof/witness-client.ts";

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** Sends one request and gives the whole answer. */
export type Ask = (method: "GET" | "POST", url: string, body?: string) => Promise<ReceivedAnswer>;

/**
 * Asks over HTTP until `stop` is aborted. An asking rejects when there is no answer in time, or one
 * that is too large.
 */
export function askOverHttp(stop?: AbortSignal): Ask {
  return (method, url, body) => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    return askOnce(method, url, body, stop ? AbortSignal.any([timeout, stop]) : timeout);
  };
}

async function askOnce(
  method: string,
  url: string,
  body: string | undefined,
  signal: AbortSignal,
): Promise<ReceivedAnswer> {
  const response = await fetch(url, {
    method,
    redirect: "error",
    signal,
    ...(body === undefined ? {} : { body, headers: { "content-type": "text/plain" } }),
  });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error("the witness's answer is too large");
    parts.push(part);
  }
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? undefined,
    body: new Uint8Array(Buffer.concat(parts)),
  };
}
