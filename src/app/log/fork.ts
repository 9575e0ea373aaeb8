// Does the ledger continue what it has signed, and what others were shown? Asked at every start and
// before every signature. The answer is never kept: a ledger that is put right goes on.

import { Refusal } from "../../kernel/refusal.ts";
import { equalBytes, type Hash, toBase64 } from "../../proof/bytes.ts";
import type { SignedReader } from "./signed-file.ts";

/**
 * rollback: the ledger has fewer entries than were signed, as after restoring an old backup.
 * fork: entries that were signed are no longer what they were.
 * split-view: a witness was shown another tree under our key.
 */
export type Fork = {
  readonly kind: "rollback" | "fork" | "split-view";
  /** Who knows the other tree: this log itself, or a witness. */
  readonly source: string;
  /** The size of the tree that was signed, and its root in base64 when it is known. */
  readonly size: number;
  readonly root: string | null;
  /** Entries there are now. */
  readonly head: number;
};

const OURSELVES = "log/signed.db";

/** The ledger as it is now; a tree that is still being built answers for its own entries only. */
export type Present = {
  readonly head: number;
  readonly treeSize: number;
  readonly rootAt: (size: number) => Hash;
};

/** The first signed tree that the ledger is known not to continue. */
export function forkOf(
  kept: Pick<SignedReader, "signed" | "known">,
  { head, treeSize, rootAt }: Present,
): Fork | undefined {
  const signed = kept.signed();
  const heads = [...(signed ? [{ source: OURSELVES, ...signed }] : []), ...kept.known()];
  for (const { source, size, root } of heads) {
    const unsettled = root === null || size > treeSize;
    if (size <= head && (unsettled || equalBytes(rootAt(size), root))) continue;
    const differs = source === OURSELVES ? "fork" : "split-view";
    const kind = size > head ? "rollback" : differs;
    return { kind, source, size, root: root && toBase64(root), head };
  }
  return undefined;
}

/** The refusal of a write to a ledger that has forked. */
export function forkRefusal({ kind, source, size, head }: Fork): Refusal {
  return new Refusal("LOG_FORK", { kind, source, size, head });
}
