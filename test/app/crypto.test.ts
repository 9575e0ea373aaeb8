import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  generateKey,
  loadKeyFile,
  logSigner,
  privateKeyText,
  publicKey,
  saveKeyFile,
  verifyEd25519,
} from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatVerifierKey, KEY_TYPE } from "../../src/proof/key.ts";
import { formatNote, signNote } from "../../src/proof/note.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "almoner-keys-"));
});
afterEach(() => rm(folder, { recursive: true }));

// The key and notes of the examples in golang.org/x/mod/sumdb/note.
const GO_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

async function writeKey(text: string, mode = 0o600): Promise<string> {
  const path = join(folder, "key");
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
}

describe("a key made by Go", () => {
  test("signs the bytes that Go signs", async () => {
    const key = loadKeyFile(await writeKey(`${GO_KEY}\n`));
    expect(formatVerifierKey(publicKey(key, KEY_TYPE.log))).toBe(GO_VKEY);
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    expect(formatNote(await signNote(text, [logSigner(key)]))).toBe(
      `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`,
    );
    expect(privateKeyText(key)).toBe(`${GO_KEY}\n`);
  });

  test("is refused when it is damaged anywhere", async () => {
    for (let i = 0; i < GO_KEY.length; i += 3) {
      const other = String.fromCharCode(GO_KEY.charCodeAt(i) + 1);
      const path = await writeKey(GO_KEY.slice(0, i) + other + GO_KEY.slice(i + 1));
      expect(() => loadKeyFile(path)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
    }
  });
});

describe("the key file", () => {
  test("is readable by its owner only, and reads back", async () => {
    const path = join(folder, "log.key");
    const key = generateKey("log.example/charity");
    saveKeyFile(path, key);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(loadKeyFile(path)).toEqual(key);
  });

  test("is never overwritten", async () => {
    const path = join(folder, "log.key");
    saveKeyFile(path, generateKey("first"));
    const before = await readFile(path);
    const again = () => saveKeyFile(path, generateKey("second"));
    expect(again).toThrow(expect.objectContaining({ code: "EEXIST" }));
    expect(await readFile(path)).toEqual(before);
  });

  test.each([0o640, 0o604, 0o620, 0o602, 0o644, 0o660])("of mode %o is refused", async (mode) => {
    const path = await writeKey(GO_KEY, mode);
    expect(() => loadKeyFile(path)).toThrow(expect.objectContaining({ code: "KEY_FILE_EXPOSED" }));
  });
});

test("new keys differ, and a bad name is refused", () => {
  expect(generateKey("a").seed).not.toEqual(generateKey("a").seed);
  expect(() => publicKey(generateKey("two words"), KEY_TYPE.log)).toThrow(/name/);
});

test("verification answers false, and does not throw, for bytes that are no signature", async () => {
  const { publicKey: key } = publicKey(generateKey("a"), KEY_TYPE.log);
  expect(await verifyEd25519(key, toUtf8("x"), new Uint8Array(64))).toBe(false);
  expect(await verifyEd25519(key, toUtf8("x"), new Uint8Array(3))).toBe(false);
  expect(await verifyEd25519(new Uint8Array(32).fill(0xff), toUtf8("x"), new Uint8Array(64))).toBe(
    false,
  );
});
