// What every verification starts from, and the wording its steps share.
// Nothing but the reader's own trust policy is believed.
import type { Text } from "../kernel/text.ts";
import type { Sha256, VerifyEd25519 } from "./bytes.ts";
import { openCheckpoint, type TrustedCheckpoint, type TrustPolicy } from "./policy.ts";

/** Whom to trust, and the cryptography to check it with. */
export interface Trust {
  readonly policy: TrustPolicy;
  readonly sha256: Sha256;
  readonly verifyEd25519: VerifyEd25519;
  /** Cosignatures dated later (POSIX seconds) are refused; without it any date is taken. */
  readonly timeMax?: number;
}

/** A file by its name, for the reader to recognise it. */
export interface NamedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads a checkpoint and checks its signatures; see openCheckpoint. */
export function openTrusted(bytes: Uint8Array, trust: Trust): Promise<TrustedCheckpoint> {
  return openCheckpoint(bytes, trust.policy, trust.verifyEd25519, trust.timeMax);
}

export const STEPS = {
  checkpoint: { zh: "检查点签名", en: "Checkpoint signature" },
  witnesses: { zh: "见证人签名", en: "Witness cosignatures" },
  files: { zh: "文件清单", en: "Files" },
  entries: { zh: "逐条读取分录", en: "Entries" },
  tiles: { zh: "逐字节比对散列", en: "Hash tiles" },
  root: { zh: "重算根散列", en: "Root hash" },
  earlier: { zh: "与早先检查点一致", en: "Earlier checkpoints" },
  receipts: { zh: "收据", en: "Receipts" },
  succession: { zh: "由您所信任的公钥认得现用公钥", en: "From your key to the one that signs now" },
} satisfies Record<string, Text>;

export const LIES = {
  stranger: { zh: "账册不该有这个文件", en: "the log accounts for no such file" },
  noQuorum: { zh: "见证人签名不足", en: "too few witnesses cosigned" },
  otherRoot: {
    zh: "由分录重算的根散列与签署的不符",
    en: "the root recomputed from the entries is not the signed one",
  },
  rewritten: {
    zh: "与账册现有分录不符：历史被改写",
    en: "it contradicts the entries of the log: history was rewritten",
  },
  notAnnounced: { zh: "账册并未如此公布新公钥", en: "the log does not announce its key so" },
  otherLog: { zh: "属于另一本账册", en: "it belongs to another log" },
  notIncluded: { zh: "收据所证分录不在账册中", en: "the entry is not where the receipt says" },
  noEntry: { zh: "收据未附分录，请另行提供", en: "the receipt carries no entry: give it too" },
} satisfies Record<string, Text>;
