// A minimal witness that any firm of auditors can run (c2sp.org/tlog-witness): it cosigns a
// checkpoint of a log it trusts if that continues the last one it cosigned, and nothing else.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../kernel/refusal.ts";
import { UsageError } from "../../kernel/usage-error.ts";
import { fromUtf8, toHex, toUtf8 } from "../../proof/bytes.ts";
import { formatVerifierKey, KEY_TYPE, parseVerifierKey } from "../../proof/key.ts";
import {
  cosignSubmission,
  decideSubmission,
  openSubmission,
  type WitnessAnswer,
} from "../../proof/witness.ts";
import {
  generateKey,
  hasher,
  loadKeyFile,
  publicKey,
  saveKeyFile,
  sha256,
  verifyEd25519,
  witnessSigner,
} from "../crypto.ts";
import { openWitnessFile, type Seen } from "./witness-file.ts";

export type Witness = {
  readonly vkey: string;
  /** Trusts a log by its public key. @throws ProofError for a text that is no log's key. */
  trust(vkey: string): void;
  /** The logs that are trusted, and how far each was cosigned. */
  logs(): { readonly vkey: string; readonly size: number }[];
  /** Answers an add-checkpoint request; what it accepts is durable before it answers. */
  addCheckpoint(body: Uint8Array): Promise<WitnessAnswer>;
  /** The latest checkpoint cosigned of the log whose origin has this SHA-256 in hex. */
  checkpoint(originHash: string): string | undefined;
  close(): void;
};

/** Makes the witness's key under a name and returns what logs put into their policy. */
export function createWitnessKey(dir: string, name: string): string {
  mkdirSync(dir, { recursive: true });
  if (existsSync(keyPath(dir))) throw new Refusal("KEY_EXISTS", { dir });
  const key = generateKey(name);
  const vkey = formatVerifierKey(publicKey(key, KEY_TYPE.cosignature));
  saveKeyFile(keyPath(dir), key);
  return vkey;
}

/** Opens the witness in a folder that has a key. */
export function openWitness(dir: string, now: () => number): Witness {
  const key = loadKeyFile(keyPath(dir));
  const file = openWitnessFile(dir);
  const cosigners = witnessSigner(key);
  const parse = (vkey: string) => parseVerifierKey(sha256, vkey);
  return {
    vkey: formatVerifierKey(publicKey(key, KEY_TYPE.cosignature)),
    trust(vkey) {
      if (parse(vkey).type !== KEY_TYPE.log)
        throw new UsageError({
          zh: "这不是账册的公钥",
          en: "this is no log's public key",
        });
      file.trust(vkey);
    },
    logs: () => file.logs().map((vkey) => ({ vkey, size: file.seen(parse(vkey).name)?.size ?? 0 })),
    async addCheckpoint(body) {
      const opened = await openSubmission(body, file.logs().map(parse), verifyEd25519);
      if ("answer" in opened) return opened.answer;
      const { submission } = opened;
      const refused = file.replace(submission.opened.origin, (seen: Seen | undefined) => {
        const decided = decideSubmission(hasher, submission, seen);
        if ("answer" in decided) return { result: decided.answer };
        const keep = { ...decided.accept, note: fromUtf8(submission.checkpoint) };
        return { keep, result: undefined };
      });
      return refused ?? cosignSubmission(submission, [cosigners(Math.floor(now() / 1000))]);
    },
    checkpoint: (originHash) =>
      file.all().find(({ origin }) => toHex(sha256(toUtf8(origin))) === originHash)?.note,
    close: () => file.close(),
  };
}

function keyPath(dir: string): string {
  return join(dir, "witness.key");
}
