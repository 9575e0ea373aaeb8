// Which gift of a source a row is: what its row says, and that it is the n-th such row of its file.
// Identical rows of one file are as many gifts; the same rows in another file of the source are the
// same gifts again. So a source holds each identical row as often as the file that has it most
// often, whatever the order of the files and however often each is imported.

import { createHmac, createSecretKey } from "node:crypto";
import type { IdentityPart } from "./mapping.ts";
import type { ImportedRow } from "./row-types.ts";

// Half of the digest: two rows meet by chance once in 2^64 rows, and a large file stays in memory.
const KEY_BYTES = 16;

export type Occurrence = {
  /** Idempotency key of the gift, the same whenever it is met again. */
  readonly key: string;
  /** The n-th identical row of its file, from 1. */
  readonly n: number;
};

/**
 * Makes the counter of one file. Every row must pass through it in the order of the file.
 * Names and notes enter the key only under `secret`, since a plain hash of a name could be guessed
 * from the key, and keys may be public. HMAC-SHA-256, RFC 2104.
 */
export function occurrenceCounter(
  secret: Uint8Array,
  source: string,
  identity: readonly IdentityPart[],
): (row: ImportedRow) => Occurrence {
  const hmacKey = createSecretKey(secret);
  const parts = [...identity].sort();
  const counts = new Map<string, number>();
  return (row) => {
    const values = parts.map((part) => row[part] ?? "");
    const tuple = JSON.stringify([source, row.currency, row.direction, parts, values]);
    const digest = createHmac("sha256", hmacKey)
      .update(tuple)
      .digest()
      .toString("hex", 0, KEY_BYTES);
    const n = (counts.get(digest) ?? 0) + 1;
    counts.set(digest, n);
    return { key: `import-${digest}-${n}`, n };
  };
}
