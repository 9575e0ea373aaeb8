// A posting: one line of double entry, with every dimension that a statement or a register asks for.

import type { Day } from "../../kernel/day.ts";
import type { Currency } from "../../kernel/money.ts";
import type { StoredEvent } from "../event.ts";
import type { RegimeId } from "./chart.ts";
import type { Item } from "./posting-rules.ts";

/** Everything of a posting but its amount: what balances are kept by. */
export type PostingSeries = {
  readonly host: string;
  /** Null for the host's own part of the books, outside all funds. */
  readonly fund: string | null;
  /** Restriction, source and nature, as `bucketKey` writes them. */
  readonly bucket: string;
  readonly project: string | null;
  readonly community: string | null;
  readonly currency: Currency;
  readonly regime: RegimeId;
  readonly account: string;
  readonly side: "debit" | "credit";
  /** The cash flow item of cash; what kind of change it is for net assets. */
  readonly item: Item | null;
};

/** Minor units; negative in a red entry, which stands on the side of what it undoes. */
export type Posting = PostingSeries & { readonly amount: bigint };

/** What a posting adds to the debit side; negative for a credit. */
export function debitOf({ side, amount }: Posting): bigint {
  return side === "debit" ? amount : -amount;
}

/** A posting's dimensions with the year that it was booked in, which decides what it carries into. */
export type BookedSeries = PostingSeries & { readonly year: number };

/** An entry of the log with its double entry; what is only a memo has no postings. */
export type JournalEntry = {
  readonly event: StoredEvent;
  readonly day: Day;
  readonly postings: readonly Posting[];
};
