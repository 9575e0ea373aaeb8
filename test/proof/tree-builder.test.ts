import { describe, expect, test } from "vitest";
import { toHex } from "../../src/proof/bytes.ts";
import { newTiles, tilePath, tilesOf } from "../../src/proof/tile.ts";
import { createTreeBuilder, resumeTreeBuilder, rootAt } from "../../src/proof/tree-builder.ts";
import { entryBytes, hasher, makeLog } from "./support.ts";

// The leaves and roots of Certificate Transparency's reference tests, known to every implementation.
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("has the published roots of sizes 0 to 8", () => {
  const builder = createTreeBuilder(hasher);
  const roots = [toHex(builder.root())];
  for (const leaf of LEAVES) {
    builder.append(hasher.leaf(Buffer.from(leaf, "hex")));
    roots.push(toHex(builder.root()));
  }
  expect(roots).toEqual(ROOTS);
});

/** RFC 6962 §2.1 word for word: the definition the builder is an optimisation of. */
function definition(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return hasher.empty();
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hasher.node(definition(leaves.slice(0, k)), definition(leaves.slice(k)));
}

test("has the root that RFC 6962 defines, at every size around the tile boundaries", () => {
  const builder = createTreeBuilder(hasher);
  const leaves: Uint8Array[] = [];
  for (let size = 1; size <= 520; size++) {
    const leaf = hasher.leaf(entryBytes(size));
    builder.append(leaf);
    leaves.push(leaf);
    if (size < 20 || size % 64 < 2 || size > 510)
      expect(builder.root()).toEqual(definition(leaves));
  }
  expect(builder.size()).toBe(520);
});

test("gives out every tile of the tree, each once", () => {
  const builder = createTreeBuilder(hasher);
  const paths: string[] = [];
  for (let size = 1; size <= 66_000; size++) {
    builder.append(hasher.leaf(Uint8Array.of(size % 256)));
    paths.push(...builder.takeFullTiles().map(({ tile }) => tilePath(tile)));
  }
  paths.push(...builder.edge().map(({ tile }) => tilePath(tile)));
  expect(paths.toSorted()).toEqual([...tilesOf(66_000)].map(tilePath).toSorted());
});

describe("resuming from the partial tiles of a size", () => {
  test.each([0, 1, 255, 256, 257, 511, 512, 700])(
    "goes on from %d as if never stopped",
    async (size) => {
      const small = await makeLog(size);
      const large = await makeLog(size + 300);
      const builder = resumeTreeBuilder(hasher, size, small.readTile);
      expect(builder.root()).toEqual(small.root);
      for (let n = size + 1; n <= size + 300; n++) builder.append(hasher.leaf(entryBytes(n)));
      expect(builder.root()).toEqual(large.root);
      const written = [...builder.takeFullTiles(), ...builder.edge()];
      expect(written.map(({ tile }) => tilePath(tile)).toSorted()).toEqual(
        [...newTiles(size, size + 300)].map(tilePath).toSorted(),
      );
      for (const { tile, bytes } of written) expect(large.files.get(tilePath(tile))).toEqual(bytes);
    },
  );
});

test("reads the root of any smaller size from a larger tree's tiles", async () => {
  const log = await makeLog(600);
  for (const size of [0, 1, 2, 255, 256, 257, 512, 599]) {
    expect(rootAt(hasher, size, log.readTile)).toEqual((await makeLog(size)).root);
  }
});

test("refuses a leaf hash of another length", () => {
  expect(() => createTreeBuilder(hasher).append(new Uint8Array(31))).toThrow(RangeError);
});
