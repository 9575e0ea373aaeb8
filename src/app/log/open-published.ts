// The published log of a ledger's folder for a reader beside the process that signs it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { subtreeHashes } from "../../proof/subtree-hashes.ts";
import { openReaderIn } from "../open-store.ts";
import { handoversIn } from "./handovers.ts";
import { LOG_FILES } from "./log-files.ts";
import type { LogSource } from "./published-log.ts";
import { openSignedReader } from "./signed-file.ts";
import { openTileFileReader } from "./tile-file.ts";

/** Opens the published log in `dir`; nothing is published in a folder that was never signed. */
export function openPublishedLog(dir: string): LogSource & { close(): void } {
  const log = openReaderIn(dir);
  const tiles = openTileFileReader(join(dir, LOG_FILES.tiles));
  const signed = openSignedReader(join(dir, LOG_FILES.signed));
  return {
    entries: log.bytes,
    tile: (tile) => tiles?.read(tile) ?? new Uint8Array(0),
    treeSize: () => tiles?.size() ?? 0,
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

/** Whether a folder holds a ledger whose log may be read. */
export function hasLog(dir: string): boolean {
  return existsSync(join(dir, LOG_FILES.signed));
}
