// Imports into a ledger in a folder of this machine.

import { isDemo, type Ledger, openLedger } from "../app/ledger.ts";
import type { Mode } from "../app/projections/projection.ts";
import { importGifts } from "../import/import-gifts.ts";
import { importOpening } from "../import/opening/import-opening.ts";
import type { Imported, Importer } from "./importer.ts";
import { askWitnesses, checkLedger } from "./local-backend.ts";
import { namingFlags } from "./read-flags.ts";
import type { Session } from "./session.ts";

/** Opens the folder's ledger for the time of one import. */
export function localImporter({ data, actor, progress }: Session): Importer {
  return {
    gifts: (file, ask) =>
      inLedger(data, "write", async (ledger) => {
        const tell = progress("import");
        const onProgress = ({ rows }: { rows: number }) => tell(rows);
        if (!ask.dryRun) await askWitnesses(ledger);
        return importGifts({ ledger, actor }, file, ask, { onProgress });
      }),
    opening: (file, ask) =>
      inLedger(data, ask.dryRun ? "read" : "write", async (ledger) => {
        if (!ask.dryRun) await askWitnesses(ledger);
        return importOpening({ ledger, actor }, file, ask);
      }),
  };
}

async function inLedger<Report>(
  dir: string,
  mode: Mode,
  work: (ledger: Ledger) => Promise<Report>,
): Promise<Imported<Report>> {
  checkLedger(dir);
  const ledger = openLedger(dir, { mode });
  try {
    const report = await namingFlags(() => work(ledger));
    return { demo: isDemo(ledger), report };
  } finally {
    ledger.close();
  }
}
