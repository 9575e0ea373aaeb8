// What an auditor takes home, file by file: the signed log as its static export, what was published,
// what the figures mean, whom to trust, the verifier itself and how to use it. For one fund: its
// entries in full, and the hash of every other entry, so that the signed root still follows.

import { figurePublished } from "../../domain/books/publish-figure.ts";
import { decodeEvent } from "../../domain/event.ts";
import { toUtf8 } from "../../proof/bytes.ts";
import { publishedIn } from "../../proof/figure-checks.ts";
import { markOf } from "../../proof/first-look.ts";
import { numberedLine } from "../../proof/numbered-entries.ts";
import { bundlePath, newBundles, newTiles, tilePath } from "../../proof/tile.ts";
import { FUND_FIGURES, FUND_FILES, isShown } from "../../proof/verify-fund.ts";
import { handoverPaths, publishedFile, type SignedLog } from "../log/published-log.ts";

/** A file of the bundle. */
export type EvidenceFile = { readonly path: string; readonly bytes: Uint8Array };

const PAGE = 4_096;

/** A fund cannot be shown to be complete, for the figures that say so are not published. */
export class FundNotPublished extends Error {
  readonly figures: readonly string[];

  constructor(figures: readonly string[]) {
    super(`not published: ${figures.join(", ")}`);
    this.name = "FundNotPublished";
    this.figures = figures;
  }
}

/** The files of the whole log up to its published checkpoint. */
export function* logEvidence(log: SignedLog): Generator<EvidenceFile> {
  const { size } = log.published();
  for (const { index, width } of newBundles(0, size)) yield fileOf(log, bundlePath(index, width));
  for (const tile of newTiles(0, size)) yield fileOf(log, tilePath(tile));
  const published = entriesOf(log, (text) => text.startsWith(markOf(figurePublished.type)));
  yield { path: "figures.txt", bytes: Buffer.concat(published.map(numberedLine)) };
  yield* signatures(log);
}

/** The files of one fund. @throws FundNotPublished when nothing would show it to be complete. */
export function* fundEvidence(log: SignedLog, fund: string): Generator<EvidenceFile> {
  const { size } = log.published();
  const shown = entriesOf(log, (text) => isShown(fund, text));
  const missing = notPublished(shown, fund);
  if (missing.length > 0) throw new FundNotPublished(missing);
  for (const tile of newTiles(0, size)) {
    if (tile.level === 0) yield fileOf(log, tilePath(tile));
  }
  yield { path: FUND_FILES.fund, bytes: toUtf8(`${fund}\n`) };
  yield { path: FUND_FILES.entries, bytes: Buffer.concat(shown.map(numberedLine)) };
  yield* signatures(log);
}

function* signatures(log: SignedLog): Generator<EvidenceFile> {
  for (const path of handoverPaths(log, log.published().size)) yield fileOf(log, path);
  yield fileOf(log, "checkpoint");
}

type Shown = { readonly entry: number; readonly bytes: Uint8Array };

/** The entries of the published log that are wanted. */
function entriesOf(log: SignedLog, isWanted: (text: string) => boolean): Shown[] {
  const { size } = log.published();
  const shown: Shown[] = [];
  for (let from = 1; from <= size; from += PAGE) {
    for (const [at, text] of log.entries(from, Math.min(from + PAGE - 1, size)).entries()) {
      if (isWanted(text)) shown.push({ entry: from + at, bytes: toUtf8(text) });
    }
  }
  return shown;
}

function notPublished(shown: readonly Shown[], fund: string): string[] {
  const figures = shown.flatMap(({ entry, bytes }) => {
    const event = decodeEvent(entry, Buffer.from(bytes).toString());
    return event.type === figurePublished.type ? [publishedIn(event)] : [];
  });
  return FUND_FIGURES.filter(
    (name) =>
      !figures.some(
        ({ figure, row, upTo }) =>
          figure === name && row["fund"] === fund && row["bucket"] === "*" && upTo === undefined,
      ),
  );
}

function fileOf(log: SignedLog, path: string): EvidenceFile {
  const bytes = publishedFile(log, path);
  if (!bytes) throw new Error(`${path} is missing; run \`almoner doctor\``);
  return { path, bytes };
}
