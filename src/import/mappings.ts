// Finds mapping files: the examples that come with the program, by name, and any other by path.

import { readFile } from "node:fs/promises";
import { type Mapping, mapping } from "./mapping.ts";

/** Names of the mappings that come with the program. */
export const SHIPPED_MAPPINGS = ["hubei-red-cross", "agribank-statement"] as const;

/**
 * Reads a mapping by the name of a shipped one or by the path of a file.
 * @throws ZodError naming each wrong field, SyntaxError for broken JSON, or the error of the file.
 */
export async function loadMapping(nameOrPath: string): Promise<Mapping> {
  const shipped = SHIPPED_MAPPINGS.find((name) => name === nameOrPath);
  const place = shipped ? new URL(`./mappings/${shipped}.json`, import.meta.url) : nameOrPath;
  return mapping.parse(JSON.parse(await readFile(place, "utf8")));
}
