// The operator's policy file: which witnesses the log asks, and whose cosignatures it waits for.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePolicy, type TrustPolicy } from "../../proof/policy.ts";
import { sha256 } from "../crypto.ts";
import { LOG_FILES } from "./log-files.ts";

/**
 * Reads the policy at `path`, or the one in the ledger's folder, where there may be none.
 * @throws the ProofError of a line that is wrong: a policy that is misread must not be none.
 */
export function loadPolicy(dir: string, path?: string): TrustPolicy | undefined {
  const file = path ?? join(dir, LOG_FILES.policy);
  if (path === undefined && !existsSync(file)) return undefined;
  return parsePolicy(sha256, readFileSync(file));
}
