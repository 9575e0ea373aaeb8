import { describe, expect, test } from "vitest";
import { publicKey, sha256 } from "../../src/app/crypto.ts";
import { toBase64, toHex } from "../../src/proof/bytes.ts";
import {
  formatVerifierKey,
  isKeyName,
  KEY_TYPE,
  parseVerifierKey,
  verifierKey,
} from "../../src/proof/key.ts";
import { LOG_KEY, ORIGIN } from "./support.ts";

// Published keys of other implementations: the signed-note specification, golang.org/x/mod, and
// transparency-dev/formats (one whose base64 holds a plus sign, one of a witness).
const FOREIGN = [
  "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
  "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
] as const;

describe("verifier keys of others", () => {
  test.each(FOREIGN)("%s is read and written back", (vkey) => {
    expect(formatVerifierKey(parseVerifierKey(sha256, vkey))).toBe(vkey);
  });

  test("every change of one character and every cut is refused", () => {
    for (const vkey of FOREIGN) {
      for (let i = 0; i < vkey.length; i++) {
        const other = String.fromCharCode(vkey.charCodeAt(i) + 1);
        const changed = vkey.slice(0, i) + other + vkey.slice(i + 1);
        expect(() => parseVerifierKey(sha256, changed)).toThrow();
        expect(() => parseVerifierKey(sha256, vkey.slice(0, i))).toThrow();
        if (i > 0) expect(() => parseVerifierKey(sha256, vkey.slice(i))).toThrow();
      }
    }
  });

  // Right key ids (from Go's own tests), wrong material.
  test.each([
    ["PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "length"],
    ["PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "type"],
  ])("%s is refused for its %s", (vkey) => {
    expect(() => parseVerifierKey(sha256, vkey)).toThrow();
  });
});

test("the same key has other ids in other roles, so neither passes for the other", () => {
  const log = publicKey(LOG_KEY, KEY_TYPE.log);
  const witness = publicKey(LOG_KEY, KEY_TYPE.cosignature);
  expect(toHex(log.publicKey)).toBe(toHex(witness.publicKey));
  expect(log.keyId).not.toBe(witness.keyId);
});

test("a key id above 2^31 keeps its eight digits", () => {
  const ids = Array.from({ length: 40 }, (_, i) =>
    verifierKey(sha256, ORIGIN, KEY_TYPE.log, new Uint8Array(32).fill(i)),
  );
  for (const key of ids) expect(parseVerifierKey(sha256, formatVerifierKey(key))).toEqual(key);
  expect(ids.some(({ keyId }) => keyId >= 2 ** 31)).toBe(true);
});

test.each(["", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\u0085b", "a\tb", "a\0b", "\ud800"])(
  "%j is no key name",
  (name) => {
    expect(isKeyName(name)).toBe(false);
    const material = toBase64(new Uint8Array(33).fill(1));
    expect(() => parseVerifierKey(sha256, `${name}+00000000+${material}`)).toThrow();
  },
);

test("a key name may be Chinese", () => {
  expect(isKeyName("善账.example/苏州")).toBe(true);
});
