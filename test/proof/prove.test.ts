import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyConsistency, verifyInclusion } from "../../src/proof/merkle.ts";
import { proveConsistency, proveInclusion } from "../../src/proof/prove.ts";
import { subtreeHashes } from "../../src/proof/subtree-hashes.ts";
import { rootAt } from "../../src/proof/tree-builder.ts";
import { entryBytes, flipBit, hasher, makeLog } from "./support.ts";

const log = await makeLog(1_100);
const known = subtreeHashes();
const tree = (size: number) => ({ hasher, size, readTile: log.readTile, known });
const root = (size: number) => rootAt(hasher, size, log.readTile);
const sizes = fc.integer({ min: 1, max: log.size });

async function inclusionClaim(index: number, size: number) {
  const proof = await proveInclusion(tree(size), index);
  return { leaf: hasher.leaf(entryBytes(index + 1)), index, size, root: await root(size), proof };
}

async function consistencyClaim(oldSize: number, newSize: number) {
  const proof = await proveConsistency(tree(newSize), oldSize);
  return { oldSize, oldRoot: await root(oldSize), newSize, newRoot: await root(newSize), proof };
}

describe("inclusion proofs", () => {
  const indexAndSize = fc
    .tuple(sizes, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }))
    .map(([size, part]) => ({ size, index: Math.floor(part * size) }));

  test("of every leaf at every size are accepted", async () => {
    await fc.assert(
      fc.asyncProperty(indexAndSize, async ({ index, size }) => {
        expect(verifyInclusion(hasher, await inclusionClaim(index, size))).toBe(true);
      }),
    );
  });

  test("are the same whatever earlier proofs of other sizes left behind", async () => {
    await fc.assert(
      fc.asyncProperty(indexAndSize, async ({ index, size }) => {
        const anew = { hasher, size, readTile: log.readTile };
        expect(await proveInclusion(tree(size), index)).toEqual(await proveInclusion(anew, index));
      }),
    );
    expect(known.get(0, 256)).toBeDefined();
  });

  test("with one flipped bit, another index or another length are refused", async () => {
    await fc.assert(
      fc.asyncProperty(indexAndSize, fc.nat(), fc.nat(255), async (where, at, bit) => {
        const claim = await inclusionClaim(where.index, where.size);
        const { proof } = claim;
        const refused = (changed: Partial<typeof claim>) =>
          expect(verifyInclusion(hasher, { ...claim, ...changed })).toBe(false);
        refused({ leaf: flipBit(claim.leaf, bit) });
        refused({ root: flipBit(claim.root, bit) });
        refused({ proof: [...proof, claim.leaf] });
        refused({ proof: [claim.leaf, ...proof] });
        if (where.index > 0) refused({ index: where.index - 1 });
        if (proof.length > 0) {
          refused({ proof: proof.slice(1) });
          refused({ proof: proof.slice(0, -1) });
          refused({ proof: proof.map((h, i) => (i === at % proof.length ? flipBit(h, bit) : h)) });
        }
      }),
    );
  });

  test("are refused for a leaf outside the tree", async () => {
    await expect(proveInclusion(tree(10), 10)).rejects.toThrow(RangeError);
    await expect(proveInclusion(tree(10), -1)).rejects.toThrow(RangeError);
  });
});

describe("consistency proofs", () => {
  const twoSizes = fc.tuple(fc.nat(log.size), sizes).map(([a, b]) => ({
    oldSize: Math.min(a, b),
    newSize: Math.max(a, b),
  }));

  test("between any two sizes are accepted", async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, async ({ oldSize, newSize }) => {
        expect(verifyConsistency(hasher, await consistencyClaim(oldSize, newSize))).toBe(true);
      }),
    );
  });

  test("with one flipped bit, another size or another length are refused", async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, fc.nat(), fc.nat(255), async (where, at, bit) => {
        const claim = await consistencyClaim(where.oldSize, where.newSize);
        const { proof } = claim;
        const refused = (changed: Partial<typeof claim>) =>
          expect(verifyConsistency(hasher, { ...claim, ...changed })).toBe(false);
        refused({ oldRoot: flipBit(claim.oldRoot, bit) });
        refused({ proof: [...proof, claim.newRoot] });
        refused({ oldSize: claim.newSize + 1 });
        if (where.oldSize > 0) refused({ newRoot: flipBit(claim.newRoot, bit) });
        if (proof.length > 0) {
          refused({ proof: proof.slice(1) });
          refused({ proof: proof.slice(0, -1) });
          refused({ proof: proof.map((h, i) => (i === at % proof.length ? flipBit(h, bit) : h)) });
        }
      }),
    );
  });

  test("are refused above the tree's size", async () => {
    await expect(proveConsistency(tree(10), 11)).rejects.toThrow(RangeError);
  });
});

test("a missing tile is named, not guessed", async () => {
  const readTile = () => new Uint8Array(0);
  await expect(proveInclusion({ hasher, size: 300, readTile }, 0)).rejects.toThrow(
    /missing or too short/,
  );
});
