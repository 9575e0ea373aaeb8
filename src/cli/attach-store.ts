// `--store`: before a verb runs, its folder is connected to the ledger on a cluster, so that every
// verb works on it as on any folder.

import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { Language } from "../kernel/text.ts";
import { progressIn } from "./session.ts";

type Globals = {
  readonly data: string;
  readonly store?: string;
  readonly url?: string;
  readonly lang: Language;
};

/** Connects before each verb; the returned function lets go of the cluster. */
export function attachStore(program: Command, config: Config): () => Promise<void> {
  let detach = async (): Promise<void> => {};
  program.hook("preAction", async () => {
    const { data, store = config.store, url, lang } = program.opts<Globals>();
    if (store === undefined || url !== undefined) return;
    const { attachCluster } = await import("../app/open-store.ts");
    detach = await attachCluster(data, store, progressIn(lang)("mirror"));
  });
  return () => detach();
}
