// The load generator: the shape of the demo at any size, for benchmarks. 85 of 100 entries are gifts
// to the funds of Suzhou, the rest is what becomes of them. Memory does not grow with the size.

import { type Day, dayNumber, dayOfNumber } from "../../src/kernel/day.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import { CITY, DISTRICTS, type Division, TOWNSHIPS, VILLAGES } from "./divisions.ts";
import type { Plan } from "./journal.ts";
import {
  fundIdOf,
  openFund,
  openLedger,
  organisationIn,
  registerCommunity,
  registerHost,
  registerPayees,
} from "./parties.ts";
import { type DemoRequest, FIRST_DAY, LAST_DAY, type Random, seededRandom } from "./request.ts";

const SEED = 662;
/** A fund for every so many entries, until all funds are open, so that small logs are mostly gifts. */
const ENTRIES_PER_FUND = 25;
/** Of each cycle: gifts first, then an allocation, its payment and one more entry. */
const CYCLE = 20;
const GIFTS = 17;
const PURPOSE = "助学";
const DONORS = 100_000;

/**
 * Yields exactly `n` requests for an empty ledger, always the same for the same `n`. All of them are
 * accepted by the rules when recorded in order, from the last day of the demo on.
 */
export function* generate(n: number): Generator<DemoRequest> {
  const count = Math.min(TOWNSHIPS.length + VILLAGES.length, Math.ceil(n / ENTRIES_PER_FUND));
  const divisions = [...TOWNSHIPS, ...VILLAGES].slice(0, count);
  let left = n;
  for (const plan of register(divisions)) {
    if (left === 0) return;
    left -= 1;
    yield asRequest(plan);
  }
  yield* cycles(divisions, left);
}

function* register(divisions: readonly Division[]): Generator<Plan> {
  yield openLedger();
  for (const division of [CITY, ...DISTRICTS]) yield registerHost(division);
  for (const division of [CITY, ...DISTRICTS, ...divisions]) yield registerCommunity(division);
  yield* registerPayees();
  for (const division of divisions) yield openFund(division, FIRST_DAY);
}

function asRequest({ command, key, input }: Plan): DemoRequest {
  const actor = command === "OpenLedger" ? "demo-admin" : "demo-accountant";
  return { command, key, input, actor };
}

/** What the generator knows of a fund, in fen, so that it never asks for more than there is. */
type Till = { readonly division: Division; readonly id: string; free: number; bound: number };

function* cycles(divisions: readonly Division[], count: number): Generator<DemoRequest> {
  const tills = divisions.map((division) => ({
    division,
    id: fundIdOf(division),
    free: 0,
    bound: 0,
  }));
  const random = seededRandom(SEED);
  const days = daysOfDemo();
  for (let first = 0; first < count; first += CYCLE) {
    const day = days[Math.floor((first / count) * days.length)] as Day;
    const size = Math.min(CYCLE, count - first);
    let till = tills[0] as Till;
    for (let step = 0; step < Math.min(GIFTS, size); step++) {
      till = random.pick(tills);
      yield gift(random, till, { number: first + step, day });
    }
    // The fund that was given to last surely has money.
    if (size > GIFTS) yield* decisions(random, till, { first, day, size: size - GIFTS });
  }
}

type Moment = { readonly number: number; readonly day: Day };

function daysOfDemo(): Day[] {
  const first = dayNumber(FIRST_DAY);
  return Array.from({ length: dayNumber(LAST_DAY) - first + 1 }, (_, i) => dayOfNumber(first + i));
}

function gift(random: Random, till: Till, { number, day }: Moment): DemoRequest {
  const fen = random.int(1, 2_000) * (random.once(4) ? 25 : 500);
  const bound = random.once(5);
  if (bound) till.bound += fen;
  else till.free += fen;
  const donor = `demo-donor-${random.int(1, DONORS)}`;
  return request("ReceiveDonation", `g-${number}`, {
    fund: till.id,
    amount: yuan(fen),
    currency: "CNY",
    receivedOn: day,
    channel: number % 3 === 0 ? "bank" : "wechat",
    ...(number % 7 === 0 ? {} : { donor }),
    ...(bound ? { restriction: { kind: "purpose", purpose: PURPOSE } } : {}),
    reference: `DEMO-${number}`,
  });
}

type Turn = { readonly first: number; readonly day: Day; readonly size: number };

/** An allocation, its payment, and one more entry, as far as the turn goes. */
function* decisions(
  random: Random,
  till: Till,
  { first, day, size }: Turn,
): Generator<DemoRequest> {
  const bound = till.bound > till.free;
  const fen = bound ? till.bound : till.free;
  if (bound) till.bound = 0;
  else till.free = 0;
  const key = `a-${first}`;
  yield request("MakeAllocation", key, {
    fund: till.id,
    community: till.division.code,
    ...(bound ? { purpose: PURPOSE } : {}),
    amount: yuan(fen),
    currency: "CNY",
    allocatedOn: day,
  });
  if (size === 1) return;
  const allocation = eventIdOfKey(key);
  const paid = Math.floor(fen * 0.9);
  yield request("MakeDisbursement", `p-${first}`, {
    allocation,
    payee: organisationIn(till.division, 1),
    amount: yuan(paid),
    currency: "CNY",
    paidOn: day,
  });
  if (size > 2) yield extra(random, { first, day, till, allocation, unpaid: fen - paid });
}

type Extra = {
  readonly first: number;
  readonly day: Day;
  readonly till: Till;
  readonly allocation: string;
  readonly unpaid: number;
};

/** In turn: what is unpaid released, some of the payment returned, interest, a receipt. */
function extra(random: Random, { first, day, till, allocation, unpaid }: Extra): DemoRequest {
  const key = `x-${first}`;
  switch ((first / CYCLE) % 4) {
    case 0: {
      const released = { amount: yuan(unpaid), currency: "CNY", releasedOn: day };
      return request("ReleaseAllocation", key, { allocation, ...released });
    }
    case 1: {
      const disbursement = eventIdOfKey(`p-${first}`);
      const returned = { amount: "0.01", currency: "CNY", returnedOn: day };
      return request("ReturnDisbursement", key, { disbursement, ...returned });
    }
    case 2: {
      const donation = eventIdOfKey(`g-${first}`);
      const number = String(first).padStart(10, "0");
      return request("RecordReceipt", key, { donation, code: "00000000", number, issuedOn: day });
    }
    default: {
      const interest = { amount: yuan(random.int(1, 9_999)), currency: "CNY", receivedOn: day };
      return request("ReceiveInterest", key, { fund: till.id, ...interest });
    }
  }
}

function request(command: string, key: string, input: Record<string, unknown>): DemoRequest {
  return { command, key, input, actor: "demo-accountant" };
}

/** Decimal text of fen that are below 2^53. */
function yuan(fen: number): string {
  const cents = fen % 100;
  return `${(fen - cents) / 100}.${cents < 10 ? "0" : ""}${cents}`;
}
