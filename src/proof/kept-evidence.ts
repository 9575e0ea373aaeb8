// What a reader kept from earlier, held against the log as it is now: signed checkpoints must be
// prefixes of it, and receipts must prove entries of it.
// The roots and leaves they are compared with were recomputed from the entries, not looked up.
import { equalBytes, type Hash } from "./bytes.ts";
import { ENTRY_SIZE_MAX, type TreeHasher, verifyInclusion } from "./merkle.ts";
import type { TrustedCheckpoint } from "./policy.ts";
import { malformed } from "./proof-error.ts";
import { parseReceipt, type Receipt } from "./receipt.ts";
import { LIES, type NamedFile, openTrusted, type Trust } from "./trust.ts";
import { type Lie, lieOrValue } from "./verdict.ts";

/** A kept file with what it says, or why it cannot be believed. */
export type Kept<T> =
  | { readonly path: string; readonly value: T }
  | { readonly path: string; readonly lie: Lie };

/** A receipt with its checkpoint opened. */
export interface OpenedReceipt {
  readonly receipt: Receipt;
  readonly checkpoint: TrustedCheckpoint;
}

/** Opens checkpoints kept from earlier; the log's own signature is enough. */
export function openEarlier(
  files: readonly NamedFile[],
  head: TrustedCheckpoint,
  trust: Trust,
): Promise<Kept<TrustedCheckpoint>[]> {
  return openAll(files, async (bytes) => sameLog(await openTrusted(bytes, trust), head));
}

/** Opens receipts; their checkpoints need the quorum, for a receipt must stand alone. */
export function openReceipts(
  files: readonly NamedFile[],
  head: TrustedCheckpoint,
  trust: Trust,
): Promise<Kept<OpenedReceipt>[]> {
  return openAll(files, async (bytes) => {
    const opened = await openReceipt(bytes, trust);
    sameLog(opened.checkpoint, head);
    return opened;
  });
}

/** Opens one receipt: its form, the signatures of its checkpoint, and the quorum. */
export async function openReceipt(bytes: Uint8Array, trust: Trust): Promise<OpenedReceipt> {
  const receipt = parseReceipt(bytes);
  const checkpoint = await openTrusted(receipt.checkpoint, trust);
  if (!checkpoint.quorumMet) throw malformed(LIES.noQuorum.zh, LIES.noQuorum.en);
  return { receipt, checkpoint };
}

async function openAll<T>(
  files: readonly NamedFile[],
  open: (bytes: Uint8Array) => Promise<T>,
): Promise<Kept<T>[]> {
  const kept: Kept<T>[] = [];
  for (const { path, bytes } of files) {
    kept.push({ path, ...(await lieOrValue(path, () => open(bytes))) });
  }
  return kept;
}

function sameLog(kept: TrustedCheckpoint, head: TrustedCheckpoint): TrustedCheckpoint {
  if (kept.origin !== head.origin) throw malformed(LIES.otherLog.zh, LIES.otherLog.en);
  if (kept.size > head.size) {
    throw malformed(
      `账册现有 ${head.size} 条，少于已签署的 ${kept.size} 条：被回滚`,
      `the log has ${head.size} entries, fewer than the ${kept.size} it signed: rolled back`,
    );
  }
  return kept;
}

/** What was recomputed of the log: roots by size, leaves by index. */
export interface Recomputed {
  readonly roots: ReadonlyMap<number, Hash>;
  readonly leaves: ReadonlyMap<number, Hash>;
}

/** The lies among checkpoints kept from earlier. */
export function liesOfEarlier(
  earlier: readonly Kept<TrustedCheckpoint>[],
  reading: Recomputed,
): Lie[] {
  return earlier.flatMap((kept) => {
    if ("lie" in kept) return [kept.lie];
    return isPrefix(kept.value, reading) ? [] : [{ what: LIES.rewritten, path: kept.path }];
  });
}

/** The lies among receipts. */
export function liesOfReceipts(
  receipts: readonly Kept<OpenedReceipt>[],
  reading: Recomputed,
  hasher: TreeHasher,
): Lie[] {
  return receipts.flatMap((kept) => {
    if ("lie" in kept) return [kept.lie];
    const { path } = kept;
    const { receipt, checkpoint } = kept.value;
    if (!isPrefix(checkpoint, reading)) return [{ what: LIES.rewritten, path }];
    const { index, proof } = receipt;
    const { size, root } = checkpoint;
    const leaf = reading.leaves.get(index);
    const holds = leaf !== undefined && verifyInclusion(hasher, { leaf, index, size, root, proof });
    // What the receipt carries is not signed, but it must be the proven entry all the same.
    const carried = receipt.extra === undefined || isLeaf(hasher, receipt.extra, leaf);
    return holds && carried ? [] : [{ what: LIES.notIncluded, path, entry: index + 1 }];
  });
}

function isPrefix({ size, root }: TrustedCheckpoint, reading: Recomputed): boolean {
  const recomputed = reading.roots.get(size);
  return recomputed !== undefined && equalBytes(recomputed, root);
}

function isLeaf(hasher: TreeHasher, entry: Uint8Array, leaf: Hash | undefined): boolean {
  return (
    leaf !== undefined && entry.length <= ENTRY_SIZE_MAX && equalBytes(hasher.leaf(entry), leaf)
  );
}
