// What the environment says, typed. A wrong value fails by naming its variable; nothing else in the
// project reads the environment.

import { z } from "zod";
import type { Language } from "./kernel/text.ts";

const schema = z.object({
  ALMONER_DATA: z.string().min(1).default("data/ledger"),
  ALMONER_STORE: z.string().min(1).optional(),
  ALMONER_TOKEN: z.string().min(1).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  LANG: z.string().default("zh"),
});

export type Config = {
  /** Folder of the ledger. */
  readonly data: string;
  /** Address of a ledger on a KurrentDB cluster, which the folder then mirrors. */
  readonly store: string | undefined;
  /** Token for a server, when one is asked with `--url`. */
  readonly token: string | undefined;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number | undefined;
  readonly language: Language;
};

/** Reads the configuration. @throws Error that names the variable with a wrong value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { ALMONER_DATA, ALMONER_STORE, ALMONER_TOKEN, PORT, LANG } = parsed.data;
  const language = LANG.toLowerCase().startsWith("en") ? "en" : "zh";
  return { data: ALMONER_DATA, store: ALMONER_STORE, token: ALMONER_TOKEN, port: PORT, language };
}
