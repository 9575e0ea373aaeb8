// The upkeep of a server's ledger: the same verbs over HTTP.

import type { MadeToken, ToldToken } from "../app/access.ts";
import type { LedgerAudit } from "../app/audit/audit-ledger.ts";
import type { LedgerState } from "../app/doctor/ledger-state.ts";
import type { ProjectionStatus, Rebuilt } from "../app/projections/projection.ts";
import { ask, brokeOff, call, type Remote, resultOf } from "./remote-call.ts";
import type { Upkeep } from "./upkeep.ts";

const NEWLINE = 0x0a;

/** The upkeep of a server. Nothing is sent before the first question. */
export function remoteUpkeep(remote: Remote): Upkeep {
  return {
    async exportLog() {
      const first = await call(remote, "/v1/log/entries", {});
      return { chunks: wholeLog(remote, first), close() {} };
    },
    async createToken(request) {
      const { body } = await ask(remote, "/v1/tokens", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      });
      return body as MadeToken;
    },
    async tokens() {
      const { body } = await ask(remote, "/v1/tokens");
      return (body as { data: ToldToken[] }).data;
    },
    async revokeToken(id) {
      try {
        await call(remote, `/v1/tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === "NOT_FOUND") return false;
        throw error;
      }
    },
    async rebuild(choose, progress) {
      const listed = await call(remote, "/v1/projections", {});
      const { data } = (await listed.json()) as { data: ProjectionStatus[] };
      const rebuilt: Rebuilt[] = [];
      for (const name of choose(data.map((each) => each.name))) {
        const path = `/v1/projections/${encodeURIComponent(name)}/rebuild`;
        const answer = await call(remote, path, { method: "POST" });
        rebuilt.push((await resultOf(remote, answer, progress)) as Rebuilt);
      }
      return { demo: listed.headers.get("almoner-demo") === "true", rebuilt };
    },
    async audit(progress) {
      const answer = await call(remote, "/v1/audit", { method: "POST" });
      return (await resultOf(remote, answer, progress)) as LedgerAudit;
    },
    doctor: async () => (await ask(remote, "/v1/doctor")).body as LedgerState,
  };
}

/**
 * Every line of the log, however often the answer breaks off, as long as each brings at least one
 * entry. Asked again, the server also says why it ended an answer, which it cannot within one.
 */
async function* wholeLog(remote: Remote, first: Response): AsyncGenerator<Uint8Array> {
  const last = Number(first.headers.get("almoner-as-of-entry"));
  let answer = first;
  for (let next = 1; next <= last; ) {
    const begun = next;
    for await (const lines of wholeLines(answer.body ?? [])) {
      next += countOf(lines);
      yield lines;
    }
    if (next > last) return;
    if (next === begun) throw brokeOff(remote.url);
    answer = await call(remote, `/v1/log/entries?from=${next}&to=${last}`, {});
  }
}

/** Bytes as they come, up to the last line that came whole. */
async function* wholeLines(body: AsyncIterable<Uint8Array> | []): AsyncGenerator<Uint8Array> {
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of body) {
      const end = chunk.lastIndexOf(NEWLINE) + 1;
      if (end > 0) yield Buffer.concat([rest, chunk.subarray(0, end)]);
      rest = Buffer.concat([end > 0 ? Buffer.alloc(0) : rest, chunk.subarray(end)]);
    }
  } catch {
    // Whoever reads sees which lines are missing.
  }
}

function countOf(lines: Uint8Array): number {
  let count = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
