// What the environment says, typed. A wrong value fails by naming its variable; nothing else in the
// project reads the environment.

import { z } from "zod";
import { inBoth } from "./kernel/in-both.ts";
import { issuesText, readInput } from "./kernel/read-input.ts";
import type { Language } from "./kernel/text.ts";
import { UsageError } from "./kernel/usage-error.ts";

const PORT_RANGE = inBoth({ zh: "0 至 65535 的整数", en: "a whole number from 0 to 65535" });
const filled = z.string().min(1, inBoth({ zh: "不得为空", en: "not empty" }));

const schema = z.object({
  ALMONER_DATA: filled.default("data/ledger"),
  ALMONER_STORE: filled.optional(),
  ALMONER_TOKEN: filled.optional(),
  PORT: z.coerce
    .number(PORT_RANGE)
    .int(PORT_RANGE)
    .min(0, PORT_RANGE)
    .max(65_535, PORT_RANGE)
    .optional(),
  LANG: z.string().optional(),
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

/** Reads the configuration. @throws UsageError that names the variable with a wrong value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = readInput(schema, env);
  if (!read.success) {
    throw new UsageError(issuesText(read.issues));
  }
  const { ALMONER_DATA, ALMONER_STORE, ALMONER_TOKEN, PORT, LANG } = read.data;
  const language = languageOfLocale(LANG);
  return { data: ALMONER_DATA, store: ALMONER_STORE, token: ALMONER_TOKEN, port: PORT, language };
}

/** The language of a locale such as `en_GB.UTF-8`; Chinese unless it is English. */
export function languageOfLocale(locale = "zh"): Language {
  return locale.toLowerCase().startsWith("en") ? "en" : "zh";
}
