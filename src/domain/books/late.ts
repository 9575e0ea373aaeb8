// Entries that came too late: on a log that several nodes write, something can land behind the
// closing of its period, fund or project, which its node had not read yet. Each rule here is one
// that decisions are held to anyway, so where one process decides in order nothing is ever too late.

import { isRefusal } from "../../kernel/refusal.ts";
import type { Books } from "../books.ts";
import { holdsSomething } from "../funds/close-fund.ts";
import type { Move } from "../move.ts";
import { refuseClosed } from "./closing.ts";

/** What is asked of an event at its place in the log. */
export type AtPlace = {
  readonly type: string;
  readonly stream: string;
  readonly data: object;
  readonly moves: readonly Move[];
  /** The host whose own books it enters. */
  readonly ownBooks: string | null;
  readonly day: string;
  /** The days on which entries after this one moved money of a host. */
  readonly daysAfter: (entry: number, host: string) => Iterable<string>;
};

/** Whether an event comes too late to be an entry, given the books before it. */
export function comesTooLate(books: Books, event: AtPlace): boolean {
  return (
    isDatedIntoClosed(books, event) ||
    event.moves.some((move) => reachesClosedFund(books, move, event.stream)) ||
    isForEndedProject(books, event) ||
    closesWhatIsNotEmpty(books, event) ||
    closesWithoutAll(event)
  );
}

function isDatedIntoClosed(books: Books, event: AtPlace): boolean {
  try {
    refuseClosed(books, event, event.day);
    return false;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return true;
  }
}

/** What stands on the fund's own stream was decided after its closing, like a forced chargeback. */
function reachesClosedFund(books: Books, { fund, bucket }: Move, stream: string): boolean {
  if (fund === null || bucket === null || stream === `fund-${fund}`) return false;
  return books.funds.get(fund)?.status === "closed";
}

/** The facts that decide about money for a project, which must not have ended. */
const FOR_PROJECTS = new Set(["AllocationMade", "CostRecorded", "GoodsIssued"]);

function isForEndedProject(books: Books, { type, data }: AtPlace): boolean {
  if (!FOR_PROJECTS.has(type)) return false;
  const { project } = data as { project?: string };
  const result = project === undefined ? null : books.projects.get(project)?.result;
  return result !== null && result !== undefined;
}

function closesWhatIsNotEmpty(books: Books, { type, data }: AtPlace): boolean {
  if (type !== "FundClosed") return false;
  const { fund } = data as { fund: string };
  return [...(books.balances.get(fund)?.values() ?? [])].some(holdsSomething);
}

/** A closing whose trial balance lacks an entry that came between. */
function closesWithoutAll({ type, data, daysAfter }: AtPlace): boolean {
  if (type !== "PeriodClosed") return false;
  const { host, lastDay, through } = data as { host: string; lastDay: string; through: number };
  for (const day of daysAfter(through, host)) if (day <= lastDay) return true;
  return false;
}
