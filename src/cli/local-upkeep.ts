// The upkeep of a ledger in a folder of this machine.

import { type Access, createAccess } from "../app/access.ts";
import { auditLedger } from "../app/audit/audit-ledger.ts";
import { ledgerState } from "../app/doctor/ledger-state.ts";
import { isDemo, type Ledger, openLedger } from "../app/ledger.ts";
import { openReaderIn } from "../app/open-store.ts";
import type { Projection, Rebuilt } from "../app/projections/projection.ts";
import { logPages } from "../app/whole-log.ts";
import { StoreUnavailable } from "../store/event-store.ts";
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
    async rebuild(choose, progress) {
      const ledger = openForRebuild(dir);
      try {
        const rebuilt: Rebuilt[] = [];
        const nameOf = (runner: Projection) => runner.status().name;
        const chosen = choose(ledger.runners.map(nameOf));
        for (const runner of ledger.runners) {
          const name = nameOf(runner);
          if (chosen.includes(name))
            rebuilt.push(await runner.rebuild(progress(`rebuild ${name}`)));
        }
        return { demo: isDemo(ledger), rebuilt };
      } finally {
        ledger.close();
      }
    },
    audit: (progress) => auditLedger(dir, progress),
  };
}

// Where another process writes, projections are only compared.
function openForRebuild(dir: string): Ledger {
  try {
    return openLedger(dir);
  } catch (error) {
    if (!(error instanceof StoreUnavailable && error.code === "STORE_BUSY")) throw error;
    return openLedger(dir, { mode: "read" });
  }
}
