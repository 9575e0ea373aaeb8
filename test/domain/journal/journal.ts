// The journal of a story: every fact's postings, and sums over them.

import type { StoredEvent } from "../../../src/domain/event.ts";
import { factOfType } from "../../../src/domain/facts.ts";
import { debitOf, type Posting } from "../../../src/domain/journal/posting.ts";
import { type JournalContext, postingsOf } from "../../../src/domain/journal/postings-of.ts";
import type { Story } from "../given.ts";

const factOf = (event: StoredEvent) => {
  const moves = factOfType(event.type)?.moves(event.data, event.id) ?? [];
  return { event, moves };
};

/** The postings of an event of a story. */
export function postingsIn(story: Story, event: StoredEvent): Posting[] {
  const context: JournalContext = {
    books: story.books,
    fact(id) {
      const found = story.events.find((each) => each.id === id);
      return found && factOf(found);
    },
  };
  return postingsOf(factOf(event), context);
}

/** Lines as `1002 debit 100.00`, which is how a test reads best. */
export function told(postings: readonly Posting[]): string[] {
  return postings.map(({ account, side, amount }) => `${account} ${side} ${amount}`);
}

/** Debits minus credits by whatever `keyOf` says. */
export function sumsBy(
  postings: readonly Posting[],
  keyOf: (posting: Posting) => string,
): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const posting of postings) {
    const key = keyOf(posting);
    sums.set(key, (sums.get(key) ?? 0n) + debitOf(posting));
  }
  return sums;
}
