// One verification as a person asks for it in Node: what, by which keys, with what was kept.

import { readFile, stat } from "node:fs/promises";
import { sha256, verifyEd25519 } from "../app/crypto.ts";
import { about, errorText } from "../kernel/error-text.ts";
import { UsageError } from "../kernel/usage-error.ts";
import { parseVerifierKey } from "../proof/key.ts";
import { parsePolicy, type TrustPolicy } from "../proof/policy.ts";
import type { NamedFile } from "../proof/trust.ts";
import type { Verdict } from "../proof/verdict.ts";
import { verifyReceipt } from "../proof/verify-receipt.ts";
import { type OpenSource, openTarget } from "./node-sources.ts";
import { isReceipt, verifySource } from "./source.ts";

export type VerifyOptions = {
  readonly target: string;
  /** Log keys that are trusted, `name+id+base64`. */
  readonly vkeys: readonly string[];
  /** A policy file (c2sp.org/tlog-policy); it takes the place of keys. */
  readonly policy?: string | undefined;
  /** Files of checkpoints kept from earlier. */
  readonly earlier: readonly string[];
  readonly receipts: readonly string[];
  /** The entry's bytes, for a receipt that does not carry it. */
  readonly entry?: string | undefined;
  readonly onProgress?: ((entries: number) => void) | undefined;
};

const RECEIPT_SIZE_MAX = 4_000_000;

/** Verifies; the verdict says what came out. @throws UsageError when there is nothing to verify. */
export async function runVerify(
  options: VerifyOptions,
  open: (target: string) => Promise<OpenSource> = openTarget,
): Promise<Verdict> {
  const { target, onProgress } = options;
  const trust = { policy: await policyOf(options), sha256, verifyEd25519 };
  const receipt = await receiptAt(target);
  if (receipt) {
    const entry = options.entry === undefined ? undefined : await bytesAt(options.entry);
    return verifyReceipt(receipt, trust, entry);
  }
  const kept = { earlier: await files(options.earlier), receipts: await files(options.receipts) };
  const source = await opened(target, open);
  try {
    return await verifySource(source, trust, kept, onProgress);
  } finally {
    await source.close();
  }
}

async function policyOf({ vkeys, policy }: VerifyOptions): Promise<TrustPolicy> {
  if (policy === undefined && vkeys.length === 0) {
    throw new UsageError({
      zh: "请用 --vkey 写明账册公钥，或用 --policy 指定信任文件；公钥须从别处得到，不可取自待验的文件。",
      en: "Give the log's key by --vkey, or a trust policy by --policy; get it elsewhere than from what is to be verified.",
    });
  }
  try {
    if (policy !== undefined) return parsePolicy(sha256, await bytesAt(policy));
    const logs = vkeys.map((vkey) => ({ key: parseVerifierKey(sha256, vkey) }));
    return { logs, witnesses: [], groups: [], quorum: undefined };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(errorText(error));
  }
}

async function receiptAt(target: string): Promise<NamedFile | undefined> {
  if (/^https?:\/\//.test(target)) return undefined;
  const found = await stat(target).catch(() => undefined);
  if (!found)
    throw new UsageError(
      about(target, { zh: "没有这个文件或文件夹", en: "no such file or folder" }),
    );
  if (!found.isFile() || found.size > RECEIPT_SIZE_MAX) return undefined;
  const bytes = await bytesAt(target);
  return isReceipt(bytes) ? { path: target, bytes } : undefined;
}

async function opened(
  target: string,
  open: (target: string) => Promise<OpenSource>,
): Promise<OpenSource> {
  try {
    return await open(target);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(about(target, errorText(error)));
  }
}

async function files(paths: readonly string[]): Promise<NamedFile[]> {
  return Promise.all(paths.map(async (path) => ({ path, bytes: await bytesAt(path) })));
}

async function bytesAt(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new UsageError(errorText(error));
  }
}

/** The policy text that trusts these log keys and asks for no witness. */
export function policyText(vkeys: readonly string[]): string {
  return `${vkeys.map((vkey) => `log ${vkey}\n`).join("")}quorum none\n`;
}
