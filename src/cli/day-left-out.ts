// The day that a verb fills in. It is part of what is recorded, so a day that moved on overnight
// would make the same words with the same key another request.

import { eventIdOfKey } from "../store/event-id.ts";
import type { Backend } from "./backend.ts";

export type LeftOut = {
  readonly key: string | undefined;
  readonly field: string;
  /** The zone of a ledger that is to be opened. */
  readonly zone?: string | undefined;
};

/** The day that the entry of this key has in `field`, if there is one; otherwise today. */
export async function dayLeftOut(backend: Backend, { key, field, zone }: LeftOut): Promise<string> {
  if (key === undefined) return backend.today(zone);
  const [first] = await backend.entries({ after: 0, limit: 1, id: eventIdOfKey(key) });
  const day = (first?.data as Readonly<Record<string, unknown>> | undefined)?.[field];
  return typeof day === "string" ? day : backend.today(zone);
}
