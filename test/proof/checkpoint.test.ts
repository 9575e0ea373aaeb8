import { expect, test } from "vitest";
import { toBase64 } from "../../src/proof/bytes.ts";
import { formatCheckpoint, parseCheckpoint } from "../../src/proof/checkpoint.ts";

// The example of c2sp.org/tlog-checkpoint.
const EXAMPLE =
  "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

test("reads and writes the specification's example", () => {
  const checkpoint = parseCheckpoint(EXAMPLE);
  expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163 });
  expect(toBase64(checkpoint.root)).toBe("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
  expect(formatCheckpoint(checkpoint)).toBe(EXAMPLE);
});

test("keeps the extension lines of foreign logs", () => {
  const checkpoint = parseCheckpoint(`${EXAMPLE}one\ntwo\n`);
  expect(checkpoint.extensions).toEqual(["one", "two"]);
  expect(formatCheckpoint(checkpoint)).toBe(`${EXAMPLE}one\ntwo\n`);
});

test("writes a text without extensions from the three parts alone", () => {
  const root = new Uint8Array(32);
  expect(formatCheckpoint({ origin: "o", size: 0, root })).toBe(`o\n0\n${toBase64(root)}\n`);
});

test.each([
  ["no final line feed", EXAMPLE.slice(0, -1)],
  ["an empty origin", EXAMPLE.slice("example.com/behind-the-sofa".length)],
  ["a leading zero", EXAMPLE.replace("\n2", "\n02")],
  ["a sign", EXAMPLE.replace("\n2", "\n+2")],
  ["a size of 2^64", EXAMPLE.replace("20852163", "18446744073709551616")],
  ["spare base64 bits", EXAMPLE.replace("q2I=", "q2J=")],
  ["a root of another length", EXAMPLE.replace("CsUY", "")],
  ["an empty extension line", `${EXAMPLE}\n`],
  ["an empty line among extensions", `${EXAMPLE}one\n\ntwo\n`],
  ["only two lines", "origin\n1\n"],
  ["nothing", ""],
])("refuses %s", (_, text) => {
  expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
});
