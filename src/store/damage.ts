// Whether an error says that what is stored cannot be what was stored; SQLite says so wherever it
// meets it.

import { StoreUnavailable, type UnavailableCode } from "./event-store.ts";
import { DamagedLines } from "./lines.ts";

/** What a caller goes by. */
export const DAMAGED_CODE = "LOG_DAMAGED" satisfies UnavailableCode;

export function isDamage(error: unknown): boolean {
  if (error instanceof StoreUnavailable) {
    return error.code === DAMAGED_CODE || isDamage(error.cause);
  }
  if (error instanceof DamagedLines) return true;
  return /^SQLITE_(?:CORRUPT|NOTADB)/.test(String((error as { code?: unknown } | undefined)?.code));
}
