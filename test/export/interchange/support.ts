// Whole exports as text, for tests.

import type { Ledger } from "../../../src/app/ledger.ts";
import type { HandOver } from "../../../src/export/interchange/export.ts";
import { type HandOverQuery, startHandOver } from "../../../src/export/interchange/hand-over.ts";

/** An export's bytes and summary. */
export function exported(
  ledger: Ledger,
  handOver: HandOver,
  query: Partial<HandOverQuery> = {},
): { bytes: Buffer; text: string; summary: Record<string, string | number> } {
  const handed = startHandOver(ledger, handOver, { language: "zh", params: {}, ...query });
  const bytes = Buffer.concat([...handed.chunks].map((chunk) => Buffer.from(chunk)));
  return { bytes, text: bytes.toString("utf8"), summary: { ...handed.summary() } };
}
