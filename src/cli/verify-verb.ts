// `almoner verify`: holds a log, a bundle or a receipt against itself and against the keys that the
// reader trusts. Of our own it needs nothing but this program.

import { lieLine, verdictLines } from "../verify/present.ts";
import { runVerify, VerifyUsage } from "../verify/run.ts";
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
  const options = { target, vkeys: vkey, policy, earlier, receipts: receipt, entry, onProgress };
  const verdict = await runVerify(options).catch((error: unknown) => {
    throw error instanceof VerifyUsage ? failure(EXIT.usage, error.message) : error;
  });
  session.answer({ target, ...verdict });
  for (const line of verdictLines(verdict, session.language)) session.line(line);
  if (verdict.pass) return;
  const { firstLie } = verdict;
  const where = firstLie ? lieLine(firstLie, session.language) : target;
  throw failure(EXIT.corrupt, where);
}
