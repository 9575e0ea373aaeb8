// The published log as files that any web server can host. The checkpoint comes last, so that a
// folder that is being filled, or was left half filled, never promises what it lacks.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../../kernel/usage-error.ts";
import { equalBytes } from "../../proof/bytes.ts";
import { parseCheckpoint } from "../../proof/checkpoint.ts";
import { parseNote } from "../../proof/note.ts";
import { bundlePath, newBundles, newTiles, tilePath } from "../../proof/tile.ts";
import {
  handoverPaths,
  type LogSource,
  publishedFile,
  rootOf,
  type SignedLog,
} from "./published-log.ts";
import type { Published } from "./signed-file.ts";

/** What an export did. */
export type Exported = {
  readonly size: number;
  /** Entries that an earlier export had brought there. */
  readonly from: number;
  readonly files: number;
};

/** The folder holds an export of another log, or of one that this ledger does not continue. */
export class OtherExport extends UsageError {
  constructor(to: string) {
    super({
      zh: `${to} 中是另一账册的导出；请导出到新的文件夹`,
      en: `${to} holds the export of another log; export into a folder of its own`,
    });
    this.name = "OtherExport";
  }
}

/**
 * Brings the folder `to` up to the published checkpoint; only what is new is written.
 * @throws OtherExport when the folder's own checkpoint is no earlier one of this log.
 */
export function exportTiles(
  source: SignedLog,
  to: string,
  onProgress: (files: number) => void = () => {},
): Exported {
  const published = source.published();
  // While this runs the log may publish more; one export is of one tree.
  const still: LogSource = { ...source, published: () => published };
  const from = exportedSize(still, published, to);
  let files = 0;
  for (const path of pathsOf(still, from, published.size)) {
    const bytes = publishedFile(still, path);
    if (!bytes) throw new Error(`${path} is missing; run \`almoner doctor\``);
    put(to, path, bytes);
    files += 1;
    onProgress(files);
  }
  put(to, "checkpoint", published.note);
  return { size: published.size, from, files: files + 1 };
}

function exportedSize(source: LogSource, published: Published, to: string): number {
  const path = join(to, "checkpoint");
  if (!existsSync(path)) return 0;
  const { origin, size, root } = checkpointOf(readFileSync(path));
  const ours = checkpointOf(Buffer.from(published.note));
  const there = rootOf(source, size);
  const earlier = size <= published.size && there !== undefined && equalBytes(there, root);
  if (origin !== ours.origin || !earlier) throw new OtherExport(to);
  return size;
}

function checkpointOf(note: Uint8Array) {
  return parseCheckpoint(parseNote(note).text);
}

/** What a folder lacks that holds the tree of `from`; handovers are few, and written each time. */
function* pathsOf(source: LogSource, from: number, size: number): Generator<string> {
  for (const { index, width } of newBundles(from, size)) yield bundlePath(index, width);
  for (const tile of newTiles(from, size)) yield tilePath(tile);
  yield* handoverPaths(source, size);
}

/** A file appears whole or not at all. */
function put(to: string, path: string, bytes: Uint8Array | string): void {
  const target = join(to, path);
  mkdirSync(dirname(target), { recursive: true });
  const partial = join(to, ".partial");
  writeFileSync(partial, bytes);
  renameSync(partial, target);
}
