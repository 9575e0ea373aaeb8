import { describe, expect, test } from "vitest";
import { decodeBundle, encodeBundle } from "../../src/proof/bundle.ts";
import { toBase64, toUtf8, type VerifyEd25519 } from "../../src/proof/bytes.ts";
import { sha256 as pureSha256 } from "../../src/proof/sha256.ts";
import { bundlePath } from "../../src/proof/tile.ts";
import { rootAt } from "../../src/proof/tree-builder.ts";
import { type LogEvidence, type VerifiedTree, verifyLog } from "../../src/proof/verify.ts";
import {
  entryBytes,
  evidenceOf,
  flipBit,
  hasher,
  makeLog,
  signedCheckpoint,
  TRUST,
} from "./support.ts";

const log = await makeLog(600);
const check = (files: Map<string, Uint8Array>, more: Partial<LogEvidence> = {}) =>
  verifyLog({ ...evidenceOf(files), ...more }, TRUST);
const changed = (path: string, bytes: Uint8Array | undefined) => {
  const files = new Map(log.files);
  if (bytes === undefined) files.delete(path);
  else files.set(path, bytes);
  return files;
};
const get = (path: string) => log.files.get(path) as Uint8Array;

describe("a true log passes", () => {
  test.each([0, 1, 2, 255, 256, 257, 513])("with %d entries", async (size) => {
    const small = await makeLog(size);
    const verdict = await check(small.files);
    expect(verdict).toMatchObject({ pass: true, size, root: toBase64(small.root) });
    expect(verdict.firstLie).toBeUndefined();
    expect(verdict.steps.map(({ name }) => name.en)).toEqual([
      "Checkpoint signature",
      "Witness cosignatures",
      "Files",
      "Entries",
      "Hash tiles",
      "Root hash",
    ]);
  });

  test("when it was read where files cannot be listed", async () => {
    const verdict = await verifyLog({ fetch: evidenceOf(log.files).fetch }, TRUST);
    expect(verdict.pass).toBe(true);
    expect(verdict.steps.some(({ name }) => name.en === "Files")).toBe(false);
  });

  test("when a partial file gave way to the full one, as the specification allows", async () => {
    // At 768 entries the third tile is full; only the level above still needs its partial file.
    const files = new Map((await makeLog(768)).files)
      .set("checkpoint", get("checkpoint"))
      .set("tile/1/000.p/2", get("tile/1/000.p/2"));
    const { fetch } = evidenceOf(files);
    expect(await verifyLog({ fetch }, TRUST)).toMatchObject({ pass: true, size: 600 });
  });

  test("when partial files of smaller trees lie beside it", async () => {
    const files = new Map([...(await makeLog(530)).files, ...log.files]);
    expect(files.size).toBeGreaterThan(log.files.size);
    expect((await check(files)).pass).toBe(true);
  });
});

