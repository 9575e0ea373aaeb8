// The log's signing keys: one file each in `keys/`, a folder that only its owner enters and that
// nothing ever serves or exports. Every key that is not retired signs, the oldest first.

import { existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../kernel/refusal.ts";
import { formatVerifierKey, KEY_TYPE, type PrivateKey } from "../../proof/key.ts";
import { generateKey, loadKeyFile, publicKey, saveKeyFile } from "../crypto.ts";

const KEY_FILE = /^log-([1-9][0-9]{0,5})\.key(\.retired)?$/;

/** A key of the log without its secret. */
export type LogKey = {
  readonly path: string;
  readonly origin: string;
  /** What an auditor needs: name, key id and public key. */
  readonly vkey: string;
  readonly retired: boolean;
};

/** The keys in a ledger's folder, oldest first. @throws Refusal KEY_FILE_EXPOSED. */
export function listKeys(dir: string): LogKey[] {
  return keyFiles(dir).map(({ path, retired }) => keyAt(path, retired));
}

/** The keys that sign. @throws Refusal KEY_FILE_EXPOSED when others can read one. */
export function loadSigningKeys(dir: string): PrivateKey[] {
  return keyFiles(dir).flatMap(({ path, retired }) => (retired ? [] : [loadKeyFile(path)]));
}

/** Makes the first key. @throws Refusal KEY_EXISTS when there is one: keys change by rotation. */
export function createKey(dir: string, origin: string): LogKey {
  if (keyFiles(dir).length > 0) throw new Refusal("KEY_EXISTS", { dir: keyFolder(dir) });
  return addKey(dir, origin);
}

/** Makes one more key under the same origin; it signs from the next start on. */
export function addKey(dir: string, origin: string): LogKey {
  mkdirSync(keyFolder(dir), { recursive: true, mode: 0o700 });
  const path = join(keyFolder(dir), `log-${keyFiles(dir).length + 1}.key`);
  saveKeyFile(path, generateKey(origin));
  return keyAt(path, false);
}

/** Takes a key out of use; its file stays, for old signatures must remain explicable. */
export function retireKey(key: LogKey): LogKey {
  const path = `${key.path}.retired`;
  renameSync(key.path, path);
  return { ...key, path, retired: true };
}

function keyFolder(dir: string): string {
  return join(dir, "keys");
}

function keyFiles(dir: string) {
  if (!existsSync(keyFolder(dir))) return [];
  return readdirSync(keyFolder(dir))
    .flatMap((name) => {
      const [, number, retired] = KEY_FILE.exec(name) ?? [];
      const path = join(keyFolder(dir), name);
      return number === undefined ? [] : [{ path, number: Number(number), retired: !!retired }];
    })
    .sort((a, b) => a.number - b.number);
}

function keyAt(path: string, retired: boolean): LogKey {
  const key = loadKeyFile(path);
  const vkey = formatVerifierKey(publicKey(key, KEY_TYPE.log));
  return { path, origin: key.name, vkey, retired };
}
