// The log and real witnesses, joined without a network: the log asks, the witness's own app answers.

import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import { publicKey, sha256, verifyEd25519 } from "../../../src/app/crypto.ts";
import { cosignOnce } from "../../../src/app/log/cosign.ts";
import { publishedFile } from "../../../src/app/log/published-log.ts";
import type { TransparencyLog } from "../../../src/app/log/transparency-log.ts";
import type { Ask } from "../../../src/app/log/witness-http.ts";
import { createWitnessKey, openWitness, type Witness } from "../../../src/app/witness/witness.ts";
import { buildWitnessApp } from "../../../src/http/witness-app.ts";
import { toUtf8 } from "../../../src/proof/bytes.ts";
import { formatVerifierKey, KEY_TYPE, parseVerifierKey } from "../../../src/proof/key.ts";
import { openCheckpoint, type TrustPolicy } from "../../../src/proof/policy.ts";
import { type Entries, entryList, KEY, openLog, tempFolder } from "./support.ts";

const NOW = Date.parse("2026-11-01T00:00:00Z");
const now = () => NOW;

type Desk = { readonly witness: Witness; readonly app: FastifyInstance; readonly dir: string };
const desks: Desk[] = [];

afterEach(async () => {
  for (const { app, witness } of desks.splice(0)) {
    await app.close();
    witness.close();
  }
});

function openDesk(name: string): Desk {
  const dir = tempFolder();
  createWitnessKey(dir, `witness.example/${name}`);
  const witness = openWitness(dir, now);
  witness.trust(formatVerifierKey(publicKey(KEY, KEY_TYPE.log)));
  const desk = { witness, app: buildWitnessApp(witness), dir };
  desks.push(desk);
  return desk;
}

/** A policy of these witnesses; `w0` is reached at http://0, and so on. */
function policyOf(threshold: number, witnesses: readonly Desk[]): TrustPolicy {
  const members = witnesses.map((_, index) => `w${index}`);
  return {
    logs: [{ key: publicKey(KEY, KEY_TYPE.log) }],
    witnesses: witnesses.map(({ witness }, index) => ({
      name: `w${index}`,
      key: parseVerifierKey(sha256, witness.vkey),
      url: `http://${index}`,
    })),
    groups: [{ name: "enough", threshold, members }],
    quorum: "enough",
  };
}

const network =
  (witnesses: readonly Desk[]): Ask =>
  async (method, url, body) => {
    const { host, pathname } = new URL(url.replace("http://", "http://w"));
    const app = witnesses[Number(host.slice(1))]?.app;
    if (!app) throw new Error("no answer");
    const answer = await app.inject({ method, url: pathname, ...(body ? { body } : {}) });
    const contentType = String(answer.headers["content-type"]);
    return { status: answer.statusCode, contentType, body: new Uint8Array(answer.rawPayload) };
  };

const opened = (log: TransparencyLog, policy: TrustPolicy) =>
  openCheckpoint(publishedFile(log, "checkpoint") as Uint8Array, policy, verifyEd25519, NOW / 1000);

async function witnessed(count: number, threshold: number, entries: Entries) {
  const witnesses = Array.from({ length: count }, (_, index) => openDesk(String(index)));
  const policy = policyOf(threshold, witnesses);
  const dir = tempFolder();
  const log = openLog(dir, entries, { policy });
  return { witnesses, policy, dir, log, means: { now, ask: network(witnesses) } };
}

