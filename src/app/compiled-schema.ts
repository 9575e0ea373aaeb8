// A fact's schema as one function that zod makes of it: half the time for each entry. What it refuses
// is judged again by the schema itself, which tells why; that both judge alike is tested.

import { z } from "zod";
import type { AnyFact } from "../domain/fact.ts";

type Schema = AnyFact["dataSchema"];

const compiled = new Map<Schema, Schema>();

/** Made when it is first asked for: making those of all facts would delay every start. */
export function compiledSchema(schema: Schema): Schema {
  const known = compiled.get(schema);
  if (known) return known;
  const made = z.compile(schema);
  compiled.set(schema, made);
  return made;
}
