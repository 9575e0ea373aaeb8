// The upkeep of a ledger in a folder of this machine.

import { openReaderIn } from "../app/open-store.ts";
import { logPages } from "../app/whole-log.ts";
import { checkLedger } from "./local-backend.ts";
import type { Upkeep } from "./upkeep.ts";

/** The upkeep of a folder; a server may be writing to it. */
export function localUpkeep(dir: string): Upkeep {
  checkLedger(dir);
  return {
    async exportLog() {
      const log = openReaderIn(dir);
      return { chunks: logPages(log, { from: 1, to: log.head() }), close: log.close };
    },
  };
}