describe("a log with witnesses", () => {
  test("publishes what the quorum has cosigned", async () => {
    const { log, policy, means } = await witnessed(2, 2, entryList(300));
    log.sign();
    expect(log.published()).toBeUndefined();
    expect(await cosignOnce(log, means)).toMatchObject({ size: 300, published: true });
    const checkpoint = await opened(log, policy);
    expect(checkpoint).toMatchObject({ size: 300, quorumMet: true });
    expect(checkpoint.cosigners.map(({ name }) => name)).toEqual(["w0", "w1"]);
  });

  test("goes on showing the earlier checkpoint while the quorum is missing", async () => {
    const entries = entryList(10);
    const { log, witnesses, means } = await witnessed(2, 2, entries);
    await cosignOnce(log, means);
    entries.add(5);
    const lost = network(witnesses.slice(0, 1));
    const round = await cosignOnce(log, { now, ask: lost });
    expect(round).toMatchObject({ size: 15, published: false });
    expect(round.asked.map(({ outcome }) => outcome)).toEqual(["cosigned", "unreachable"]);
    expect(log.published()?.size).toBe(10);
    expect(await cosignOnce(log, means)).toMatchObject({ published: true });
    expect(log.published()?.size).toBe(15);
  });

  test("catches up with a witness that knows more of it than it remembers", async () => {
    const entries = entryList(10);
    const { log, policy, means } = await witnessed(1, 1, entries);
    await cosignOnce(log, means);
    log.kept().keepWitnessed(formatVerifierKey(policy.witnesses[0]?.key as never), 0);
    entries.add(300);
    expect(await cosignOnce(log, means)).toMatchObject({ size: 310, published: true });
  });

  test("is told of an older backup before anything is written on it", async () => {
    const entries = entryList(20);
    const { dir, log, witnesses, policy, means } = await witnessed(1, 1, entries);
    await cosignOnce(log, means);
    log.close();
    const backup = join(tempFolder(), "backup");
    cpSync(dir, backup, { recursive: true });
    entries.add(30);
    const later = openLog(dir, entries, { policy });
    await cosignOnce(later, means);

    const restored = openLog(backup, entryList(20), { policy });
    expect(restored.fork()).toBeUndefined();
    await cosignOnce(restored, { now, ask: network(witnesses) });
    expect(restored.fork()).toMatchObject({ kind: "rollback", source: "w0", size: 50, head: 20 });
  });

  test("is told of a split view by a witness that saw another tree of the same key", async () => {
    const { witnesses, policy, means } = await witnessed(1, 1, entryList(1));
    const other = entryList(39);
    other.texts.push("{}");
    await cosignOnce(openLog(tempFolder(), other, { policy }), means);
    for (const size of [40, 60]) {
      const log = openLog(tempFolder(), entryList(size), { policy });
      const round = await cosignOnce(log, { now, ask: network(witnesses) });
      expect(round).toMatchObject({ published: false });
      expect(log.fork()).toMatchObject({ kind: "split-view", source: "w0", size: 40 });
      expect(log.published()).toBeUndefined();
    }
  });

  test("goes on when the right ledger is back", async () => {
    const entries = entryList(20);
    const { dir, witnesses, policy, means } = await witnessed(1, 1, entries);
    const ask = network(witnesses);
    await cosignOnce(openLog(tempFolder(), entryList(50), { policy }), means);
    const restored = openLog(dir, entries, { policy });
    await cosignOnce(restored, { now, ask });
    expect(restored.fork()).toMatchObject({ kind: "rollback", size: 50 });
    restored.close();
    entries.add(31);
    const whole = openLog(dir, entries, { policy });
    expect(await cosignOnce(whole, { now, ask })).toMatchObject({ size: 51, published: true });
    expect(whole.fork()).toBeUndefined();
  });
});

describe("a witness's answer that is no cosignature", () => {
  const answers: Record<string, Awaited<ReturnType<Ask>>> = {
    "a signature of nobody": {
      status: 200,
      contentType: "text/plain",
      body: toUtf8("— x AAAAAAA=\n"),
    },
    "no bytes": { status: 200, contentType: "text/plain", body: new Uint8Array(0) },
    "bytes that are no text": { status: 200, contentType: "text/plain", body: Uint8Array.of(255) },
    "a conflict for ever": { status: 409, contentType: "text/x.tlog.size", body: toUtf8("3\n") },
    "a conflict at 2^64": {
      status: 409,
      contentType: "text/x.tlog.size",
      body: toUtf8("18446744073709551616\n"),
    },
    "an error": { status: 500, contentType: "text/html", body: toUtf8("<h1>no</h1>") },
  };

  test.each(Object.entries(answers))("does not count: %s", async (_name, answer) => {
    const { log } = await witnessed(1, 1, entryList(9));
    const round = await cosignOnce(log, { now, ask: async () => answer });
    expect(round).toMatchObject({ published: false });
    expect(log.published()).toBeUndefined();
    expect(log.fork()).toBeUndefined();
  });

  test("does not count when it is dated in the future", async () => {
    const { log, means } = await witnessed(1, 1, entryList(9));
    const round = await cosignOnce(log, { ...means, now: () => NOW - 3_600_000 });
    expect(round.asked[0]?.outcome).toBe("refused");
    expect(log.published()).toBeUndefined();
  });

  test("that says we once had more stops the log, even without a record of it", async () => {
    const { log } = await witnessed(1, 1, entryList(9));
    const ask: Ask = async (method) =>
      method === "POST"
        ? { status: 409, contentType: "text/x.tlog.size", body: toUtf8("12\n") }
        : { status: 404, contentType: "text/plain", body: new Uint8Array(0) };
    await cosignOnce(log, { now, ask });
    expect(log.fork()).toMatchObject({ kind: "rollback", size: 12, head: 9, root: null });
  });
});

test("a witness remembers over a restart what it cosigned", async () => {
  const entries = entryList(20);
  const { log, witnesses, means } = await witnessed(1, 1, entries);
  await cosignOnce(log, means);
  const [desk] = witnesses;
  if (!desk) throw new Error("no witness");
  const copy = join(tempFolder(), "copy");
  mkdirSync(copy);
  desk.witness.close();
  cpSync(desk.dir, copy, { recursive: true });
  rmSync(join(desk.dir, "witness.db"));
  const again = openWitness(copy, now);
  expect(again.logs()).toMatchObject([{ size: 20 }]);
  desks.splice(0, 1, { witness: again, app: buildWitnessApp(again), dir: copy });
});
