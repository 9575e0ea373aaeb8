// A journal of planned requests. Stories are told one after the other, each over months; the
// journal puts what they plan into the order in which an office would have recorded it.

import type { Day } from "../../src/kernel/day.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { DemoRequest } from "./request.ts";

export type Plan = {
  /** The day on which it is recorded; the business date stands in the input. */
  readonly on: Day;
  readonly command: string;
  readonly key: string;
  readonly input: Record<string, unknown>;
  readonly reason?: string;
};

export type Journal = {
  /** Plans a request and returns the id of what it creates. One day keeps the order of planning. */
  plan(plan: Plan): string;
  /** Plans the red entry for what was planned under `key`. */
  reverse(on: Day, key: string, reason: string): void;
  /** All requests in the order of recording; entry numbers count from 1. */
  requests(): Generator<DemoRequest>;
};

const REVERSE = "ReverseEntry";
const APPROVE = "ApproveEntries";

/** Who records what is not the accountant's. */
const ACTORS: Readonly<Record<string, string>> = {
  OpenLedger: "demo-admin",
  ReopenPeriod: "demo-approver",
  ApproveEntries: "demo-approver",
};

/** An empty journal. */
export function createJournal(): Journal {
  const plans: Plan[] = [];

  return {
    plan(plan) {
      plans.push(plan);
      return eventIdOfKey(plan.key);
    },
    reverse(on, key, reason) {
      const input = { reverses: key, reversedOn: on };
      plans.push({ on, command: REVERSE, key: `${key}-reversed`, input, reason });
    },
    *requests() {
      const entries = new Map<string, number>();
      const inOrder = plans.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
      for (const [index, { command, key, input, reason }] of inOrder.entries()) {
        entries.set(key, index + 1);
        yield {
          command,
          key,
          input: withEntries(command, input, entries),
          actor: ACTORS[command] ?? "demo-accountant",
          ...(reason === undefined ? {} : { reason }),
        };
      }
    },
  };
}

// A red entry and an approval name entries by their numbers, which are known only once everything is
// in order.
function withEntries(
  command: string,
  input: Record<string, unknown>,
  entries: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const numberOf = (key: unknown): number => {
    const entry = entries.get(key as string);
    if (entry === undefined) throw new RangeError(`${key} is not recorded before ${command}`);
    return entry;
  };
  if (command === REVERSE) {
    const { reverses, ...rest } = input;
    return { entry: numberOf(reverses), ...rest };
  }
  if (command === APPROVE) {
    return { ...input, first: numberOf(input["first"]), last: numberOf(input["last"]) };
  }
  return input;
}
