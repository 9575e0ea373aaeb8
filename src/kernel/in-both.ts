// Texts that pass through others' code, which carries one string: the English one finds the Chinese
// again. Filled as schemas and commands are declared, never by what somebody gave.

import type { Text } from "./text.ts";

const TEXTS = new Map<string, Text>();

/** The English of a text, by which `bothOf` finds it again. */
export function inBoth(text: Text): string {
  const known = TEXTS.get(text.en);
  if (known && known.zh !== text.zh) throw new Error(`two texts say ${text.en}`);
  TEXTS.set(text.en, text);
  return text.en;
}

/** The text of an English string that `inBoth` gave. */
export function bothOf(en: string): Text | undefined {
  return TEXTS.get(en);
}
