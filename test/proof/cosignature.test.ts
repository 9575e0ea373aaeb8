import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { publicKey, sha256, verifyEd25519, witnessSigner } from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { cosignatureTime, cosignatureVerifier } from "../../src/proof/cosignature.ts";
import { KEY_TYPE, parseVerifierKey } from "../../src/proof/key.ts";
import { parseNote, signNote, verifyNote } from "../../src/proof/note.ts";
import { flipBit, LOG_KEY, WITNESS_KEYS } from "./support.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/proof/${name}`, import.meta.url));

describe("a checkpoint that a public log published", () => {
  const note = parseNote(fixture("foreign-checkpoint.txt"));
  const keys: string[] = JSON.parse(fixture("foreign-keys.json").toString()).witnesses;

  test("carries true cosignatures of three independent witnesses", async () => {
    const verifiers = keys.map((vkey) =>
      cosignatureVerifier(parseVerifierKey(sha256, vkey), verifyEd25519),
    );
    const lines = await verifyNote(note, verifiers);
    expect(lines.map(({ name }) => name)).toEqual(keys.map((vkey) => vkey.split("+")[0]));
    // All three answered within one second: 0x6a122120 in each of the published signatures.
    expect(new Set(lines.map(cosignatureTime))).toEqual(new Set([0x6a122120]));
  });
});

const TEXT = "log.example/charity\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
const [WITNESS] = WITNESS_KEYS;
const witnessKey = publicKey(WITNESS, KEY_TYPE.cosignature);

describe("our cosignatures", () => {
  test("are a big-endian time and an Ed25519 signature over the dated text", async () => {
    const { signatures } = await signNote(TEXT, [witnessSigner(WITNESS)(1_679_315_147)]);
    const blob = signatures[0]?.signature as Uint8Array;
    expect(blob).toHaveLength(72);
    const message = toUtf8(`cosignature/v1\ntime 1679315147\n${TEXT}`);
    expect(await verifyEd25519(witnessKey.publicKey, message, blob.subarray(8))).toBe(true);
    expect(cosignatureTime({ signature: blob })).toBe(1_679_315_147);
  });

  test("break with every flipped bit, of the time as well", async () => {
    const { signatures } = await signNote(TEXT, [witnessSigner(WITNESS)(1_679_315_147)]);
    const blob = signatures[0]?.signature as Uint8Array;
    const verifier = cosignatureVerifier(witnessKey, verifyEd25519);
    expect(await verifier.verify(toUtf8(TEXT), blob)).toBe(true);
    for (let bit = 0; bit < blob.length * 8; bit++) {
      expect(await verifier.verify(toUtf8(TEXT), flipBit(blob, bit))).toBe(false);
    }
    expect(await verifier.verify(toUtf8(`${TEXT}x\n`), blob)).toBe(false);
    expect(await verifier.verify(toUtf8(TEXT), blob.subarray(8))).toBe(false);
  });

  test("dated in the future are wrong to a reader who says what time it is", async () => {
    const note = await signNote(TEXT, [witnessSigner(WITNESS)(2_000)]);
    const readAt = (timeMax: number) =>
      verifyNote(note, [cosignatureVerifier(witnessKey, verifyEd25519, timeMax)]);
    expect(await readAt(2_000)).toHaveLength(1);
    await expect(readAt(1_999)).rejects.toMatchObject({ code: "UNVERIFIED" });
  });

  test("are made only with a witness key and a time", () => {
    expect(() => cosignatureVerifier(publicKey(LOG_KEY, KEY_TYPE.log), verifyEd25519)).toThrow();
    expect(() => witnessSigner(WITNESS)(1.5)).toThrow(RangeError);
    expect(() => witnessSigner(WITNESS)(-1)).toThrow(RangeError);
  });
});
