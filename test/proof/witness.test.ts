import { describe, expect, test } from "vitest";
import { logSigner, publicKey, verifyEd25519, witnessSigner } from "../../src/app/crypto.ts";
import { fromUtf8, toBase64, toUtf8 } from "../../src/proof/bytes.ts";
import { formatCheckpoint } from "../../src/proof/checkpoint.ts";
import { KEY_TYPE } from "../../src/proof/key.ts";
import { formatNote, signNote } from "../../src/proof/note.ts";
import { openCheckpoint } from "../../src/proof/policy.ts";
import { proveConsistency } from "../../src/proof/prove.ts";
import { rootAt } from "../../src/proof/tree-builder.ts";
import {
  cosignSubmission,
  decideSubmission,
  formatAddCheckpoint,
  openSubmission,
  parseAddCheckpoint,
  type Submission,
  type WitnessState,
} from "../../src/proof/witness.ts";
import { flipBit, hasher, LOG_KEY, makeLog, ORIGIN, POLICY, WITNESS_KEYS } from "./support.ts";

const log = await makeLog(700);
const LOGS = [publicKey(LOG_KEY, KEY_TYPE.log)];
const stateAt = async (size: number): Promise<WitnessState> => ({
  size,
  root: rootAt(hasher, size, log.readTile),
});

async function signedText(text: string): Promise<Uint8Array> {
  return toUtf8(formatNote(await signNote(text, [logSigner(LOG_KEY)])));
}

async function request(oldSize: number, newSize: number): Promise<Uint8Array> {
  const tree = { hasher, size: newSize, readTile: log.readTile };
  const proof = oldSize > newSize ? [] : await proveConsistency(tree, oldSize);
  const text = formatCheckpoint({ origin: ORIGIN, ...(await stateAt(newSize)) });
  return toUtf8(formatAddCheckpoint({ oldSize, proof, checkpoint: await signedText(text) }));
}

/** Runs a request against what the witness remembers: the status, or the state it would keep. */
async function submit(body: Uint8Array, stored?: WitnessState) {
  const opened = await openSubmission(body, LOGS, verifyEd25519);
  return "answer" in opened ? opened : decideSubmission(hasher, opened.submission, stored);
}

describe("the request", () => {
  test("reads back", async () => {
    const body = await request(300, 700);
    const parsed = parseAddCheckpoint(body);
    expect(parsed.oldSize).toBe(300);
    expect(formatAddCheckpoint(parsed)).toBe(fromUtf8(body));
  });

  test("is never sent with more than 63 proof lines", () => {
    const proof = Array.from({ length: 64 }, () => new Uint8Array(32));
    const checkpoint = new Uint8Array(0);
    expect(() => formatAddCheckpoint({ oldSize: 1, proof, checkpoint })).toThrow(RangeError);
  });

  const hash = toBase64(new Uint8Array(32));
  test.each([
    ["a leading zero", (text: string) => text.replace("old 300", "old 0300")],
    ["no old line", (text: string) => text.replace("old 300\n", "")],
    [
      "a 64th proof line",
      (text: string) => text.replace("300\n", `300\n${`${hash}\n`.repeat(63)}`),
    ],
    ["a short hash", (text: string) => text.replace("300\n", "300\nQUJD\n")],
    ["CRLF", (text: string) => text.replaceAll("\n", "\r\n")],
    ["no checkpoint", (text: string) => text.slice(0, text.indexOf("\n\n"))],
    ["a damaged checkpoint", (text: string) => text.slice(0, -1)],
    ["nothing", () => ""],
  ])("with %s is answered 400", async (_, change) => {
    const body = toUtf8(change(fromUtf8(await request(300, 700))));
    expect(await submit(body)).toMatchObject({ answer: { status: 400 } });
  });
});

