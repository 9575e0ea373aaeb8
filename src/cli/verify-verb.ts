// `almoner verify`: holds a log, a bundle or a receipt against itself and against the keys that the
// reader trusts. Of our own it needs nothing but this program.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { listKeys } from "../app/log/log-keys.ts";
import { hasLog, openPublishedLog } from "../app/log/open-published.ts";
import { publishedFile } from "../app/log/published-log.ts";
import { UsageError } from "../kernel/usage-error.ts";
import { LEDGER_FILE } from "../store/sqlite/open.ts";
import { type OpenSource, openTarget } from "../verify/node-sources.ts";
import { lieLine, verdictLines } from "../verify/present.ts";
import { runVerify } from "../verify/run.ts";
import { EXIT, failure } from "./failure.ts";
import type { Session } from "./session.ts";

export type VerifyFlags = {
  readonly vkey?: readonly string[];
  readonly policy?: string;
  readonly earlier?: readonly string[];
  readonly receipt?: readonly string[];
  readonly entry?: string;
};

/** Verifies a target and ends with exit code 3 on the first lie. */
export async function verifyVerb(
  session: Session,
  target: string,
  flags: VerifyFlags,
): Promise<void> {
  const { vkey = [], policy, earlier = [], receipt = [], entry } = flags;
  const onProgress = session.progress("verify");
  const own = vkey.length === 0 && policy === undefined && isLedger(target);
  const vkeys = own ? listKeys(target).map((key) => key.vkey) : vkey;
  const options = { target, vkeys, policy, earlier, receipts: receipt, entry, onProgress };
  if (own) session.line(session.say(OWN_KEY));
  const verdict = await runVerify(options, openAny);
  session.answer({ target, ...verdict });
  for (const line of verdictLines(verdict, session.language)) session.line(line);
  if (verdict.pass) return;
  const { firstLie } = verdict;
  const where = firstLie ? lieLine(firstLie, session.language) : target;
  throw failure(EXIT.corrupt, where);
}

const OWN_KEY = {
  zh: "公钥取自账本目录自身；外人核验请用 --vkey 或 --policy",
  en: "the key is the folder's own; whoever is not its keeper gives --vkey or --policy",
};

function isLedger(target: string): boolean {
  return existsSync(join(target, LEDGER_FILE));
}

/** A ledger's own folder is read as the log it publishes; a server may be writing meanwhile. */
async function openAny(target: string): Promise<OpenSource> {
  if (!isLedger(target)) return openTarget(target);
  if (!hasLog(target)) {
    throw new UsageError({
      zh: `${target}：日志尚未签署，请运行 \`almoner keys create\``,
      en: `${target}: the log is not signed yet: run \`almoner keys create\``,
    });
  }
  const log = openPublishedLog(target);
  return {
    fetch: async (path) => publishedFile(log, path),
    close: async () => log.close(),
  };
}
