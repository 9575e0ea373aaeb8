import { describe, expect, test } from "vitest";
import { fromUtf8, toBase64, toUtf8 } from "../../src/proof/bytes.ts";
import { formatReceipt, parseReceipt } from "../../src/proof/receipt.ts";
import { entryBytes, makeLog } from "./support.ts";

const log = await makeLog(300);
const file = await log.receipt(42);
const text = fromUtf8(file);

test("a receipt reads back: index, proof, checkpoint, entry", () => {
  const receipt = parseReceipt(file);
  expect(receipt.index).toBe(41);
  expect(receipt.proof).toHaveLength(9);
  expect(receipt.extra).toEqual(entryBytes(42));
  expect(receipt.checkpoint).toEqual(log.files.get("checkpoint"));
  expect(formatReceipt(receipt)).toBe(text);
});

test("the extra line is optional, and may be empty", () => {
  const { extra: _, ...bare } = parseReceipt(file);
  expect(parseReceipt(toUtf8(formatReceipt(bare)))).toEqual(bare);
  const empty = { ...bare, extra: new Uint8Array(0) };
  expect(parseReceipt(toUtf8(formatReceipt(empty)))).toEqual(empty);
});

describe("refuses", () => {
  const hash = toBase64(new Uint8Array(32));
  test.each([
    ["another header", text.replace("@v1", "@v2")],
    ["no index", text.replace("index 41\n", "")],
    ["a leading zero", text.replace("index 41", "index 041")],
    ["CRLF", text.replaceAll("\n", "\r\n")],
    ["the extra line after the index", text.replace(/(extra .*\n)(index 41\n)/, "$2$1")],
    ["two extra lines", text.replace("index", "extra QQ==\nindex")],
    ["extra data in odd base64", text.replace(/extra .*\n/, "extra QR==\n")],
    ["a hash of another length", text.replace("index 41\n", "index 41\nQUJD\n")],
    ["a 64th proof line", text.replace("index 41\n", `index 41\n${`${hash}\n`.repeat(64)}`)],
    ["no checkpoint", text.slice(0, text.indexOf("\n\n"))],
    ["more than two megabytes", text + "x".repeat(2_000_000)],
  ])("%s", (_, changed) => {
    expect(() => parseReceipt(toUtf8(changed))).toThrow(
      expect.objectContaining({ code: "MALFORMED" }),
    );
  });
});
