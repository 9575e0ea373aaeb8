// A lookup: finds entries by a text that stands in them. It only says which texts an event has;
// the file, catching up and lag follow from that.

import type { StoredEvent } from "../src/domain/event.ts";
import type { Text } from "../src/kernel/text.ts";

export type Lookup = {
  readonly name: string;
  /** Raising it makes the lookup rebuild by itself. */
  readonly version: number;
  readonly title: Text;
  /** What is found, in plain words. */
  readonly definition: Text;
  keys(event: StoredEvent): readonly string[];
};

/** Declares a lookup. */
export function defineLookup(lookup: Lookup): Lookup {
  return lookup;
}
