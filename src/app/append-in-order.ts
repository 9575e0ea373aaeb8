// Appends what a batch decided so that nothing is written before what it relied on. A log that only
// this process writes takes it all at once; on a shared log any write can conflict, and what was
// decided after one that did is not written but decided again.

import { changesNoRegister } from "../domain/fact.ts";
import { factOfType } from "../domain/facts.ts";
import type { EventStore, Outcome, Write } from "../store/event-store.ts";

/** Writes `from` … `to` (not included) of a batch are recorded whole or not at all. */
export type AtomicRange = { readonly from: number; readonly to: number };

export type Appended = {
  /** What became of the writes; undefined for those that were not tried. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Why the rest was not tried, when that was no conflict. */
  readonly error?: unknown;
};

/** Appends a batch in order; stops at the first write that another process came before. */
export async function appendInOrder(
  store: EventStore,
  writes: readonly Write[],
  atomic: readonly AtomicRange[],
): Promise<Appended> {
  if (writes.length === 0) return { outcomes: [] };
  if (!store.shared) return { outcomes: await store.append(writes) };
  const outcomes: (Outcome | undefined)[] = [];
  for (const { from, to, whole } of stepsOf(writes, atomic)) {
    try {
      outcomes.push(...(await store.append(writes.slice(from, to), { atomic: whole })));
    } catch (error) {
      return { outcomes, error };
    }
    if (outcomes.some((outcome) => outcome?.kind !== "appended")) break;
  }
  return { outcomes };
}

type Step = AtomicRange & { readonly whole: boolean };

/** Runs of writes that do not rely on each other, in order; an atomic range is a step of its own. */
function stepsOf(writes: readonly Write[], atomic: readonly AtomicRange[]): Step[] {
  const steps: Step[] = [];
  const ranges = [...atomic];
  for (let from = 0; from < writes.length; ) {
    const range = ranges[0]?.from === from ? ranges.shift() : undefined;
    const end = range?.to ?? stepEnd(writes, from, ranges[0]?.from ?? writes.length);
    steps.push({ from, to: end, whole: range !== undefined });
    from = end;
  }
  return steps;
}

function stepEnd(writes: readonly Write[], from: number, limit: number): number {
  const first = writes[from] as Write;
  const joins = isFree(first) ? isFree : follower(first);
  let to = from + 1;
  while (to < limit && joins(writes[to] as Write)) to += 1;
  return to;
}

/** Gifts and the like: nothing that was decided in the same batch can be their ground. */
function isFree({ stream, event, links }: Write): boolean {
  return (
    links.length === 0 &&
    stream.endsWith(event.id) &&
    factOfType(event.type)?.evolve === changesNoRegister
  );
}

/**
 * Writes that follow each other on one stream are appended together, so they conflict together.
 * They have one day, the same funds and projects, so that all or none of them come behind a closing.
 */
function follower(first: Write): (write: Write) => boolean {
  let last = first.expected;
  const ground = groundOf(first);
  return (write) => {
    const { stream, expected, day } = write;
    if (stream !== first.stream || expected !== (last === "none" ? 0 : last + 1)) return false;
    if (day !== first.day || groundOf(write) !== ground) return false;
    last = expected;
    return true;
  };
}

function groundOf({ moves }: Write): string {
  return [...new Set(moves.map(({ fund, project }) => `${fund} ${project}`))].sort().join();
}
