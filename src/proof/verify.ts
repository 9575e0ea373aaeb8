// Verifies a whole published log, wherever it comes from: a folder, an archive, a web server.
// One pass over the entries in bounded memory; no I/O but the given `fetch`. It vouches only for
// bytes it has read.
import type { Text } from "../kernel/text.ts";
import { equalBytes, type Hash, toBase64 } from "./bytes.ts";
import { firstLook } from "./first-look.ts";
import { liesOfEarlier, liesOfReceipts, openEarlier, openReceipts } from "./kept-evidence.ts";
import { KEY_CHANGE_TYPES } from "./key-changes.ts";
import { judgeListing } from "./listing.ts";
import { type TreeHasher, treeHasher, verifyConsistency } from "./merkle.ts";
import type { TrustedCheckpoint, TrustPolicy } from "./policy.ts";
import { isProofError, malformed } from "./proof-error.ts";
import { proveConsistency } from "./prove.ts";
import { type Fetch, fetchTile, type OnEntry, readTree, type TreeReading } from "./read-tree.ts";
import { followKeys, reportSuccession, withVouchers } from "./succession.ts";
import { TILE_WIDTH, type Tile, tilePath } from "./tile.ts";
import { LIES, type NamedFile, openTrusted, STEPS, type Trust } from "./trust.ts";
import {
  createReport,
  type Lie,
  lieOrValue,
  type Report,
  type Step,
  type Verdict,
} from "./verdict.ts";

/** The tree as verified, for checks that follow it. */
export interface VerifiedTree {
  readonly size: number;
  readonly root: Hash;
  /** Whether `root` was the log's root at `size`: proved from the tiles against the tree. */
  isPrefix(size: number, root: Hash): Promise<boolean>;
}

/** Checks of the entries' content that run in the same pass, such as recomputing figures. */
export interface EntryChecks {
  /** Called with each entry in order, before it is known that the tree holds. */
  onEntry: OnEntry;
  /** Called once the tree was found true; its steps join the verdict. */
  finish(tree: VerifiedTree): Promise<{ readonly steps: readonly Step[]; readonly lie?: Lie }>;
}

export interface LogEvidence {
  /** Reads `checkpoint` and `tile/...` of the log. */
  readonly fetch: Fetch;
  /** Every path of the export, where it can be listed: then stray files are found as well. */
  readonly listing?: Iterable<string>;
  /** Signed checkpoints of the same log that were kept from earlier. */
  readonly earlier?: readonly NamedFile[];
  /** Receipts (`.tlog-proof`) whose entries must be in the log. */
  readonly receipts?: readonly NamedFile[];
  /** Readies checks of the content under this head; may read the log, but not believe it. */
  readonly checks?: (fetch: Fetch, head: TrustedCheckpoint) => EntryChecks | Promise<EntryChecks>;
  /** Told now and then how many entries were read. */
  readonly onProgress?: (entries: number) => void;
}

const PROGRESS_EVERY = 1_024;

/** Verifies a published log from its first byte to its last. */
export async function verifyLog(evidence: LogEvidence, asked: Trust): Promise<Verdict> {
  const report = createReport();
  const { fetch } = evidence;
  const succession = await followKeys(
    {
      fetch,
      earlier: evidence.earlier ?? [],
      keyChanges: (size) => firstLook(fetch, size, KEY_CHANGE_TYPES),
    },
    asked,
  );
  const { trust, succeeded } = succession;
  const head = await openHead(fetch, trust, report);
  if (head === undefined) return report.verdict(undefined, undefined);
  const kept = withVouchers(evidence.earlier, succession);
  const earlier = await openEarlier(kept ?? [], head, trust);
  const receipts = await openReceipts(evidence.receipts ?? [], head, trust);
  const opened = receipts.flatMap((each) => ("value" in each ? [each.value] : []));
  const rootSizes = [
    ...earlier.flatMap((each) => ("value" in each ? [each.value.size] : [])),
    ...opened.map(({ checkpoint }) => checkpoint.size),
  ];
  const listing = judgeListing(evidence.listing ?? [], head.size);
  if (evidence.listing !== undefined) reportListing(report, listing.strangers);

  const hasher = treeHasher(trust.sha256);
  const checks = await evidence.checks?.(fetch, head);
  const reading = await readTree({
    hasher,
    size: head.size,
    fetch,
    rootSizes: new Set(rootSizes),
    leafIndexes: new Set([
      ...opened.map(({ receipt }) => receipt.index),
      ...succeeded.map(({ entry }) => entry - 1),
    ]),
    olderPartials: listing.olderPartials,
    onEntry(entry, bytes) {
      checks?.onEntry(entry, bytes);
      if (entry % PROGRESS_EVERY === 0) evidence.onProgress?.(entry);
    },
  });
  const treeHolds = reportTree(report, head, reading);
  reportSuccession(report, succession, { leaves: reading.leaves, hasher });
  if (kept !== undefined) {
    reportKept(report, STEPS.earlier, earlier.length, liesOfEarlier(earlier, reading));
  }
  if (evidence.receipts !== undefined) {
    reportKept(report, STEPS.receipts, receipts.length, liesOfReceipts(receipts, reading, hasher));
  }
  if (treeHolds && checks !== undefined) {
    const { steps, lie } = await checks.finish(verifiedTree(hasher, head, fetch));
    report.add(steps, lie);
  }
  return report.verdict(head.size, reading.root && toBase64(reading.root));
}

