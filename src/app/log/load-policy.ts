// The operator's policy file: which witnesses the log asks, and whose cosignatures it waits for. And
// the policy for readers of the log, which the process that signs leaves for those that only read.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatPolicy, parsePolicy, type TrustPolicy } from "../../proof/policy.ts";
import { sha256 } from "../crypto.ts";
import { LOG_FILES } from "./log-files.ts";
import { writeDurably } from "./write-durably.ts";

/**
 * Reads the policy at `path`, or the one in the ledger's folder, where there may be none.
 * @throws the ProofError of a line that is wrong: a policy that is misread must not be none.
 */
export function loadPolicy(dir: string, path?: string): TrustPolicy | undefined {
  const file = path ?? join(dir, LOG_FILES.policy);
  if (path === undefined && !existsSync(file)) return undefined;
  return parsePolicy(sha256, readFileSync(file));
}

const NOBODY: TrustPolicy = { logs: [], witnesses: [], groups: [], quorum: undefined };

/** Whom readers may trust, as the signing process left it; nobody before anything was signed. */
export function publicTrust(dir: string): TrustPolicy {
  const file = join(dir, LOG_FILES.trust);
  return existsSync(file) ? parsePolicy(sha256, readFileSync(file)) : NOBODY;
}

/** Leaves for readers whom they may trust. */
export function keepPublicTrust(dir: string, policy: TrustPolicy): void {
  const file = join(dir, LOG_FILES.trust);
  const text = formatPolicy(policy);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeDurably(file, text);
}
