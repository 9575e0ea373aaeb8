// Finds the mappings of gift files: the examples that come with the program, and any other by path.

import { type Mapping, mapping } from "./mapping.ts";
import { readMapping } from "./read-mapping.ts";

/** Names of the mappings that come with the program. */
export const SHIPPED_MAPPINGS = ["hubei-red-cross", "agribank-statement"] as const;

/** Reads a mapping by the name of a shipped one or by the path of a file; `readMapping` says how. */
export function loadMapping(nameOrPath: string): Promise<Mapping> {
  const folder = new URL("./mappings/", import.meta.url);
  return readMapping(nameOrPath, { schema: mapping, shipped: SHIPPED_MAPPINGS, folder });
}
