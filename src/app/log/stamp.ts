// What every answer says of the log, so that whoever holds the answer can have it proved later.

import { toBase64 } from "../../proof/bytes.ts";
import { StoreUnavailable } from "../../store/event-store.ts";
import type { TransparencyLog } from "./transparency-log.ts";

/** Where an answer stands in the log that anyone can verify. Hashes are in base64. */
export type LogStamp = {
  /** The tree of the entries that the answer was computed from. */
  readonly size: number;
  /** Its root; null only while the tree of an older ledger is being built. */
  readonly root: string | null;
  /** The latest published checkpoint; null for a ledger without a key. */
  readonly checkpoint: {
    readonly size: number;
    readonly root: string;
    /** The signed note, byte for byte. */
    readonly note: string;
  } | null;
};

/**
 * The root of the first `size` entries in base64.
 * @throws StoreUnavailable while the tree of an older ledger is being built.
 */
export function rootOrWait(log: TransparencyLog, size: number): string {
  const root = log.rootAt(size);
  if (root) return toBase64(root);
  throw new StoreUnavailable("STORE_BUSY", {
    zh: "日志的散列树尚在建立，请稍后再试",
    en: "the tree of the log is still being built; try again",
  });
}

/** The stamp of an answer that was computed from the first `size` entries. */
export function stampOf(log: TransparencyLog, size: number): LogStamp {
  const root = log.rootAt(size);
  const published = log.published();
  return {
    size,
    root: root === undefined ? null : toBase64(root),
    checkpoint: published
      ? { size: published.size, root: toBase64(published.root), note: published.note }
      : null,
  };
}
