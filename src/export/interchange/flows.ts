// What open-data formats call transactions: the moves of an entry, one for each kind and fund, its
// restriction buckets added up. A red entry carries negative amounts by itself.

import type { StoredEvent } from "../../domain/event.ts";
import { factOfType } from "../../domain/facts.ts";
import type { Measure } from "../../domain/move.ts";
import type { Day } from "../../kernel/day.ts";

export const FLOW_MEASURES = [
  "received",
  "refunded",
  "transferred-in",
  "transferred-out",
  "allocated",
  "released",
  "disbursed",
  "returned",
] as const satisfies readonly Measure[];
export type FlowMeasure = (typeof FLOW_MEASURES)[number];

export type Flow = {
  readonly event: StoredEvent;
  readonly on: Day;
  readonly measure: FlowMeasure;
  readonly fund: string;
  readonly community: string | null;
  readonly project: string | null;
  readonly amount: bigint;
};

/** Whether a measure is among those that are published as transactions. */
export function isFlow(measure: Measure): measure is FlowMeasure {
  return (FLOW_MEASURES as readonly Measure[]).includes(measure);
}

/** The flows of an entry, in the order of its moves. */
export function flowsOf(event: StoredEvent): Flow[] {
  const fact = factOfType(event.type);
  if (!fact) throw new Error(`entry ${event.entry} has an unknown type, ${event.type}`);
  const on = fact.on(event.data);
  const flows = new Map<string, Flow>();
  for (const { measure, fund, community, project, amount } of fact.moves(event.data, event.id)) {
    if (!isFlow(measure) || fund === null) continue;
    const key = `${measure} ${fund}`;
    const sum = (flows.get(key)?.amount ?? 0n) + amount;
    flows.set(key, { event, on, measure, fund, community, project, amount: sum });
  }
  return [...flows.values()];
}
