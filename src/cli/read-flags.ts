// What was typed as flags, read by the schema that a server would read it by; what is wrong is told by
// the names of the flags.

import type { z } from "zod";
import { InvalidInput } from "../kernel/invalid-input.ts";
import { readInput } from "../kernel/read-input.ts";
import { flagOfPath } from "./fact-flags.ts";
import { invalidInput } from "./failure.ts";

/** Reads flags with a schema. @throws a usage failure that names each flag that is wrong. */
export function readFlags<T>(schema: z.ZodType<T>, given: object): T {
  const read = readInput(schema, given);
  if (read.success) return read.data;
  throw invalidInput(read.issues, flagOfPath);
}

/** Does what was asked by flags, and names the flags where it cannot be taken. */
export async function namingFlags<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InvalidInput) throw invalidInput(error.issues, flagOfPath);
    throw error;
  }
}
