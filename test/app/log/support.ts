// A store that is a list of texts, and the log over it in a temporary folder: what is tested is the
// log, so that any engine may stand below it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { publicKey, sha256, verifyEd25519 } from "../../../src/app/crypto.ts";
import { type LogSource, publishedFile } from "../../../src/app/log/published-log.ts";
import {
  type LogParts,
  openTransparencyLog,
  type TransparencyLog,
} from "../../../src/app/log/transparency-log.ts";
import { KEY_TYPE, type PrivateKey } from "../../../src/proof/key.ts";
import { policyOfKey } from "../../../src/proof/policy.ts";
import type { Verdict } from "../../../src/proof/verdict.ts";
import { verifyLog } from "../../../src/proof/verify.ts";

export const KEY: PrivateKey = { name: "log.example/t", seed: new Uint8Array(32).fill(7) };

const open: TransparencyLog[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const log of open.splice(0)) log.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "almoner-log-"));
  folders.push(folder);
  return folder;
}

/** The text of entry `number`. */
export const entryText = (number: number): string => JSON.stringify({ number, memo: "善款" });

export type Entries = { readonly texts: string[]; add(count: number): void };

/** A growing list of entries. */
export function entryList(count: number): Entries {
  const texts: string[] = [];
  const add = (more: number): void => {
    for (let i = 0; i < more; i++) texts.push(entryText(texts.length + 1));
  };
  add(count);
  return { texts, add };
}

/** Opens the log in a folder over a list of entries. */
export function openLog(
  dir: string,
  { texts }: Entries,
  parts: Partial<LogParts> = {},
): TransparencyLog {
  const store = {
    head: () => texts.length,
    bytes: (from: number, to: number) => texts.slice(Math.max(from, 1) - 1, to),
  };
  const log = openTransparencyLog({ dir, store, keys: [KEY], ...parts });
  open.push(log);
  return log;
}

/** What an auditor who trusts only the key says of the published log. */
export function verdictOf(log: LogSource): Promise<Verdict> {
  const policy = policyOfKey(publicKey(KEY, KEY_TYPE.log));
  const fetch = async (path: string) => publishedFile(log, path);
  return verifyLog({ fetch }, { policy, sha256, verifyEd25519 });
}
