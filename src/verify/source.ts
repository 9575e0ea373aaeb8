// Where evidence is read from, and which parts of it there are. The same for a folder, an archive and
// a web server; a source is believed in nothing.

import { figureChecks } from "../proof/figure-checks.ts";
import type { Fetch } from "../proof/read-tree.ts";
import type { NamedFile, Trust } from "../proof/trust.ts";
import type { Verdict } from "../proof/verdict.ts";
import { verifyLog } from "../proof/verify.ts";
import { FUND_FILES, verifyFund } from "../proof/verify-fund.ts";

/** Files by slash path. */
export type Source = {
  readonly fetch: Fetch;
  /** Every path there is, where that can be known. */
  readonly listing?: readonly string[];
};

/** Where the parts of an evidence bundle lie, beside the log's own files. */
export const BUNDLE_FILES = {
  policy: "trust.policy",
  figures: "figures.txt",
  checkpoints: "checkpoints/",
  receipts: "receipts/",
} as const;

export type Kept = {
  readonly earlier?: readonly NamedFile[];
  readonly receipts?: readonly NamedFile[];
};

/** Verifies what a source holds: a fund's evidence when it says so, or else a whole log. */
export async function verifySource(
  source: Source,
  trust: Trust,
  kept: Kept = {},
  onProgress: (entries: number) => void = () => {},
): Promise<Verdict> {
  const { fetch, listing = [] } = source;
  const earlier = [...(kept.earlier ?? []), ...(await filesIn(source, BUNDLE_FILES.checkpoints))];
  const receipts = [...(kept.receipts ?? []), ...(await filesIn(source, BUNDLE_FILES.receipts))];
  const evidence = {
    fetch,
    ...(earlier.length > 0 ? { earlier } : {}),
    ...(receipts.length > 0 ? { receipts } : {}),
  };
  if (listing.includes(FUND_FILES.fund)) return verifyFund({ ...evidence, listing }, trust);
  const figures = listing.includes(BUNDLE_FILES.figures)
    ? await fetch(BUNDLE_FILES.figures)
    : undefined;
  const listed = figures && { path: BUNDLE_FILES.figures, bytes: figures };
  return verifyLog(
    {
      ...evidence,
      ...(source.listing ? { listing: source.listing } : {}),
      checks: (from, head) => figureChecks(from, head, listed),
      onProgress,
    },
    trust,
  );
}

async function filesIn({ fetch, listing = [] }: Source, folder: string): Promise<NamedFile[]> {
  const paths = listing.filter((path) => path.startsWith(folder)).sort();
  const files: NamedFile[] = [];
  for (const path of paths) files.push({ path, bytes: (await fetch(path)) ?? new Uint8Array(0) });
  return files;
}

const RECEIPT_MARK = "c2sp.org/tlog-proof@";

/** Whether a file is a receipt. */
export function isReceipt(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, RECEIPT_MARK.length)) === RECEIPT_MARK;
}
