// The Merkle tree in an audit: every leaf is hashed from the entry's bytes, the tree is built over
// them again, and tiles and roots that are kept of it must be its own.

import type { Text } from "../../kernel/text.ts";
import { HASH_SIZE, type Hash } from "../../proof/bytes.ts";
import {
  subtreeInTile,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tilesOf,
  tileWidth,
} from "../../proof/tile.ts";
import { createTreeBuilder, rootAt } from "../../proof/tree-builder.ts";
import type { LogReader } from "../../store/event-store.ts";
import { hasher, leafOfText } from "../crypto.ts";
import { DamagedFile } from "../derived-file.ts";
import { forkOf } from "../log/fork.ts";
import type { SignedReader } from "../log/signed-file.ts";
import type { Finding } from "./audit-entries.ts";

/** The tiles that are kept of a log: those of its first `size` entries. */
export type KeptTiles = {
  readonly size: number;
  read(tile: Tile): Uint8Array | undefined;
};

/** What the leaves of a run of entries come to. */
export type LeafAudit = {
  /** The hash over each full tile of leaves. */
  readonly above: readonly Hash[];
  /** The first leaf that is not the one in its tile. */
  readonly finding: Finding | undefined;
};

/** Hashes entries, the first of which is the first of a tile. */
export function leavesOf(kept: KeptTiles, from: number, texts: readonly string[]): LeafAudit {
  const above: Hash[] = [];
  let finding: Finding | undefined;
  for (let start = 0; start < texts.length; start += TILE_WIDTH) {
    const leaves = leafTile(texts.slice(start, start + TILE_WIDTH));
    const index = (from - 1 + start) / TILE_WIDTH;
    finding ??= tileFinding(kept, { level: 0, index }, leaves);
    if (leaves.length === TILE_WIDTH * HASH_SIZE) {
      above.push(subtreeInTile(hasher, leaves, 0, TILE_WIDTH));
    }
  }
  return { above, finding };
}

function leafTile(texts: readonly string[]): Uint8Array {
  const leaves = new Uint8Array(texts.length * HASH_SIZE);
  for (const [at, text] of texts.entries()) leaves.set(leafOfText(text), at * HASH_SIZE);
  return leaves;
}

/** What cannot be read of the kept tiles, or that none of them can. */
export function tilesDamaged(what: string): Text {
  return {
    zh: `${what} 已损坏；写入此账本的进程会按日志重建`,
    en: `${what} is damaged; what writes to the ledger makes it anew`,
  };
}

const DAMAGED = "damaged";

function bytesOf(kept: KeptTiles, tile: Tile): Uint8Array | typeof DAMAGED | undefined {
  try {
    return kept.read(tile);
  } catch (error) {
    if (error instanceof DamagedFile) return DAMAGED;
    throw error;
  }
}

function tileFinding(
  kept: KeptTiles,
  { level, index }: Pick<Tile, "level" | "index">,
  hashes: Uint8Array,
): Finding | undefined {
  const width = Math.min(tileWidth(kept.size, level, index), hashes.length / HASH_SIZE);
  if (width === 0) return undefined;
  const bytes = bytesOf(kept, { level, index, width });
  if (bytes === DAMAGED) {
    const path = tilePath({ level, index, width });
    const entry = index * TILE_WIDTH ** (level + 1) + 1;
    return { entry, problem: tilesDamaged(`${path} (log/tiles.db)`) };
  }
  const isSame = (at: number) => bytes?.[at] === hashes[at];
  let at = 0;
  while (at < width * HASH_SIZE && isSame(at)) at++;
  if (at === width * HASH_SIZE) return undefined;
  // A hash of a level stands for all entries below it; the first of them is named.
  const below = TILE_WIDTH ** level;
  const entry = (index * TILE_WIDTH + Math.floor(at / HASH_SIZE)) * below + 1;
  const path = tilePath({ level, index, width });
  const problem = { zh: `散列与 ${path} 不符`, en: `its hash is not the one in ${path}` };
  return { entry, problem };
}

export type TreeAudit = {
  /** Takes in the next run of entries. */
  add(leaves: LeafAudit): void;
  /** Compares the tiles above the leaves, and every root that was signed or shown. */
  finish(): { readonly root: Hash; readonly findings: readonly Finding[] };
};

/** Builds the tree of a log from what its leaves come to. */
export function createTreeAudit(
  log: Pick<LogReader, "head" | "bytes">,
  kept: KeptTiles,
  heads: Pick<SignedReader, "signed" | "known">,
): TreeAudit {
  // The hashes over full tiles are the leaves of a tree of their own, one level up.
  const builder = createTreeBuilder(hasher);
  const tiles = new Map<string, Uint8Array>();
  const placeOf = ({ level, index }: Tile) => tilePath({ level, index, width: TILE_WIDTH });

  function read(tile: Tile): Uint8Array {
    if (tile.level > 0) return tiles.get(placeOf(tile)) ?? new Uint8Array(0);
    const first = tile.index * TILE_WIDTH + 1;
    return leafTile(log.bytes(first, first + tile.width - 1));
  }

  function take(built: ReturnType<typeof builder.edge>): void {
    for (const { tile, bytes } of built)
      tiles.set(placeOf({ ...tile, level: tile.level + 1 }), bytes);
  }

  return {
    add({ above }) {
      for (const hash of above) builder.append(hash);
      take(builder.takeFullTiles());
    },
    finish() {
      take(builder.edge());
      const head = log.head();
      const findings: Finding[] = [];
      for (const tile of tilesOf(Math.min(kept.size, head))) {
        const finding = tile.level > 0 ? tileFinding(kept, tile, read(tile)) : undefined;
        if (finding) findings.push(finding);
      }
      const rootOf = (size: number) => rootAt(hasher, size, read);
      const fork = forkOf(heads, { head, treeSize: head, rootAt: rootOf });
      if (fork) {
        const { source, size, kind } = fork;
        const problem = {
          zh: `${source} 所记前 ${size} 条的树与此不同（${kind}）`,
          en: `${source} has another tree of ${size} entries (${kind})`,
        };
        findings.push({ entry: Math.min(fork.size, head), problem });
      }
      return { root: rootOf(head), findings };
    },
  };
}
