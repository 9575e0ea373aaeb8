// `--store`: before a verb runs, its folder is connected to the ledger on a cluster, so that every
// verb works on it as on any folder.

import type { Command } from "commander";
import type { Config } from "../config.ts";
import { progressOn } from "./session.ts";

type Globals = { readonly data: string; readonly store?: string; readonly url?: string };

/** Connects before each verb; the returned function lets go of the cluster. */
export function attachStore(program: Command, config: Config): () => Promise<void> {
  let detach = async (): Promise<void> => {};
  program.hook("preAction", async () => {
    const { data, store = config.store, url } = program.opts<Globals>();
    if (store === undefined || url !== undefined) return;
    const { attachCluster } = await import("../app/open-store.ts");
    detach = await attachCluster(data, store, progressOn("mirror"));
  });
  return () => detach();
}
