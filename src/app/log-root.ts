// The root of the log's Merkle tree at any size, from the stored bytes of the entries.

import { toBase64, toUtf8 } from "../proof/bytes.ts";
import { treeHasher } from "../proof/merkle.ts";
import { createTreeBuilder, type TreeBuilder } from "../proof/tree-builder.ts";
import type { LogReader } from "../store/event-store.ts";
import { sha256 } from "./crypto.ts";

const PAGE = 4_096;

/** A function from a tree's size to its root in base64. Growing sizes cost only what they add. */
export function rootReader(log: LogReader): (size: number) => string {
  const hasher = treeHasher(sha256);
  let builder = createTreeBuilder(hasher);

  function grow(into: TreeBuilder, size: number): void {
    for (let from = into.size() + 1; from <= size; from = into.size() + 1) {
      const texts = log.bytes(from, Math.min(from + PAGE - 1, size));
      for (const text of texts) into.append(hasher.leaf(toUtf8(text)));
      into.takeFullTiles();
    }
  }

  return (size) => {
    if (size < builder.size()) builder = createTreeBuilder(hasher);
    grow(builder, size);
    return toBase64(builder.root());
  };
}
