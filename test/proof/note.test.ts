import { describe, expect, test } from "vitest";
import { logSigner, publicKey, sha256, verifyEd25519 } from "../../src/app/crypto.ts";
import { toBase64, toUtf8 } from "../../src/proof/bytes.ts";
import { KEY_TYPE, parseVerifierKey } from "../../src/proof/key.ts";
import {
  addSignatures,
  ed25519Verifier,
  formatNote,
  type NoteSignature,
  parseNote,
  signNote,
  verifyNote,
} from "../../src/proof/note.ts";
import { flipBit, LOG_KEY } from "./support.ts";

const verifierOf = (vkey: string) => ed25519Verifier(parseVerifierKey(sha256, vkey), verifyEd25519);
const open = async (note: string | Uint8Array, ...vkeys: string[]) =>
  verifyNote(parseNote(typeof note === "string" ? toUtf8(note) : note), vkeys.map(verifierOf));

// The example of c2sp.org/signed-note.
const SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const SPEC_NOTE =
  "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
// The examples of golang.org/x/mod/sumdb/note, the second signed by two keys.
const PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const GO_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_LINE =
  "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
const GO_NOTE = `${GO_TEXT}\n${PETER_LINE}${ENOCH_LINE}`;

describe("notes published by others", () => {
  test("the specification's example verifies and is written back byte for byte", async () => {
    expect((await open(SPEC_NOTE, SPEC_KEY)).map(({ name }) => name)).toEqual(["example.com/foo"]);
    expect(formatNote(parseNote(toUtf8(SPEC_NOTE)))).toBe(SPEC_NOTE);
  });

  test("Go's example verifies for either key, or both", async () => {
    expect(await open(GO_NOTE, PETER_KEY)).toHaveLength(1);
    expect(await open(GO_NOTE, ENOCH_KEY)).toHaveLength(1);
    expect(await open(GO_NOTE, PETER_KEY, ENOCH_KEY)).toHaveLength(2);
    expect(parseNote(toUtf8(GO_NOTE)).text).toBe(GO_TEXT);
  });

  test("no flipped bit anywhere passes", async () => {
    const bytes = toUtf8(SPEC_NOTE);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      await expect(open(flipBit(bytes, bit), SPEC_KEY)).rejects.toThrow();
    }
  });
});

describe("the rules of the format", () => {
  const body = `${GO_TEXT}\n`;
  test.each([
    ["no signature block", GO_TEXT],
    ["an empty signature block", body],
    ["no final line feed", GO_NOTE.slice(0, -1)],
    ["CRLF", GO_NOTE.replaceAll("\n", "\r\n")],
    ["a tab", GO_NOTE.replace("you", "you\t")],
    ["a NUL", GO_NOTE.replace("you", "you\0")],
    ["a hyphen for the dash", GO_NOTE.replaceAll("—", "-")],
    ["two spaces", GO_NOTE.replace("PeterNeumann ", "PeterNeumann  ")],
    ["a third word", GO_NOTE.replace("nAM=\n", "nAM= x\n")],
    ["a name with a plus", GO_NOTE.replace("— Peter", "— Pe+er")],
    ["a name with a no-break space", GO_NOTE.replace("— Peter", "— Pe\u00a0er")],
    ["an empty name", GO_NOTE.replace("— PeterNeumann", "— ")],
    ["base64 without padding", GO_NOTE.replace("nAM=", "nAM")],
    ["base64 with spare bits set", GO_NOTE.replace("nAM=", "nAN=")],
    ["a signature of no bytes", `${body}— PeterNeumann ${toBase64(new Uint8Array(4))}\n`],
    ["text between signature lines", GO_NOTE.replace("— Enoch", "x\n— Enoch")],
    ["too many signatures", body + ENOCH_LINE.repeat(100) + PETER_LINE],
    ["more than a megabyte", `${"x".repeat(1_000_000)}\n\n${PETER_LINE}`],
  ])("refuses %s", async (_, note) => {
    await expect(open(note, PETER_KEY)).rejects.toMatchObject({ code: "MALFORMED" });
  });

  test("refuses bytes that are not UTF-8", () => {
    const note = toUtf8(GO_NOTE);
    note[0] = 0xff;
    expect(() => parseNote(note)).toThrow(/UTF-8/);
  });

  test("splits at the last blank line: the text may have its own", async () => {
    const note = await signNote("erste\n\n\nzweite\n", [logSigner(LOG_KEY)]);
    expect(parseNote(toUtf8(formatNote(note))).text).toBe("erste\n\n\nzweite\n");
  });

  test("accepts at least sixteen signatures", async () => {
    const unknown = PETER_LINE.replace("PeterNeumann", "Somebody").repeat(16);
    expect(await open(`${body}${unknown}${PETER_LINE}`, PETER_KEY)).toHaveLength(1);
  });

  test("signs only whole lines", async () => {
    await expect(signNote("no end", [logSigner(LOG_KEY)])).rejects.toThrow(RangeError);
  });
});

describe("the rules of verification", () => {
  test("ignores unknown keys, even when name or id alone is known", async () => {
    const sameName = ENOCH_LINE.replace("EnochRoot", "PeterNeumann");
    const sameId = PETER_LINE.replace("PeterNeumann", "Somebody");
    expect(await open(`${GO_TEXT}\n${sameName}${sameId}${PETER_LINE}`, PETER_KEY)).toHaveLength(1);
    await expect(open(GO_NOTE, SPEC_KEY)).rejects.toMatchObject({ code: "UNVERIFIED" });
  });

  test("ignores an unknown key whatever it is called, as Go does", async () => {
    const odd = PETER_LINE.replace("PeterNeumann", "\x7fPeter");
    expect(await open(`${GO_TEXT}\n${odd}${PETER_LINE}`, PETER_KEY)).toHaveLength(1);
  });

  test("one wrong signature of a known key spoils the note", async () => {
    const wrong = GO_NOTE.replace("rwz+eBzm", "rwz+eBzn");
    expect(await open(wrong, PETER_KEY)).toHaveLength(1);
    await expect(open(wrong, PETER_KEY, ENOCH_KEY)).rejects.toThrow(/EnochRoot is wrong/);
  });

  test("refuses two signatures of one key", async () => {
    const twice = `${GO_TEXT}\n${PETER_LINE}${PETER_LINE}`;
    await expect(open(twice, PETER_KEY)).rejects.toThrow(/signed twice/);
  });

  test("refuses to choose between two known keys of one name and id", async () => {
    await expect(open(GO_NOTE, PETER_KEY, PETER_KEY)).rejects.toThrow(/two known keys/);
  });

  test("does not take a witness key for a log key", async () => {
    const note = await signNote("text\n", [logSigner(LOG_KEY)]);
    const witness = ed25519Verifier(publicKey(LOG_KEY, KEY_TYPE.cosignature), verifyEd25519);
    await expect(verifyNote(note, [witness])).rejects.toThrow(/no known key/);
  });
});

test("a newer signature of a key replaces its older one", () => {
  const line = (name: string, byte: number): NoteSignature => ({
    name,
    keyId: 7,
    signature: Uint8Array.of(byte),
  });
  const note = { text: "t\n", signatures: [line("a", 1), line("b", 2)] };
  expect(addSignatures(note, [line("a", 3)]).signatures).toEqual([line("b", 2), line("a", 3)]);
});
