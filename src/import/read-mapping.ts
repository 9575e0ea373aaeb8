// Reads a mapping file and says in plain words what is wrong with it.

import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UsageError } from "../kernel/usage-error.ts";

/** A mapping that is not there, is no JSON, or has wrong fields, each of which is named. */
export class UnusableMapping extends UsageError {
  constructor(nameOrPath: string, reason: string) {
    super(`mapping ${nameOrPath}: ${reason}`);
    this.name = "UnusableMapping";
  }
}

/** Which mappings there are: their shape, and those that come with the program by name. */
type Mappings<T> = {
  readonly schema: z.ZodType<T>;
  readonly shipped: readonly string[];
  /** Where `NAME.json` of a shipped one lies. */
  readonly folder: URL;
};

/**
 * Reads a mapping by the name of a shipped one or by the path of a file.
 * @throws UnusableMapping
 */
export async function readMapping<T>(
  nameOrPath: string,
  { schema, shipped, folder }: Mappings<T>,
): Promise<T> {
  const isShipped = shipped.includes(nameOrPath);
  let input: unknown;
  try {
    const place = isShipped ? new URL(`${nameOrPath}.json`, folder) : nameOrPath;
    input = JSON.parse(await readFile(place, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const there = `it is the path of a JSON file or one of ${shipped.join(", ")}`;
    throw new UnusableMapping(nameOrPath, code === "ENOENT" ? `no such file; ${there}` : message);
  }
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UnusableMapping(nameOrPath, z.prettifyError(parsed.error));
}
