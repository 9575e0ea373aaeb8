import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toHex } from "../../src/proof/bytes.ts";
import { verifyConsistency, verifyInclusion } from "../../src/proof/merkle.ts";
import { hasher } from "./support.ts";

interface ForeignProofs {
  readonly inclusion: readonly {
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[];
    desc: string;
    wantErr: boolean;
  }[];
  readonly consistency: readonly {
    size1: number;
    size2: number;
    root1: string;
    root2: string;
    proof: string[];
    desc: string;
    wantErr: boolean;
  }[];
}

// Other tests check our own proofs; these were made by another implementation.
const foreign: ForeignProofs = JSON.parse(
  readFileSync(new URL("../fixtures/proof/foreign-proofs.json", import.meta.url), "utf8"),
);
const base64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

describe("proofs made by transparency-dev/merkle", () => {
  test.each(foreign.inclusion)("inclusion of leaf $leafIdx in $treeSize: $desc", (vector) => {
    const claim = {
      leaf: base64(vector.leafHash),
      index: vector.leafIdx,
      size: vector.treeSize,
      root: base64(vector.root),
      proof: vector.proof.map(base64),
    };
    expect(verifyInclusion(hasher, claim)).toBe(!vector.wantErr);
  });

  test.each(foreign.consistency)("consistency of $size1 and $size2: $desc", (vector) => {
    const claim = {
      oldSize: vector.size1,
      newSize: vector.size2,
      oldRoot: base64(vector.root1),
      newRoot: base64(vector.root2),
      proof: vector.proof.map(base64),
    };
    expect(verifyConsistency(hasher, claim)).toBe(!vector.wantErr);
  });
});

describe("the tree's hashes", () => {
  test("are domain-separated: a leaf never hashes like a node (RFC 6962 §2.1)", () => {
    const left = hasher.leaf(new Uint8Array(0));
    const right = hasher.leaf(Uint8Array.of(0));
    const joined = new Uint8Array([...left, ...right]);
    expect(hasher.node(left, right)).not.toEqual(hasher.leaf(joined));
    expect(toHex(hasher.empty())).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
  });

  test("cover entries of up to 65,535 bytes and no longer ones", () => {
    expect(hasher.leaf(new Uint8Array(65_535))).toHaveLength(32);
    expect(() => hasher.leaf(new Uint8Array(65_536))).toThrow(RangeError);
  });
});

describe("sizes at the edge", () => {
  const leaf = hasher.leaf(Uint8Array.of(1));

  test("the only leaf of a tree is its root, and nothing is in the empty tree", () => {
    expect(verifyInclusion(hasher, { leaf, index: 0, size: 1, root: leaf, proof: [] })).toBe(true);
    expect(verifyInclusion(hasher, { leaf, index: 0, size: 0, root: leaf, proof: [] })).toBe(false);
    expect(verifyInclusion(hasher, { leaf, index: -1, size: 1, root: leaf, proof: [] })).toBe(
      false,
    );
    expect(verifyInclusion(hasher, { leaf, index: 0.5, size: 1, root: leaf, proof: [] })).toBe(
      false,
    );
  });

  test("the empty tree is a prefix of every tree, but only with its own root", () => {
    const claim = { oldSize: 0, oldRoot: hasher.empty(), newSize: 1, newRoot: leaf, proof: [] };
    expect(verifyConsistency(hasher, claim)).toBe(true);
    expect(verifyConsistency(hasher, { ...claim, oldRoot: leaf })).toBe(false);
    expect(verifyConsistency(hasher, { ...claim, proof: [leaf] })).toBe(false);
  });

  test("a tree never shrinks", () => {
    const claim = { oldSize: 2, oldRoot: leaf, newSize: 1, newRoot: leaf, proof: [] };
    expect(verifyConsistency(hasher, claim)).toBe(false);
  });
});
