import { expect, test } from "vitest";
import { judgeListing, olderPartialPaths } from "../../src/proof/listing.ts";
import { bundlePath, tilePath, tilesOf } from "../../src/proof/tile.ts";

const pathsOf = (size: number) =>
  [...tilesOf(size)].flatMap((tile) => [
    tilePath(tile),
    ...(tile.level === 0 ? [bundlePath(tile.index, tile.width)] : []),
  ]);

test.each([0, 1, 255, 256, 257, 70_000])("a tree of %d accounts for its own files", (size) => {
  const { strangers, olderPartials } = judgeListing(pathsOf(size), size);
  expect(strangers).toEqual([]);
  expect(olderPartials.size).toBe(0);
});

test("partial files of smaller trees are known as such, by tile", () => {
  const { strangers, olderPartials } = judgeListing([...pathsOf(700), ...pathsOf(600)], 700);
  expect(strangers).toEqual([]);
  expect(olderPartialPaths(olderPartials, "hashes", 0, 2)).toEqual([
    { path: "tile/0/002.p/88", width: 88 },
  ]);
  expect(olderPartialPaths(olderPartials, "entries", 0, 2)).toEqual([
    { path: "tile/entries/002.p/88", width: 88 },
  ]);
  expect(olderPartialPaths(olderPartials, "hashes", 0, 1)).toEqual([]);
});

test.each([
  "tile/0/002.p/189",
  "tile/0/002",
  "tile/0/003.p/1",
  "tile/2/000.p/1",
  "tile/entries/003.p/1",
  "tile/0/000.bak",
  "tile/0/0",
  "tile/notes.txt",
])("%s belongs to no tree of up to 700 entries", (path) => {
  expect(judgeListing([...pathsOf(700), path], 700).strangers).toEqual([path]);
});

test("files outside tile/ are not its matter", () => {
  expect(judgeListing(["checkpoint", "index.html", "receipts/1.tlog-proof"], 0).strangers).toEqual(
    [],
  );
});
