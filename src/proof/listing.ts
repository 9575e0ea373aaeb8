// Judges the list of files of a published log: which belong to the tree, which are partial copies
// left from smaller trees, and which are not accounted for.
// A file nobody checks is a place to hide something, so a verifier that can list must list.
import { bundlePath, parseTilePath, tilePath, tileWidth } from "./tile.ts";

/** Widths of the partial files that smaller trees left, by kind, level and index. */
export type OlderPartials = ReadonlyMap<string, readonly number[]>;

export interface Listing {
  readonly olderPartials: OlderPartials;
  /** Files below tile/ that no tree of this or a smaller size has. */
  readonly strangers: readonly string[];
}

/** Sorts the paths below tile/ for a tree of `size` entries; other paths are not its matter. */
export function judgeListing(paths: Iterable<string>, size: number): Listing {
  const olderPartials = new Map<string, number[]>();
  const strangers: string[] = [];
  for (const path of paths) {
    if (!path.startsWith("tile/")) continue;
    const address = parseTilePath(path);
    const due = address === undefined ? 0 : tileWidth(size, address.level, address.index);
    if (address === undefined || address.width > due) strangers.push(path);
    else if (address.width < due) {
      const key = partialKey(address.kind, address.level, address.index);
      olderPartials.set(key, [...(olderPartials.get(key) ?? []), address.width]);
    }
  }
  return { olderPartials, strangers };
}

/** The older partial files of one tile or bundle. */
export function olderPartialPaths(
  partials: OlderPartials,
  kind: "hashes" | "entries",
  level: number,
  index: number,
): { readonly path: string; readonly width: number }[] {
  const widths = partials.get(partialKey(kind, level, index)) ?? [];
  return widths.map((width) => ({
    width,
    path: kind === "entries" ? bundlePath(index, width) : tilePath({ level, index, width }),
  }));
}

function partialKey(kind: string, level: number, index: number): string {
  return `${kind}/${level}/${index}`;
}
