// Writes for the tests of every engine, and what became of them in short.

import type { NewEvent, StoredEvent } from "../../src/domain/event.ts";
import type { Move } from "../../src/domain/move.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { Outcome, Write } from "../../src/store/event-store.ts";

export const FUND = eventIdOfKey("fund");

/** A move of a fund's unrestricted money. */
export function move(amount: bigint, measure: Move["measure"] = "received"): Move {
  return { measure, fund: FUND, bucket: "none", community: "320581102", project: null, amount };
}

/** A write whose event id belongs to `key`; a gift in its own stream unless told otherwise. */
export function write(
  key: string,
  more: Partial<Omit<Write, "event">> & Partial<NewEvent> = {},
): Write {
  const id = eventIdOfKey(key);
  const {
    stream = `donation-${id}`,
    expected = "none",
    day = 20_000,
    moves = [],
    links = [],
  } = more;
  const { type = "DonationReceived" } = more;
  const plain = moves.map((each) => ({ ...each, amount: each.amount.toString() }));
  const data = more.data ?? {
    key,
    ...(moves.length + links.length > 0 ? { day, links, moves: plain } : {}),
  };
  const event = { type, version: 1, id, stream, actor: "accountant-1", data };
  return { stream, expected, event, day, moves, links };
}

/** The write that an event of these tests was: its data say so. */
export function writeOfData(stored: StoredEvent): Write {
  const { entry: _entry, revision, recordedAt: _recordedAt, ...event } = stored;
  const {
    day = 20_000,
    links = [],
    moves = [],
  } = event.data as {
    day?: number;
    links?: number[];
    moves?: (Omit<Move, "amount"> & { amount: string })[];
  };
  return {
    stream: event.stream,
    expected: revision === 0 ? "none" : revision - 1,
    event,
    day,
    links,
    moves: moves.map((each) => ({ ...each, amount: BigInt(each.amount) })),
  };
}

/** Entry numbers of what was appended or was there already; why the rest was not. */
export function brief(outcomes: readonly Outcome[]): (string | number)[][] {
  return outcomes.map((outcome) => {
    switch (outcome.kind) {
      case "appended":
        return [outcome.kind, outcome.event.entry];
      case "duplicate":
        return [outcome.kind, outcome.entry];
      case "conflict":
        return [outcome.kind, outcome.actual];
      case "rejected":
        return [outcome.kind, outcome.refusal.code];
      default:
        return outcome satisfies never;
    }
  });
}
