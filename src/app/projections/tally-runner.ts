// Keeps one tally in step with the log: follows each commit, answers as of any point, rebuilds beside
// the served version and swaps. An entry it cannot fold stops this tally with a named error and no
// other. A reader does the same beside the writer's file.

import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Tally, TallyInfo, TallyView } from "../../../projections/tally.ts";
import type { Books } from "../../domain/books.ts";
import { closeForReaders } from "../../store/close-for-readers.ts";
import { StoreUnavailable } from "../../store/event-store.ts";
import {
  closeAnyhow,
  DamagedFile,
  PRIVATE_FILE,
  removeDerived,
  tellDamage,
} from "../derived-file.ts";
import { mendingOf } from "../mending.ts";
import {
  type Beside,
  type Point,
  type Projection,
  type ProjectionParts,
  rangeOf,
} from "./projection.ts";
import { openTallyFile, readTallyFile, type TallyFile } from "./tally-file.ts";
import {
  CALENDAR_LAG_MAX,
  catchUp,
  type Fold,
  foldLines,
  foldPage,
  keep,
  type LineSource,
  openFold,
} from "./tally-fold.ts";
import { type CellLine, type CellWeights, type LinePage, linesOfCells } from "./tally-lines.ts";
import { foldAnew } from "./tally-rebuild.ts";
import { viewOf } from "./tally-state.ts";
import { sumsAt } from "./tally-sums.ts";

export type TallyRunner = Projection & {
  readonly tally: TallyInfo;
  /** Folds the next page of what the log has more; true when there is still more. */
  advance(): boolean;
  /** @throws ProjectionStopped when the tally has stopped before the point. */
  at(point: Point): TallyView;
  /** The entries that add up to a figure, ascending. */
  entriesOf(weigh: CellWeights, page: LinePage): CellLine[];
};

/** Where a tally's lines come from and where it is kept. */
export type TallyParts<S> = ProjectionParts & {
  readonly log: LineSource<S>;
  readonly books: () => Books;
  /** Folds only when it is asked or told to advance, so that a start need not wait for it. */
  readonly isBehind?: boolean;
};

/** Opens a tally over a log and brings it up to the head. */
export function openTally<S>(
  tally: Tally<S>,
  { dir, log, books, beside, onDamage = tellDamage, isBehind = false }: TallyParts<S>,
): TallyRunner {
  const path = join(dir, `${tally.name}.v${tally.version}.db`);
  const place = (series: number) => tally.cells(log.seriesAt(series), books());
  const mending = mendingOf(path, beside !== undefined, onDamage);
  let fold = mending.over(open);
  const served = {
    letGo: () => void closeAnyhow(fold.file),
    reopen() {
      fold = open();
    },
  };
  const onFile = <T>(work: () => T): T => mending.over(work, served);
  if (!isBehind) onFile(() => catchUp(fold));

  function open(): Fold {
    const file = openFile();
    try {
      return openFold(tally, file, { log, place });
    } catch (error) {
      closeAnyhow(file);
      throw error;
    }
  }

  // A file that knows more than the log was folded from another one, say before a backup was put
  // back: it is made anew.
  function openFile(): TallyFile {
    if (beside) return readableFile(beside);
    const file = openTallyFile(path);
    if (file.calendarEntry() <= log.head()) return file;
    file.close();
    removeDerived(path);
    return openTallyFile(path);
  }

  // A reader uses the writer's file as far as it reaches. Where there is none, or none that is
  // nearly up to date, it folds the log for itself into a file that goes when it goes.
  function readableFile(writer: Beside): TallyFile {
    const file = mending.found() ? undefined : readTallyFile(path);
    if (!file) return openTallyFile(PRIVATE_FILE);
    const reach = file.calendarEntry();
    if (reach <= writer.head() && log.head() - reach <= 2 * CALENDAR_LAG_MAX) return file;
    file.close();
    return openTallyFile(PRIVATE_FILE);
  }

  function swap(next: Fold, fresh: string): void {
    keep(next);
    next.file.close();
    served.letGo();
    removeDerived(path);
    renameSync(fresh, path);
    mending.forget();
    fold = open();
    catchUp(fold);
  }

  return {
    tally,
    status: () => ({
      name: tally.name,
      version: tally.version,
      entry: fold.state.entry,
      lagEntries: Math.max(0, log.head() - fold.state.entry),
      ...(fold.stopped ? { stopped: fold.stopped } : {}),
    }),
    follow(committed) {
      const [first, head] = rangeOf(committed);
      const { state } = fold;
      if (fold.stopped || head <= state.entry) return;
      try {
        onFile(() => {
          if (first === fold.state.entry + 1) foldLines(fold, committed.lines, head);
          else catchUp(fold);
        });
      } catch (error) {
        // The commit stands whatever becomes of this tally: it stops here and says why.
        fold.stopped = { entry: first, error: (error as Error).message };
      }
    },
    advance() {
      if (fold.stopped || fold.state.entry >= log.head()) return false;
      try {
        onFile(() => foldPage(fold));
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        fold.stopped = { entry: fold.state.entry + 1, error: (error as Error).message };
      }
      return fold.stopped === undefined && fold.state.entry < log.head();
    },
    at(point) {
      return onFile(() => {
        catchUp(fold);
        return viewOf(fold.state, sumsAt(fold, point));
      });
    },
    entriesOf(weigh, page) {
      return onFile(() => {
        catchUp(fold);
        return linesOfCells(fold, weigh, page);
      });
    },
    async rebuild(onProgress) {
      const swapped = beside === undefined;
      const fresh = swapped ? `${path}.rebuild` : PRIVATE_FILE;
      const refresh = () => beside?.refresh();
      const before = onFile(() => {
        catchUp(fold);
        keep(fold);
        return fold.file.snapshot();
      });
      const options = { path: fresh, before, refresh, onProgress };
      const { next, rebuilt } = await foldAnew(fold, options);
      const identical = rebuilt.identical && !mending.found();
      if (swapped) swap(next, fresh);
      else next.file.close();
      return { ...rebuilt, identical, swapped };
    },
    close() {
      try {
        if (!fold.stopped) keep(fold);
      } catch (error) {
        // The next start finds the damage as well.
        if (!(error instanceof DamagedFile)) throw error;
      }
      if (beside) closeAnyhow(fold.file);
      else closeForReaders(path, served.letGo);
    },
  };
}
