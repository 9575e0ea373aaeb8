// A reader who knows only a key that the log no longer uses: followed to the present one by what that
// key signed, and by nothing else.

import { describe, expect, test } from "vitest";
import { logSigner, publicKey, sha256, verifyEd25519 } from "../../src/app/crypto.ts";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatCheckpoint } from "../../src/proof/checkpoint.ts";
import { formatVerifierKey, KEY_TYPE, type PrivateKey } from "../../src/proof/key.ts";
import { formatNote, signNote } from "../../src/proof/note.ts";
import { policyOfKey } from "../../src/proof/policy.ts";
import { HANDOVERS } from "../../src/proof/succession.ts";
import { rootAt } from "../../src/proof/tree-builder.ts";
import { verifyLog } from "../../src/proof/verify.ts";
import { evidenceOf, hasher, makeLog, ORIGIN } from "./support.ts";

const keys = [11, 12, 13].map((fill): PrivateKey => {
  return { name: ORIGIN, seed: new Uint8Array(32).fill(fill) };
}) as [PrivateKey, PrivateKey, PrivateKey];
const vkeyOf = (key: PrivateKey) => formatVerifierKey(publicKey(key, KEY_TYPE.log));
const [first, second, third] = keys;
const trust = { policy: policyOfKey(publicKey(first, KEY_TYPE.log)), sha256, verifyEd25519 };

function fact(type: string, data: object): Uint8Array {
  const common = { version: 1, id: "x", stream: "log-key-x", revision: 0 };
  const recorded = { recordedAt: "2026-11-01T00:00:00.000Z", actor: "test" };
  return toUtf8(JSON.stringify({ type, ...common, ...recorded, data }));
}

const announce = (key: PrivateKey, old: PrivateKey) =>
  fact("LogKeyAnnounced", {
    vkey: vkeyOf(key),
    replaces: vkeyOf(old),
    announcedOn: "2026-11-01",
  });
const retire = (key: PrivateKey, lastSize: number) =>
  fact("LogKeyRetired", { vkey: vkeyOf(key), lastSize, retiredOn: "2026-11-01" });

/** 300 entries: the first key gives way to the second at 101, the second to the third at 201. */
const CHANGES = new Map([
  [100, announce(second, first)],
  [101, retire(first, 101)],
  [200, announce(third, second)],
  [201, retire(second, 201)],
]);

async function logOf(changes: ReadonlyMap<number, Uint8Array> = CHANGES) {
  const log = await makeLog(300, (n) => changes.get(n) ?? toUtf8(`{"entry":${n}}`));
  const signedAt = async (size: number, by: readonly PrivateKey[]) => {
    const root = rootAt(hasher, size, log.readTile);
    const text = formatCheckpoint({ origin: ORIGIN, size, root });
    return toUtf8(formatNote(await signNote(text, by.map(logSigner))));
  };
  const { files } = log;
  files.set("checkpoint", await signedAt(300, [third]));
  files.set(`${HANDOVERS}101`, await signedAt(101, [first, second]));
  files.set(`${HANDOVERS}201`, await signedAt(201, [second, third]));
  return { files, signedAt };
}

const verdictOn = (files: ReadonlyMap<string, Uint8Array>) => verifyLog(evidenceOf(files), trust);

describe("a reader who knows only a retired key", () => {
  test("follows two changes to the key that signs now, and is told how", async () => {
    const { files } = await logOf();
    const verdict = await verdictOn(files);
    expect(verdict).toMatchObject({ pass: true, size: 300 });
    const step = verdict.steps.find(({ name }) => name.en.startsWith("From your key"));
    expect(step?.detail.en).toBe(
      `#100 ${vkeyOf(second)} (handovers/101); #200 ${vkeyOf(third)} (handovers/201)`,
    );
  });

  test("needs no list of files for it, as from a web server", async () => {
    const { files } = await logOf();
    const fetch = async (path: string) => files.get(path);
    expect(await verifyLog({ fetch }, trust)).toMatchObject({ pass: true });
  });

  test("may bring a checkpoint of that key in the place of the log's own", async () => {
    const { files, signedAt } = await logOf();
    files.delete(`${HANDOVERS}101`);
    expect(await verdictOn(files)).toMatchObject({ pass: false });
    const kept = (size: number) =>
      signedAt(size, [first]).then((bytes) => [{ path: "kept", bytes }]);
    const given = async (size: number) =>
      verifyLog({ ...evidenceOf(files), earlier: await kept(size) }, trust);
    expect(await given(100)).toMatchObject({ pass: true });
    // One that does not cover the announcement, or that the key signed after its end, says nothing.
    expect(await given(99)).toMatchObject({ pass: false, firstLie: { path: "checkpoint" } });
    expect(await given(102)).toMatchObject({ pass: false, firstLie: { path: "checkpoint" } });
  });

  test("is not led on by a key that no trusted key's tree announces", async () => {
    const others = [
      new Map(CHANGES).set(100, toUtf8("{}")),
      new Map(CHANGES).set(100, announce(second, third)),
      new Map(CHANGES).set(100, fact("LogKeyAnnounced", { vkey: vkeyOf(second) })),
    ];
    for (const changes of others) {
      const verdict = await verdictOn((await logOf(changes)).files);
      expect(verdict).toMatchObject({ pass: false, firstLie: { path: "checkpoint" } });
    }
  });

  test("finds out a handover of another tree than the one shown", async () => {
    const { files } = await logOf();
    const other = await logOf(new Map(CHANGES).set(50, toUtf8('{"entry":"50"}')));
    files.set(`${HANDOVERS}101`, other.files.get(`${HANDOVERS}101`) as Uint8Array);
    expect(await verdictOn(files)).toMatchObject({
      pass: false,
      firstLie: { path: "handovers/101" },
    });
  });

  test("finds out a server that shows the announcement only at first", async () => {
    const { files } = await logOf();
    const silent = await logOf(new Map(CHANGES).set(100, toUtf8("{}")));
    // The tree without the announcement is signed by the third key as well, and by the first up to 101.
    for (const path of ["checkpoint", "handovers/101", "handovers/201"]) {
      files.set(path, silent.files.get(path) as Uint8Array);
    }
    let looks = 0;
    const fetch = async (path: string) => {
      if (path === "tile/entries/000") looks += 1;
      return (path === "tile/entries/000" && looks === 1 ? files : silent.files).get(path);
    };
    const verdict = await verifyLog({ fetch }, trust);
    expect(verdict).toMatchObject({ pass: false, firstLie: { path: "checkpoint", entry: 100 } });
  });
});

test("a reader who knows the present key needs none of it", async () => {
  const { files } = await logOf();
  files.set(`${HANDOVERS}101`, toUtf8("nothing"));
  const present = { ...trust, policy: policyOfKey(publicKey(third, KEY_TYPE.log)) };
  const verdict = await verifyLog(evidenceOf(files), present);
  expect(verdict.pass).toBe(true);
  expect(verdict.steps.map(({ name }) => name.en)).not.toContain("From your key");
});
