import { describe, expect, test } from "vitest";
import { toUtf8 } from "../../src/proof/bytes.ts";
import { formatReceipt, parseReceipt } from "../../src/proof/receipt.ts";
import { verifyReceipt } from "../../src/proof/verify-receipt.ts";
import { entryBytes, flipBit, makeLog, TRUST } from "./support.ts";

const log = await makeLog(300);
const bytes = await log.receipt(42);
const path = "42.tlog-proof";

test("a receipt is enough by itself: file and trusted keys, no log, no network", async () => {
  const verdict = await verifyReceipt({ path, bytes }, TRUST);
  expect(verdict).toMatchObject({ pass: true, size: 300 });
  expect(verdict.steps.map(({ detail }) => detail.en)).toEqual([
    "log.example/charity, 300 entries, 2 witnesses",
    "entry 42 is in the log",
  ]);
});

test("no flipped bit anywhere passes", async () => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const verdict = await verifyReceipt({ path, bytes: flipBit(bytes, bit) }, TRUST);
    expect(verdict.pass, `bit ${bit}`).toBe(false);
  }
});

describe("without the entry inside", () => {
  const { extra: _, ...bare } = parseReceipt(bytes);
  const file = { path, bytes: toUtf8(formatReceipt(bare)) };

  test("the entry is given beside it", async () => {
    expect((await verifyReceipt(file, TRUST, entryBytes(42))).pass).toBe(true);
    expect((await verifyReceipt(file, TRUST, entryBytes(43))).pass).toBe(false);
    expect((await verifyReceipt(file, TRUST, new Uint8Array(65_536))).pass).toBe(false);
  });

  test("or asked for", async () => {
    expect(await verifyReceipt(file, TRUST)).toMatchObject({
      pass: false,
      firstLie: { what: { en: /carries no entry/ }, entry: 42 },
    });
  });
});

test("a receipt without the quorum does not stand alone", async () => {
  const lines = Buffer.from(bytes).toString().split("\n");
  const alone = lines.filter((line) => !line.startsWith("— witness.example/a")).join("\n");
  expect(await verifyReceipt({ path, bytes: toUtf8(alone) }, TRUST)).toMatchObject({
    pass: false,
    firstLie: { what: { en: /too few witnesses/ } },
  });
});
