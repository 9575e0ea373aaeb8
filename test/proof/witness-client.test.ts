import { describe, expect, test } from "vitest";
import { publicKey, verifyEd25519, witnessSigner } from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatCheckpoint } from "../../src/proof/checkpoint.ts";
import { cosignatureVerifier } from "../../src/proof/cosignature.ts";
import { KEY_TYPE } from "../../src/proof/key.ts";
import { formatSignatureLine, signNote } from "../../src/proof/note.ts";
import { readWitnessAnswer } from "../../src/proof/witness-client.ts";
import { hasher, ORIGIN, WITNESS_KEYS } from "./support.ts";

const TEXT = formatCheckpoint({ origin: ORIGIN, size: 20, root: hasher.empty() });
const SUBMITTED = { oldSize: 10, newSize: 20, text: TEXT };
const [A, B] = WITNESS_KEYS;
const VERIFIERS = [cosignatureVerifier(publicKey(A, KEY_TYPE.cosignature), verifyEd25519)];
const read = (status: number, body: string, contentType?: string) =>
  readWitnessAnswer({ status, body: toUtf8(body), contentType }, SUBMITTED, VERIFIERS);
const linesOf = async (text: string, ...keys: (typeof WITNESS_KEYS)[number][]) =>
  (
    await signNote(
      text,
      keys.map((key) => witnessSigner(key)(7)),
    )
  ).signatures
    .map(formatSignatureLine)
    .join("");

describe("a 200 answer", () => {
  test("gives the signatures of the witness's known keys and drops others", async () => {
    const outcome = await read(200, await linesOf(TEXT, B, A));
    expect(outcome).toMatchObject({ kind: "cosigned", signatures: [{ name: A.name }] });
  });

  test("is worth nothing when the signature is of another text, unknown or malformed", async () => {
    const other = formatCheckpoint({ origin: ORIGIN, size: 21, root: hasher.empty() });
    for (const body of [await linesOf(other, A), await linesOf(TEXT, B), "ok\n", ""]) {
      expect(await read(200, body)).toMatchObject({ kind: "refused", status: 200 });
    }
  });
});

describe("a 409 answer", () => {
  const SIZE = "text/x.tlog.size";
  test.each([
    ["12\n", { kind: "stale", size: 12 }],
    ["0\n", { kind: "stale", size: 0 }],
    ["20\n", { kind: "stale", size: 20 }],
    ["21\n", { kind: "rolled-back", size: 21 }],
    ["10\n", { kind: "stale", size: 10 }],
  ])("with %j means %j", async (body, outcome) => {
    expect(await read(409, body, SIZE)).toEqual(outcome);
    expect(await read(409, body, `${SIZE}; charset=utf-8`)).toEqual(outcome);
  });

  test.each(["012\n", "-1\n", "many\n", "18446744073709551616\n", ""])(
    "with %j is no size",
    async (body) => {
      expect(await read(409, body, SIZE)).toMatchObject({ kind: "refused", status: 409 });
    },
  );

  test("of another content type is a plain refusal", async () => {
    expect(await read(409, "12\n", "text/plain")).toMatchObject({ kind: "refused" });
  });
});

test("any other answer is a refusal with its reason, cut short", async () => {
  expect(await read(422, `${"x".repeat(500)}\n`)).toEqual({
    kind: "refused",
    status: 422,
    reason: "x".repeat(200),
  });
});
