// The log's files over HTTP, as strangers ask for them.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicKey, sha256, verifyEd25519 } from "../../src/app/crypto.ts";
import { createKey, loadSigningKeys } from "../../src/app/log/log-keys.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { KEY_TYPE } from "../../src/proof/key.ts";
import { policyOfKey } from "../../src/proof/policy.ts";
import { verifyLog } from "../../src/proof/verify.ts";
import { verifyReceipt } from "../../src/proof/verify-receipt.ts";
import { type Desk, gift, openDesk, openFund, recorded } from "./support.ts";

let desk: Desk;
let trust: Parameters<typeof verifyReceipt>[1];

beforeAll(async () => {
  desk = await openDesk();
  const fund = await openFund(desk);
  await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("12.00")));
  createKey(desk.dir, "log.example/desk");
  desk = await desk.restart();
  desk.ledger.log.sign();
  const [key] = loadSigningKeys(desk.dir);
  if (!key) throw new Error("no key");
  trust = { policy: policyOfKey(publicKey(key, KEY_TYPE.log)), sha256, verifyEd25519 };
});

afterAll(() => desk.close());

test("an auditor verifies the log over HTTP alone", async () => {
  const fetch = async (path: string) => {
    const { statusCode, rawPayload } = await desk.get(`/${path}`);
    return statusCode === 200 ? new Uint8Array(rawPayload) : undefined;
  };
  expect(await verifyLog({ fetch }, trust)).toMatchObject({ pass: true, size: 5 });
});

test("the checkpoint may be kept for a moment, a tile for ever", async () => {
  const checkpoint = await desk.get("/checkpoint");
  expect(checkpoint.headers["content-type"]).toBe("text/plain; charset=utf-8");
  expect(checkpoint.headers["cache-control"]).toBe("public, max-age=1");
  const tile = await desk.get("/tile/0/000.p/5");
  expect(tile.headers["content-type"]).toBe("application/octet-stream");
  expect(tile.headers["cache-control"]).toMatch(/immutable/);
  expect(tile.rawPayload).toHaveLength(160);
});

describe("a path that names no published file is not found", () => {
  test.each([
    "/tile/0/000",
    "/tile/0/000.p/6",
    "/tile/0/000.p/0",
    "/tile/0/000.p/256",
    "/tile/0/000.p/05",
    "/tile/0/x000/000",
    "/tile/0/%2e%2e/000.p/5",
    "/tile/0/00%30.p/5",
    "/tile/0/000.p/5?x=1",
    "/tile/64/000.p/5",
    "/tile/-1/000.p/5",
    "/tile/00/000.p/5",
    "/tile/entries/000.p/6",
    "/tile//000.p/5",
    "/tile/0/000.p/5/",
    "/tile/../keys/log-1.key",
    "/tile/0/99999999999999999999.p/5",
    "/tile/0/x999/x999/x999/x999/x999/x999/999",
    "/checkpoint/",
    "/keys/log-1.key",
  ])("%s", async (path) => {
    const answer = await desk.get(path);
    expect([400, 404]).toContain(answer.statusCode);
    expect(answer.headers["content-type"]).toMatch(/problem\+json/);
    expect(answer.headers["cache-control"] ?? "").not.toMatch(/immutable/);
  });
});

describe("proofs", () => {
  test("are given within the tree, and beyond it the field is named", async () => {
    expect((await desk.get("/v1/log/inclusion?entry=2")).json()).toMatchObject({ size: 5 });
    expect((await desk.get("/v1/log/consistency?from=2&to=4")).json()).toMatchObject({ to: 4 });
    for (const [query, path] of [
      ["inclusion?entry=6", "entry"],
      ["inclusion?entry=1&size=6", "size"],
      ["inclusion?entry=0", "entry"],
      ["inclusion?entry=01", "entry"],
      ["inclusion?entry=18446744073709551616", "entry"],
      ["consistency?from=5&to=4", "from"],
      ["consistency?from=0", "from"],
      ["consistency?from=1&to=6", "to"],
    ]) {
      const answer = await desk.get(`/v1/log/${query}`);
      expect([answer.statusCode, answer.json().errors[0].path]).toEqual([400, path]);
    }
  });

  test("come as a receipt for an entry, and as 404 for one that is not signed yet", async () => {
    const answer = await desk.get("/v1/entries/5/receipt");
    const file = { path: "receipt", bytes: toUtf8(answer.body) };
    expect(await verifyReceipt(file, trust)).toMatchObject({ pass: true });
    const beyond = await desk.get("/v1/entries/6/receipt");
    expect([beyond.statusCode, beyond.json().code]).toEqual([404, "NOT_IN_CHECKPOINT"]);
  });
});

test("every report carries the root at its entry and the latest checkpoint", async () => {
  const note = (await desk.get("/checkpoint")).body;
  const { log } = (await desk.get("/v1/reports/counts?asOf=3")).json();
  const { root } = (await desk.get("/v1/log/inclusion?entry=1&size=3")).json();
  expect(log).toMatchObject({ size: 3, root, checkpoint: { size: 5, note } });
  const { headers } = await desk.get("/v1/reports/counts?asOf=3&format=csv");
  expect(headers["almoner-root"]).toBe(root);
  const sent = Buffer.from(headers["almoner-checkpoint"] as string, "base64");
  expect(sent.toString()).toBe(note);
});
