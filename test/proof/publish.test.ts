import { expect, test } from "vitest";
import { publishTree } from "../../src/proof/publish.ts";
import { bundlePath, newBundles, tilePath, tilesOf } from "../../src/proof/tile.ts";
import { entryBytes, hasher, makeLog } from "./support.ts";

test.each([0, 1, 255, 256, 257, 600])(
  "gives the files of a tree of %d, and no others",
  async (size) => {
    const { files } = await makeLog(size);
    const expected = [
      "checkpoint",
      ...[...tilesOf(size)].map(tilePath),
      ...[...newBundles(0, size)].map(({ index, width }) => bundlePath(index, width)),
    ];
    expect([...files.keys()].toSorted()).toEqual(expected.toSorted());
  },
);

test("asks for entries only as files are taken", async () => {
  let asked = 0;
  function* entries() {
    for (;;) yield entryBytes(++asked);
  }
  const files = publishTree(hasher, entries());
  await files.next();
  expect(asked).toBe(256);
  await files.return({ size: 0, root: hasher.empty() });
});
