// What an error of the system or of SQLite says of what is stored: that it cannot be what was stored,
// or that there is no room for more.

import { StoreUnavailable, type UnavailableCode } from "./event-store.ts";
import { DamagedLines } from "./lines.ts";

/** What a caller goes by. */
export const DAMAGED_CODE = "LOG_DAMAGED" satisfies UnavailableCode;

/** Whether there is no room for more, be it in the log or in a file beside it. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT";
}

export function isDamage(error: unknown): boolean {
  if (error instanceof StoreUnavailable) {
    return error.code === DAMAGED_CODE || isDamage(error.cause);
  }
  if (error instanceof DamagedLines) return true;
  return /^SQLITE_(?:CORRUPT|NOTADB)/.test(String((error as { code?: unknown } | undefined)?.code));
}