/** Opens the log's own checkpoint, and reports its signatures. */
export async function openHead(
  fetch: Fetch,
  trust: Trust,
  report: Report,
): Promise<TrustedCheckpoint | undefined> {
  const path = "checkpoint";
  const opened = await lieOrValue(path, async () => {
    const bytes = await fetch(path);
    if (bytes === undefined) throw malformed("缺少检查点", "there is no checkpoint");
    return openTrusted(bytes, trust);
  });
  if ("lie" in opened) {
    report.fail(STEPS.checkpoint, opened.lie);
    return undefined;
  }
  const head = opened.value;
  report.pass(STEPS.checkpoint, {
    zh: `${head.origin}，${head.size} 条分录`,
    en: `${head.origin}, ${head.size} entries`,
  });
  reportQuorum(report, head, trust.policy);
  return head;
}

function reportQuorum(report: Report, head: TrustedCheckpoint, policy: TrustPolicy): void {
  if (policy.witnesses.length === 0) return;
  const names = head.cosigners.map(({ name }) => name).join(", ");
  const count = head.cosigners.length;
  if (!head.quorumMet) report.fail(STEPS.witnesses, { what: LIES.noQuorum, path: "checkpoint" });
  else report.pass(STEPS.witnesses, { zh: `${count} 位：${names}`, en: `${count}: ${names}` });
}

function reportListing(report: Report, [stranger]: readonly string[]): void {
  if (stranger !== undefined) report.fail(STEPS.files, { what: LIES.stranger, path: stranger });
  else report.pass(STEPS.files, { zh: "tile/ 下没有多余文件", en: "no stray file below tile/" });
}

/** Reports entries, tiles and root; true when the tree is the one that was signed. */
function reportTree(report: Report, head: TrustedCheckpoint, reading: TreeReading): boolean {
  const { root, tileLie } = reading;
  const rootHolds = root !== undefined && equalBytes(root, head.root);
  const entryLie = reading.entryLie ?? (rootHolds ? undefined : reading.accusedEntry);
  if (entryLie !== undefined) report.fail(STEPS.entries, entryLie);
  else {
    report.pass(STEPS.entries, {
      zh: `${head.size} 条，${reading.bytes} 字节`,
      en: `${head.size} entries, ${reading.bytes} bytes`,
    });
  }
  if (tileLie !== undefined) report.fail(STEPS.tiles, tileLie);
  else if (root === undefined) report.skip(STEPS.tiles);
  else report.pass(STEPS.tiles, { zh: `${reading.tiles} 块`, en: `${reading.tiles} tiles` });
  if (root === undefined) report.skip(STEPS.root);
  else if (!rootHolds) report.fail(STEPS.root, { what: LIES.otherRoot, path: "checkpoint" });
  else report.pass(STEPS.root, { zh: toBase64(root), en: toBase64(root) });
  return rootHolds && entryLie === undefined && tileLie === undefined;
}

/** Reports files that were kept from earlier. */
export function reportKept(report: Report, name: Text, count: number, lies: readonly Lie[]): void {
  const [lie] = lies;
  if (lie !== undefined) report.fail(name, lie);
  else report.pass(name, { zh: `${count} 份`, en: `${count}` });
}

function verifiedTree(hasher: TreeHasher, head: TrustedCheckpoint, fetch: Fetch): VerifiedTree {
  const { size, root } = head;
  async function readTile(tile: Tile): Promise<Uint8Array> {
    const full = tilePath({ ...tile, width: TILE_WIDTH });
    return (await fetchTile(fetch, tilePath(tile), full))?.bytes ?? new Uint8Array(0);
  }
  return {
    size,
    root,
    async isPrefix(oldSize, oldRoot) {
      if (!Number.isSafeInteger(oldSize) || oldSize < 0 || oldSize > size) return false;
      try {
        const proof = await proveConsistency({ hasher, size, readTile }, oldSize);
        return verifyConsistency(hasher, { oldSize, oldRoot, newSize: size, newRoot: root, proof });
      } catch (error) {
        if (!isProofError(error)) throw error;
        return false;
      }
    },
  };
}
