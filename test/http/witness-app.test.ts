// A witness as strangers meet it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicKey, sha256 } from "../../src/app/crypto.ts";
import { createWitnessKey, openWitness, type Witness } from "../../src/app/witness/witness.ts";
import { buildWitnessApp } from "../../src/http/witness-app.ts";
import { fromUtf8, toHex, toUtf8 } from "../../src/proof/bytes.ts";
import { formatVerifierKey, KEY_TYPE } from "../../src/proof/key.ts";
import { proveConsistency } from "../../src/proof/prove.ts";
import { formatAddCheckpoint } from "../../src/proof/witness.ts";
import { hasher, LOG_KEY, makeLog, ORIGIN, type TestLog } from "../proof/support.ts";

let dir: string;
let witness: Witness;
let app: FastifyInstance;
let log: TestLog;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "almoner-witness-"));
  createWitnessKey(dir, "witness.example/firm");
  witness = openWitness(dir, () => 1_700_000_000_000);
  witness.trust(formatVerifierKey(publicKey(LOG_KEY, KEY_TYPE.log)));
  app = buildWitnessApp(witness);
  log = await makeLog(300);
});

afterAll(async () => {
  await app.close();
  witness.close();
  rmSync(dir, { recursive: true });
});

const post = (body: string | Uint8Array) =>
  app.inject({ method: "POST", url: "/add-checkpoint", payload: Buffer.from(body) });

async function request(oldSize: number, size: number, from = log): Promise<string> {
  const tree = { hasher, size, readTile: from.readTile };
  const proof = await proveConsistency(tree, oldSize);
  return formatAddCheckpoint({ oldSize, proof, checkpoint: await from.checkpointAt(size) });
}

test("cosigns a log it trusts as it grows, and answers 409 with the size it has", async () => {
  expect((await post(await request(0, 100))).statusCode).toBe(200);
  const stale = await post(await request(0, 300));
  expect([stale.statusCode, stale.body]).toEqual([409, "100\n"]);
  expect(stale.headers["content-type"]).toMatch(/^text\/x\.tlog\.size/);
  const cosigned = await post(await request(100, 300));
  expect([cosigned.statusCode, cosigned.body.startsWith("— witness.example/firm ")]).toEqual([
    200,
    true,
  ]);
  const read = await app.inject(`/${toHex(sha256(toUtf8(ORIGIN)))}/checkpoint`);
  expect(read.body).toBe(fromUtf8(await log.checkpointAt(300)));
});

test("refuses another tree of the same size, and one that does not continue", async () => {
  const other = await makeLog(400, (n) => toUtf8(`other ${n}`));
  expect((await post(await request(300, 300, other))).statusCode).toBe(409);
  expect((await post(await request(300, 400, other))).statusCode).toBe(422);
});

describe("refuses what is no request", () => {
  const size = "old 300\n\n";
  const cases: Record<string, () => Promise<string | Uint8Array>> = {
    nothing: async () => "",
    "no text": async () => Uint8Array.of(0xff, 0xfe),
    "an old size above the new one": async () => (await request(300, 300)).replace("300", "301"),
    "an old size with a leading zero": async () => (await request(300, 300)).replace("300", "0300"),
    "a size of 2^64": async () => (await request(300, 300)).replace("\n300\n", `\n${2n ** 64n}\n`),
    "line ends of another system": async () => (await request(300, 300)).replaceAll("\n", "\r\n"),
    "a 64th line of proof": async () => {
      const line = `${Buffer.alloc(32).toString("base64")}\n`;
      return (await request(300, 300)).replace("old 300\n", `old 300\n${line.repeat(64)}`);
    },
    "a hash in another spelling": async () =>
      (await request(300, 300)).replace("old 300\n", "old 300\nAAAA\n"),
    "a checkpoint without signatures": async () => `${size}${ORIGIN}\n300\nAAAA\n`,
  };

  test.each(Object.entries(cases))("%s", async (_name, make) => {
    expect((await post(await make())).statusCode).toBe(400);
  });

  test("a log it does not know, and one that its key did not sign", async () => {
    const text = await request(300, 300);
    expect((await post(text.replaceAll(ORIGIN, "log.example/other"))).statusCode).toBe(404);
    const forged = text.replace("\n300\n", "\n301\n").replace("old 300", "old 300");
    expect((await post(forged)).statusCode).toBe(403);
  });

  test("a body beyond any checkpoint", async () => {
    expect((await post("x".repeat(1_200_000))).statusCode).toBe(413);
  });
});
