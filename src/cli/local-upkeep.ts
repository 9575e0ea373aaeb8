// The upkeep of a ledger in a folder of this machine.

import { type Access, createAccess } from "../app/access.ts";
import { ledgerState } from "../app/doctor/ledger-state.ts";
import { openLedger } from "../app/ledger.ts";
import { openReaderIn } from "../app/open-store.ts";
import { logPages } from "../app/whole-log.ts";
import { checkLedger } from "./local-backend.ts";
import type { Upkeep } from "./upkeep.ts";

/** The upkeep of a folder; a server may be writing to it. */
export function localUpkeep(dir: string): Upkeep {
  checkLedger(dir);
  const withAccess = async <T>(work: (access: Access) => T): Promise<T> => {
    const access = createAccess(dir);
    try {
      return work(access);
    } finally {
      access.close();
    }
  };
  return {
    async exportLog() {
      const log = openReaderIn(dir);
      return { chunks: logPages(log, { from: 1, to: log.head() }), close: log.close };
    },
    createToken: (request) => withAccess((access) => access.create(request)),
    tokens: () => withAccess((access) => access.list()),
    revokeToken: (id) => withAccess((access) => access.revoke(id)),
    async doctor() {
      const ledger = openLedger(dir, { mode: "read" });
      try {
        return await ledgerState(ledger);
      } finally {
        ledger.close();
      }
    },
  };
}
