// What the verbs that import a file ask, be it of a folder or of a server.

import type { GiftsAsk } from "../import/import-gifts.ts";
import type { ImportedFile } from "../import/into.ts";
import type { OpeningAsk } from "../import/opening/import-opening.ts";
import type { OpeningReport } from "../import/opening/opening-report.ts";
import type { ImportReport } from "../import/report.ts";
import { localImporter } from "./local-importer.ts";
import { remoteImporter } from "./remote-importer.ts";
import type { Session } from "./session.ts";

/** What became of a file; one that cannot be read has a report that says so. */
export type Imported<Report> = { readonly demo: boolean; readonly report: Report };

export type Importer = {
  /** @throws Refusal, or a failure that says what to do. */
  gifts(file: ImportedFile, ask: GiftsAsk): Promise<Imported<ImportReport>>;
  /** @throws Refusal, or a failure that says what to do. */
  opening(file: ImportedFile, ask: OpeningAsk): Promise<Imported<OpeningReport>>;
};

/** The server of `--url`, or else the folder of `--data`. */
export function importerOf(session: Session): Importer {
  const { url, token, language, progress } = session;
  if (url === undefined) return localImporter(session);
  return remoteImporter({ url, token, language }, progress);
}
