// The published log of a ledger's folder for a reader beside the process that signs it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { subtreeHashes } from "../../proof/subtree-hashes.ts";
import type { LogReader } from "../../store/event-store.ts";
import { tellDamage } from "../derived-file.ts";
import { mendingOf } from "../mending.ts";
import { openReaderIn } from "../open-store.ts";
import { tilesBesideWriter } from "./beside-writer.ts";
import { handoversIn } from "./handovers.ts";
import { LOG_FILES } from "./log-files.ts";
import type { LogSource } from "./published-log.ts";
import { openSignedReader } from "./signed-file.ts";
import { openTileFileReader, type TileFileReader } from "./tile-file.ts";
import { openTree } from "./tree.ts";

/** Opens the published log in `dir`; nothing is published in a folder that was never signed. */
export function openPublishedLog(dir: string): LogSource & { close(): void } {
  const log = openReaderIn(dir);
  const path = join(dir, LOG_FILES.tiles);
  const mending = mendingOf(path, true, tellDamage);
  const open = () => (mending.found() ? treeInMemory(log) : openTileFileReader(path));
  let tiles = mending.over(open);
  const served = {
    letGo: () => tiles?.close(),
    reopen() {
      tiles = open();
    },
  };
  const signed = openSignedReader(join(dir, LOG_FILES.signed));
  return {
    entries: log.bytes,
    tile: (tile) => mending.over(() => tiles?.read(tile), served) ?? new Uint8Array(0),
    treeSize: () => mending.over(() => tiles?.size(), served) ?? 0,
    published: () => signed?.published(),
    handovers: handoversIn(dir),
    subtrees: subtreeHashes(),
    close() {
      log.close();
      tiles?.close();
      signed?.close();
    },
  };
}

const PAGE = 4_096;

/** The tiles of a whole log, hashed from its entries. */
function treeInMemory(log: LogReader): TileFileReader {
  const tree = openTree(tilesBesideWriter(undefined), 0);
  for (const head = log.head(); tree.size() < head; ) {
    tree.append(log.bytes(tree.size() + 1, Math.min(tree.size() + PAGE, head)));
  }
  return { ...tree, close() {} };
}

/** Whether a folder holds a ledger whose log may be read. */
export function hasLog(dir: string): boolean {
  return existsSync(join(dir, LOG_FILES.signed));
}