describe("every lie is found and named", () => {
  test("a changed entry", async () => {
    const { entries } = decodeBundle(get("tile/entries/001"), 256);
    const forged = entries.map((entry, i) => (i === 3 ? toUtf8("{}") : entry));
    const verdict = await check(changed("tile/entries/001", encodeBundle(forged)));
    const offset = encodeBundle(entries.slice(0, 3)).length + 2;
    expect(verdict.pass).toBe(false);
    expect(verdict.firstLie).toMatchObject({ path: "tile/entries/001", entry: 260, offset });
  });

  test("a changed hash in a tile, which is not the entry's fault", async () => {
    const verdict = await check(
      changed("tile/0/002.p/88", flipBit(get("tile/0/002.p/88"), 32 * 8)),
    );
    expect(verdict.firstLie).toMatchObject({ path: "tile/0/002.p/88", entry: 514, offset: 32 });
    const passed = verdict.steps.filter((step) => step.pass).map(({ name }) => name.en);
    expect(passed).toContain("Entries");
    expect(passed).toContain("Root hash");
  });

  test("a changed hash above the leaves", async () => {
    const verdict = await check(changed("tile/1/000.p/2", flipBit(get("tile/1/000.p/2"), 0)));
    expect(verdict.firstLie).toMatchObject({ path: "tile/1/000.p/2", offset: 0 });
    expect(verdict.firstLie?.entry).toBeUndefined();
  });

  test("a history rewritten together with its tiles: the signed root gives it away", async () => {
    const forged = await makeLog(600, (n) => (n === 300 ? toUtf8("{}") : entryBytes(n)));
    const files = new Map(forged.files).set("checkpoint", get("checkpoint"));
    const verdict = await check(files);
    expect(verdict.firstLie).toMatchObject({
      path: "checkpoint",
      what: { en: "the root recomputed from the entries is not the signed one" },
    });
  });

  test.each([...log.files.keys()])("%s missing", async (path) => {
    const verdict = await check(changed(path, undefined));
    expect(verdict).toMatchObject({ pass: false, firstLie: { path } });
  });

  test.each([...log.files.keys()])("%s cut short or made longer", async (path) => {
    const bytes = get(path);
    for (const other of [bytes.subarray(0, -1), new Uint8Array([...bytes, 0]), new Uint8Array(0)]) {
      expect(await check(changed(path, other))).toMatchObject({ pass: false, firstLie: { path } });
    }
  });

  test("a file that the tree does not account for", async () => {
    const verdict = await check(changed("tile/0/003.p/1", new Uint8Array(32)));
    expect(verdict).toMatchObject({ pass: false, firstLie: { path: "tile/0/003.p/1" } });
  });

  test("an older partial file that says something else", async () => {
    const files = new Map([...(await makeLog(530)).files, ...log.files]);
    for (const path of ["tile/0/002.p/18", "tile/entries/002.p/18"]) {
      const forged = new Map(files).set(path, flipBit(files.get(path) as Uint8Array, 100));
      expect(await check(forged)).toMatchObject({ pass: false, firstLie: { path } });
    }
  });

  test("a checkpoint that lacks a witness, the log or its truth", async () => {
    const note = Buffer.from(get("checkpoint")).toString();
    const lines = note.split("\n");
    const without = (name: string) =>
      toUtf8(lines.filter((l) => !l.startsWith(`— ${name}`)).join("\n"));
    expect(await check(changed("checkpoint", without("witness.example/b")))).toMatchObject({
      pass: false,
      firstLie: { what: { en: "too few witnesses cosigned" } },
    });
    for (const bytes of [without("log.example"), toUtf8(note.replace("\n600\n", "\n599\n"))]) {
      const verdict = await check(changed("checkpoint", bytes));
      expect(verdict).toMatchObject({ pass: false, size: undefined, root: undefined });
      expect(verdict.steps).toHaveLength(1);
    }
  });
});

describe("checkpoints kept from earlier", () => {
  const kept = async (size: number) => ({
    path: `kept/${size}`,
    bytes: await log.checkpointAt(size),
  });

  test("of every smaller size are prefixes", async () => {
    const earlier = await Promise.all([0, 1, 255, 256, 257, 512, 599, 600].map(kept));
    const verdict = await check(log.files, { earlier });
    expect(verdict.pass).toBe(true);
    expect(verdict.steps.at(-1)).toMatchObject({
      name: { en: "Earlier checkpoints" },
      detail: { en: "8" },
    });
  });

  test("show a history that was rewritten since, consistently and freshly signed", async () => {
    const forged = await makeLog(600, (n) => (n === 300 ? toUtf8("{}") : entryBytes(n)));
    const earlier = [await kept(299), await kept(400)];
    expect(await check(forged.files, { earlier })).toMatchObject({
      pass: false,
      firstLie: { path: "kept/400", what: { en: /history was rewritten/ } },
    });
  });

  test("show a log that was rolled back", async () => {
    const verdict = await check((await makeLog(500)).files, { earlier: [await kept(600)] });
    expect(verdict).toMatchObject({ pass: false, firstLie: { what: { en: /rolled back/ } } });
  });

  test("must be signed by the same log", async () => {
    const bytes = flipBit(await log.checkpointAt(5), 200);
    expect((await check(log.files, { earlier: [{ path: "kept/5", bytes }] })).pass).toBe(false);
  });
});

