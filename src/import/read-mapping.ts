// Reads a mapping file and says in plain words what is wrong with it.

import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { errorText } from "../kernel/error-text.ts";
import { issuesText, readInput } from "../kernel/read-input.ts";
import type { Text } from "../kernel/text.ts";
import { UsageError } from "../kernel/usage-error.ts";

/** A mapping that is not there, is no JSON, or has wrong fields, each of which is named. */
export class UnusableMapping extends UsageError {
  constructor(nameOrPath: string, { zh, en }: Text) {
    super({ zh: `映射 ${nameOrPath}：${zh}`, en: `mapping ${nameOrPath}: ${en}` });
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
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw new UnusableMapping(nameOrPath, whyUnread(error));
    throw new UnusableMapping(nameOrPath, {
      zh: `没有这个文件；请给出 JSON 文件的路径，或自带的 ${shipped.join("、")} 之一`,
      en: `no such file; it is the path of a JSON file or one of ${shipped.join(", ")}`,
    });
  }
  const read = readInput(schema, input);
  if (read.success) return read.data;
  throw new UnusableMapping(nameOrPath, issuesText(read.issues));
}

function whyUnread(error: unknown): Text {
  if (!(error instanceof SyntaxError)) return errorText(error);
  return { zh: `不是 JSON：${error.message}`, en: error.message };
}