describe("the decision (c2sp.org/tlog-witness)", () => {
  test.each([
    [0, 0],
    [0, 1],
    [0, 700],
    [1, 2],
    [255, 256],
    [256, 700],
    [700, 700],
  ])("accepts %d to %d with its proof", async (oldSize, newSize) => {
    const stored = oldSize === 0 ? undefined : await stateAt(oldSize);
    const decided = await submit(await request(oldSize, newSize), stored);
    expect(decided).toEqual({ accept: await stateAt(newSize) });
  });

  test("answers 404 to a log it does not know", async () => {
    const text = formatCheckpoint({ origin: "other.example/log", ...(await stateAt(1)) });
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: await signedText(text) });
    expect(await submit(toUtf8(body))).toMatchObject({ answer: { status: 404 } });
  });

  test("answers 403 when the log did not sign this text", async () => {
    const body = fromUtf8(await request(300, 700)).replace("\n700\n", "\n701\n");
    expect(await submit(toUtf8(body))).toMatchObject({ answer: { status: 403 } });
  });

  test("answers 400 to an old size above the new one", async () => {
    expect(await submit(await request(500, 300))).toMatchObject({ answer: { status: 400 } });
  });

  test("answers 409 with the size it has, when the old size is another", async () => {
    const conflict = { answer: { status: 409, body: "500\n", contentType: "text/x.tlog.size" } };
    expect(await submit(await request(300, 700), await stateAt(500))).toEqual(conflict);
    expect(await submit(await request(0, 300), await stateAt(500))).toEqual(conflict);
    expect(await submit(await request(300, 700))).toMatchObject({ answer: { body: "0\n" } });
  });

  test("answers 409 to a fork: the same size with another root", async () => {
    const forked = { ...(await stateAt(700)), root: new Uint8Array(32) };
    expect(await submit(await request(700, 700), forked)).toMatchObject({
      answer: { status: 409, body: "700\n" },
    });
  });

  test("answers 422 to a proof that does not hold", async () => {
    const forked = { size: 300, root: new Uint8Array(32) };
    expect(await submit(await request(300, 700), forked)).toMatchObject({
      answer: { status: 422 },
    });
    const proof = parseAddCheckpoint(await request(300, 700)).proof;
    for (const broken of [proof.slice(1), [], proof.map((h) => flipBit(h, 0))]) {
      const checkpoint = parseAddCheckpoint(await request(300, 700)).checkpoint;
      const body = toUtf8(formatAddCheckpoint({ oldSize: 300, proof: broken, checkpoint }));
      expect(await submit(body, await stateAt(300))).toMatchObject({ answer: { status: 422 } });
    }
  });

  test("answers 422 to a first checkpoint with a proof, or an empty tree with a wrong root", async () => {
    const { checkpoint } = parseAddCheckpoint(await request(0, 700));
    const body = formatAddCheckpoint({ oldSize: 0, proof: [new Uint8Array(32)], checkpoint });
    expect(await submit(toUtf8(body))).toMatchObject({ answer: { status: 422 } });
    const text = formatCheckpoint({ origin: ORIGIN, size: 0, root: new Uint8Array(32) });
    const empty = { oldSize: 0, proof: [], checkpoint: await signedText(text) };
    expect(await submit(toUtf8(formatAddCheckpoint(empty)))).toMatchObject({
      answer: { status: 409 },
    });
  });
});

test("what it cosigns completes the checkpoint for every reader", async () => {
  const body = await request(0, 700);
  const opened = await openSubmission(body, LOGS, verifyEd25519);
  const { submission } = opened as { submission: Submission };
  const answer = await cosignSubmission(
    submission,
    WITNESS_KEYS.map((key) => witnessSigner(key)(9)),
  );
  expect(answer.status).toBe(200);
  const full = toUtf8(fromUtf8(submission.checkpoint) + answer.body);
  const read = await openCheckpoint(full, POLICY, verifyEd25519);
  expect(read).toMatchObject({ quorumMet: true, cosigners: [{ time: 9 }, { time: 9 }] });
});
