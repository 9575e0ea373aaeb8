// Page cursors: opaque to callers, bound to the entry that the first page was computed at, so that
// the pages of one walk add up whatever is recorded meanwhile.

import type { Ledger, ReportQuery } from "../app/ledger.ts";
import type { Point } from "../app/projections/projection.ts";
import { reach } from "./answers.ts";
import { problemError } from "./problems.ts";

/** Where a page starts: the entry of the walk, what was passed, and the sum up to there. */
export type Cursor = { readonly entry: number; readonly after: number; readonly sum: bigint };

const CURSOR = /^([0-9]{1,15})\.([0-9]{1,15})\.(-?[0-9]{1,30})$/;

/** Writes a cursor. */
export function writeCursor({ entry, after, sum }: Cursor): string {
  return Buffer.from(`${entry}.${after}.${sum}`).toString("base64url");
}

/** Reads a cursor. @throws a 400 problem when this server never wrote it. */
export function readCursor(text: string): Cursor {
  const match = CURSOR.exec(Buffer.from(text, "base64url").toString("latin1"));
  const [, entry, after, sum] = match ?? [];
  if (entry === undefined || after === undefined || sum === undefined) {
    throw problemError("INVALID_INPUT", {
      errors: [{ path: "cursor", text: { zh: "不是游标", en: "not a cursor" } }],
    });
  }
  return { entry: Number(entry), after: Number(after), sum: BigInt(sum) };
}

export type Walk = {
  readonly query: ReportQuery;
  readonly point: Point;
  readonly after: number;
  readonly sum: bigint;
};

export type Asked = ReportQuery & {
  readonly atLeast?: number | undefined;
  readonly cursor?: string | undefined;
};

/**
 * The query of one page, pinned to what was known at the first: the cursor holds its entry, which is
 * waited for, since another process may have answered the first page.
 */
export async function walkOf(
  ledger: Ledger,
  { cursor, atLeast = 0, ...query }: Asked,
): Promise<Walk> {
  const start = cursor === undefined ? undefined : readCursor(cursor);
  await reach(ledger, Math.max(atLeast, start?.entry ?? 0));
  const entry = start?.entry ?? ledger.pointOf(query).entry;
  const pinned = { ...query, knownAt: String(entry) };
  const { after, sum } = start ?? { after: 0, sum: 0n };
  return { query: pinned, point: ledger.pointOf(pinned), after, sum };
}
