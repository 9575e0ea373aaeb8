// What an import into an open ledger needs, whichever face took the file in.

import type { Ledger } from "../app/ledger.ts";
import { inBoth } from "../kernel/in-both.ts";

/** Where a file goes, and in whose name. */
export type Into = {
  readonly ledger: Ledger;
  readonly actor: string;
};

/** A file to import, and what it was called where it came from. */
export type ImportedFile = { readonly path: string; readonly name: string };

/** What a dry run is, for whoever asks for one. */
export const DRY_RUN = inBoth({
  zh: "读取并检查全部内容，不记账",
  en: "read and check everything, record nothing",
});
