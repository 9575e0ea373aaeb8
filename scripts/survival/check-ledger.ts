// What must be true of a ledger folder after any disaster. Finds faults and names them; an empty
// list is the pass.

import { openLedger } from "../../src/app/ledger.ts";
import { applyMoves, emptyBooks } from "../../src/domain/books.ts";
import type { StoredEvent } from "../../src/domain/event.ts";
import { factOfType } from "../../src/domain/facts.ts";
import { createSums } from "../../src/kernel/sums.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { LogReader } from "../../src/store/event-store.ts";
import type { Acknowledged } from "./start-writer.ts";
import { logFaults, type Seen } from "./watch-log.ts";

/**
 * Opens the folder as a restart would and checks: every acknowledged key once, where it was said to
 * be; entry numbers dense; stored moves equal to those of the facts; totals equal to the sum of
 * the moves; balances equal to a replay; every projection equal to its rebuild; and of a log that was
 * watched, every tree that was seen signed the beginning of the present one.
 */
export async function findFaults(
  dir: string,
  acknowledged: Acknowledged,
  seen?: Seen,
): Promise<string[]> {
  const ledger = openLedger(dir);
  try {
    const events = ledger.store.read(1, ledger.store.head());
    const faults = [
      ...numberFaults(events, ledger.store.head()),
      ...keyFaults(events, acknowledged),
      ...totalFaults(ledger.store),
      ...balanceFaults(events, ledger.books().balances),
      ...(seen ? await logFaults(ledger, dir, seen) : []),
    ];
    for (const runner of ledger.runners) {
      const { projection, identical } = await runner.rebuild();
      if (!identical) faults.push(`projection ${projection} differs from its rebuild`);
    }
    return faults;
  } finally {
    ledger.close();
  }
}

function numberFaults(events: readonly StoredEvent[], head: number): string[] {
  const faults = events.length === head ? [] : [`${events.length} entries below head ${head}`];
  const revisions = new Map<string, number>();
  for (const { entry, stream, revision } of events) {
    const expected = (revisions.get(stream) ?? -1) + 1;
    if (revision !== expected) faults.push(`entry ${entry}: revision ${revision}, not ${expected}`);
    revisions.set(stream, revision);
  }
  return faults;
}

function keyFaults(events: readonly StoredEvent[], acknowledged: Acknowledged): string[] {
  const faults: string[] = [];
  const entryOf = new Map<string, number>();
  for (const { id, entry } of events) {
    const before = entryOf.get(id);
    if (before !== undefined) faults.push(`entries ${before} and ${entry} have one id`);
    entryOf.set(id, entry);
  }
  for (const [key, entry] of acknowledged) {
    const found = entryOf.get(eventIdOfKey(key));
    if (found !== entry) faults.push(`${key} was acknowledged at ${entry} and is at ${found}`);
  }
  return faults;
}

function totalFaults(store: LogReader): string[] {
  const sums = createSums();
  const { length, series, amount } = store.lines(1, store.head());
  sums.addAll(series, amount, 0, length);
  const totals = store.totals();
  return Array.from({ length: store.seriesCount() }, (_, number) => number)
    .filter((number) => totals.get(number) !== sums.get(number))
    .map((number) => `series ${number}: ${totals.get(number)}, its moves ${sums.get(number)}`);
}

function balanceFaults(
  events: readonly StoredEvent[],
  served: ReturnType<typeof emptyBooks>["balances"],
): string[] {
  const replayed = emptyBooks();
  for (const { type, id, data } of events) {
    const fact = factOfType(type);
    if (!fact) return [`unknown type ${type}`];
    applyMoves(replayed, fact.moves(data, id));
  }
  const text = (balances: typeof served) =>
    JSON.stringify(
      [...balances.entries()]
        .map(([fund, buckets]) => [fund, [...buckets.entries()].sort()])
        .sort(),
      (_key, value) => (typeof value === "bigint" ? String(value) : value),
    );
  return text(served) === text(replayed.balances) ? [] : ["balances differ from a replay"];
}
