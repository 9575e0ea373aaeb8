// The two verifiers behind one shape. Ours reads the files from memory; the Go program is one
// process that is told a folder a line and answers a verdict a line.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { sha256, verifyEd25519 } from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { parsePolicy } from "../../src/proof/policy.ts";
import { verifySource } from "../../src/verify/source.ts";
import { type Files, POLICY_TEXT } from "./synthetic-log.ts";

/** What both verifiers can say of a folder. */
export interface Opinion {
  readonly pass: boolean;
  readonly size: number | undefined;
  readonly root: string | undefined;
}

const TRUST = { policy: parsePolicy(sha256, toUtf8(POLICY_TEXT)), sha256, verifyEd25519 };

/** Our own verdict on a folder in memory. */
export async function verifyFiles(files: Files): Promise<Opinion> {
  return verifySource(
    { fetch: async (path) => files.get(path), listing: [...files.keys()] },
    TRUST,
  );
}

/** A running Go verifier. */
export interface GoVerifier {
  verify(folder: string): Promise<Opinion>;
  stop(): Promise<void>;
}

/** Starts the Go verifier under a policy file. */
export function startGoVerifier(program: string, policyPath: string): GoVerifier {
  const child: ChildProcess = spawn(program, ["-policy", policyPath, "-stdin"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the Go verifier has no pipes");
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  return {
    async verify(folder) {
      stdin.write(`${folder}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error("the Go verifier ended early");
      return JSON.parse(answer.value);
    },
    stop() {
      stdin.end();
      return ended;
    },
  };
}
