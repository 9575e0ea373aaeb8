// What an import into an open ledger needs, whichever face took the file in.

import type { Ledger } from "../app/ledger.ts";

/** Where a file goes, and in whose name. */
export type Into = {
  readonly ledger: Ledger;
  readonly actor: string;
};

/** A file to import, and what it was called where it came from. */
export type ImportedFile = { readonly path: string; readonly name: string };