describe("receipts", () => {
  test("of any entry, issued at any size, are borne out", async () => {
    const receipts = await Promise.all(
      [
        [1, 1],
        [1, 600],
        [256, 256],
        [256, 257],
        [300, 599],
        [600, 600],
      ].map(async ([entry = 0, size]) => ({
        path: `receipts/${entry}-${size}`,
        bytes: await log.receipt(entry, size),
      })),
    );
    expect((await check(log.files, { receipts })).pass).toBe(true);
  });

  test("show an entry that was replaced after its receipt was given", async () => {
    const forged = await makeLog(600, (n) => (n === 300 ? toUtf8("{}") : entryBytes(n)));
    const receipts = [{ path: "r", bytes: await log.receipt(300) }];
    expect(await check(forged.files, { receipts })).toMatchObject({
      pass: false,
      firstLie: { path: "r", what: { en: /history was rewritten/ } },
    });
  });

  test("prove no entry but their own", async () => {
    const text = Buffer.from(await log.receipt(300)).toString();
    for (const bytes of [
      toUtf8(text.replace("index 299", "index 298")),
      toUtf8(text.replace(/extra .*/, `extra ${toBase64(entryBytes(301))}`)),
    ]) {
      expect(await check(log.files, { receipts: [{ path: "r", bytes }] })).toMatchObject({
        pass: false,
        firstLie: { path: "r" },
      });
    }
  });
});

describe("checks of the entries' content", () => {
  test("see every entry once, in order, and join the verdict", async () => {
    const seen: number[] = [];
    const checks = {
      onEntry(entry: number, bytes: Uint8Array) {
        if (Buffer.from(bytes).equals(entryBytes(entry))) seen.push(entry);
      },
      async finish({ size, root, isPrefix }: VerifiedTree) {
        const answers = [
          await isPrefix(size, root),
          await isPrefix(300, rootAt(hasher, 300, log.readTile)),
          await isPrefix(300, root),
          await isPrefix(601, root),
        ];
        const detail = { zh: answers.join(), en: answers.join() };
        return {
          steps: [{ name: { zh: "数字", en: "Figures" }, pass: false, detail }],
          lie: { what: detail, path: "x" },
        };
      },
    };
    const verdict = await check(log.files, { checks: () => checks });
    expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
    expect(verdict).toMatchObject({ pass: false, firstLie: { path: "x" } });
    expect(verdict.steps.at(-1)?.detail.en).toBe("true,true,false,false");
  });

  test("are not asked about a tree that does not hold", async () => {
    const finish = () => Promise.reject(new Error("asked"));
    const files = changed("tile/0/000", flipBit(get("tile/0/000"), 9));
    const verdict = await check(files, { checks: () => ({ onEntry: () => {}, finish }) });
    expect(verdict.pass).toBe(false);
  });

  test("a bundle that is missing stops the reading there", async () => {
    const seen: number[] = [];
    const checks = { onEntry: (n: number) => seen.push(n), finish: async () => ({ steps: [] }) };
    await check(changed(bundlePath(1, 256), undefined), { checks: () => checks });
    expect(seen).toHaveLength(256);
  });
});

test("runs on what a browser has: our own SHA-256 and WebCrypto's Ed25519", async () => {
  const verifyEd25519: VerifyEd25519 = async (publicKey, message, signature) => {
    const { subtle } = globalThis.crypto;
    const copy = (bytes: Uint8Array) => new Uint8Array(bytes);
    const key = await subtle.importKey("raw", copy(publicKey), "Ed25519", false, ["verify"]);
    return subtle.verify("Ed25519", key, copy(signature), copy(message));
  };
  const trust = { policy: TRUST.policy, sha256: pureSha256, verifyEd25519 };
  const verdict = await verifyLog(evidenceOf(log.files), trust);
  expect(verdict).toEqual(await check(log.files));
  expect(verdict.pass).toBe(true);
  const checkpoint = flipBit(get("checkpoint"), 8 * 20);
  expect((await verifyLog(evidenceOf(changed("checkpoint", checkpoint)), trust)).pass).toBe(false);
});

test("a log with a signed size but no entries fails at once, however large the size", async () => {
  const files = new Map([["checkpoint", await signedCheckpoint(2 ** 52, hasher.empty())]]);
  expect(await check(files)).toMatchObject({ pass: false, firstLie: { path: "tile/entries/000" } });
});
