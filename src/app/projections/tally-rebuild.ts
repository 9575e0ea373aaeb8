// Folding a tally anew from entry 1 beside the served version, and comparing the two byte for byte.

import { PRIVATE_FILE, removeDerived } from "../derived-file.ts";
import type { Rebuilt } from "./projection.ts";
import { makeTallyFile, type Snapshot } from "./tally-file.ts";
import { type Fold, foldPage, keep, openFold } from "./tally-fold.ts";
import type { TallyState } from "./tally-state.ts";

export type RebuildOptions = {
  /** Where the new file is made. */
  readonly path: string;
  /** What the served file holds. */
  readonly before: Snapshot;
  /** Lets a reader come as far as the file of the writer beside it. */
  readonly refresh: () => void;
  /** What it throws ends the rebuild, and the served version stays. */
  readonly onProgress: ((entries: number) => void) | undefined;
};

/** Folds a served tally anew; the new fold has come as far as the served one. */
export async function foldAnew(
  served: Fold,
  { path, before, refresh, onProgress }: RebuildOptions,
): Promise<{ next: Fold; rebuilt: Omit<Rebuilt, "swapped"> }> {
  const { tally } = served.state;
  const startedMs = performance.now();
  refresh();
  const next = openFold(tally, makeTallyFile(path), served);
  try {
    const identical = await isSameAnew(next, served, before, onProgress);
    const entries = next.state.entry;
    const seconds = (performance.now() - startedMs) / 1000;
    const entriesPerSecond = entries / seconds;
    return {
      next,
      rebuilt: { projection: tally.name, entries, seconds, entriesPerSecond, identical },
    };
  } catch (error) {
    next.file.close();
    if (path !== PRIVATE_FILE) removeDerived(path);
    throw error;
  }
}

async function isSameAnew(
  next: Fold,
  served: Fold,
  before: Snapshot,
  onProgress: RebuildOptions["onProgress"],
): Promise<boolean> {
  // The new file is kept exactly as far as the served one, so that both have the same bytes.
  await foldTo(next, () => before.calendarEntry, onProgress);
  keep(next);
  const sameFile = next.file.snapshot().digest === before.digest;
  await foldTo(next, () => served.state.entry, onProgress);
  // Rows may be kept before anything is kept of the entries that brought them.
  const sameRows = before.rows.every((row, number) => row === next.state.rows[number]);
  return sameFile && sameRows && isSame(served.state, next.state);
}

// Others are served between two pages.
async function foldTo(
  fold: Fold,
  end: () => number,
  onProgress: RebuildOptions["onProgress"],
): Promise<void> {
  while (fold.state.entry < end() && !fold.stopped) {
    foldPage(fold, end());
    onProgress?.(fold.state.entry);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isSame(a: TallyState, b: TallyState): boolean {
  const isSameRow = (row: string, number: number) => row === b.rows[number];
  return (
    a.entry === b.entry &&
    a.rows.length === b.rows.length &&
    a.rows.every(isSameRow) &&
    Buffer.from(a.sums.pairs().buffer).equals(Buffer.from(b.sums.pairs().buffer))
  );
}
