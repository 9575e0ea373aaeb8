// A round of granting: gifts (or money from the tiers above) come in, an allocation is made, payees
// are paid, sometimes something is left, comes back or was written wrong. Most of the demo is rounds.

import { type Day, dayNumber } from "../../src/kernel/day.ts";
import { share } from "../../src/kernel/money.ts";
import { CITY, type Division, divisionOf } from "./divisions.ts";
import { giveTo, PURPOSES } from "./gifts.ts";
import type { Journal } from "./journal.ts";
import { type DemoFund, daysAfter, fundIdOf, organisationIn, personNumber } from "./parties.ts";
import { cny, documentHash, HUNDRED_YUAN, type Random, YUAN } from "./request.ts";

export type Round = {
  readonly key: string;
  readonly fund: DemoFund;
  readonly community: string;
  readonly allocatedOn: Day;
  /** Its part of the grassroots total. */
  readonly weight: bigint;
  readonly project?: { readonly id: string; readonly ends: "succeeded" | "ended" | "open" };
};

/** No allocation of a round is later, so that payments and returns still fall into the demo. */
const LAST_ALLOCATION: Day = "2026-07-10";
/** From here on payments are still under way at the end. */
const STILL_PAYING: Day = "2026-05-01";

export type Office = {
  readonly journal: Journal;
  readonly random: Random;
  /** Asks the city fund for money on a day. */
  readonly askCity: (on: Day, fen: bigint) => void;
};

/** Plans a whole round, which leaves exactly `fen` allocated net of releases and reversals. */
export function holdRound(office: Office, round: Round, fen: bigint): void {
  const released = releasedIn(office.random, round, fen);
  const purpose = office.random.pick(PURPOSES);
  bringIn(office, round, { fen: fen + released, purpose });
  const allocation = allocate(office, round, { fen: fen + released, purpose });
  if (released > 0n) {
    const releasedOn = daysAfter(round.allocatedOn, office.random.int(61, 80));
    office.journal.plan({
      on: releasedOn,
      command: "ReleaseAllocation",
      key: `${round.key}-release`,
      input: { allocation, ...cny(released), releasedOn },
    });
  }
  payOut(office, round, { allocation, fen });
}

// A project that ended early gives back half of what it got.
function releasedIn(random: Random, round: Round, fen: bigint): bigint {
  if (round.project?.ends === "ended") return fen;
  return random.once(30) ? HUNDRED_YUAN * BigInt(random.int(2, 20)) : 0n;
}

type Sum = { readonly fen: bigint; readonly purpose: string };

/** Brings in what the allocation needs, in time, and a little that it does not need, at any time. */
function bringIn(office: Office, round: Round, { fen, purpose }: Sum): void {
  const { journal, random } = office;
  const { key, fund, allocatedOn } = round;
  const seed = round.fund.division.level === "village" && random.once(6) ? seedOf(fen) : 0n;
  if (seed > 0n) handDown(office, round, seed);
  const weights = Array.from({ length: random.int(2, 4) }, () => BigInt(random.int(1, 9)));
  for (const [index, yuan] of share((fen - seed) / YUAN, weights).entries()) {
    const receivedOn = daysAfter(allocatedOn, -random.int(15, 60));
    giveTo(journal, random, {
      key: `${key}-gift-${index + 1}`,
      fund: fund.id,
      fen: yuan * YUAN,
      receivedOn,
      recordedOn: daysAfter(receivedOn, random.int(0, 3)),
      restriction: index === 0 ? restrictionOf(random, round, purpose) : { kind: "none" },
    });
  }
  const receivedOn = daysAfter(allocatedOn, random.int(-60, 20));
  const extra = giveTo(journal, random, {
    key: `${key}-gift-more`,
    fund: fund.id,
    fen: YUAN * BigInt(random.int(1, 60) * 50),
    receivedOn,
    recordedOn: daysAfter(receivedOn, random.once(4) ? random.int(5, 40) : 0),
  });
  if (random.once(150)) refund(journal, { key, donation: extra, on: daysAfter(allocatedOn, 62) });
}

function seedOf(fen: bigint): bigint {
  return (fen / 2n / HUNDRED_YUAN) * HUNDRED_YUAN;
}

function restrictionOf(random: Random, round: Round, purpose: string): Record<string, unknown> {
  if (round.project) return { kind: "project", project: round.project.id };
  const kind = random.pick(["none", "none", "fund", "purpose", "purpose", "time"]);
  if (kind === "purpose") return { kind, purpose };
  if (kind === "time") return { kind, notBefore: daysAfter(round.allocatedOn, -10) };
  return { kind };
}

function refund(
  journal: Journal,
  { key, donation, on }: { key: string; donation: string; on: Day },
): void {
  journal.plan({
    on,
    command: "RefundDonation",
    key: `${key}-refund`,
    // The smallest gift is fifty yuan, so each can give as much back.
    input: { donation, ...cny(50n * YUAN), cause: "donor-request", refundedOn: on },
  });
}

/** City → township → village; the township keeps a tenth for itself. */
function handDown(office: Office, { key, fund, allocatedOn }: Round, fen: bigint): void {
  const township = divisionOf(fund.division.parent as string);
  const toTownship = fen + (fen / 10n / HUNDRED_YUAN) * HUNDRED_YUAN;
  const first = daysAfter(allocatedOn, -14);
  office.askCity(first, toTownship);
  transfer(
    office.journal,
    { key: `${key}-city`, from: CITY, to: township, fen: toTownship },
    first,
  );
  const second = daysAfter(allocatedOn, -7);
  transfer(office.journal, { key: `${key}-town`, from: township, to: fund.division, fen }, second);
}

type Transfer = {
  readonly key: string;
  readonly from: Division;
  readonly to: Division;
  readonly fen: bigint;
};

/** Plans a transfer of unrestricted money between the funds of two divisions. */
export function transfer(journal: Journal, { key, from, to, fen }: Transfer, on: Day): void {
  journal.plan({
    on,
    command: "MakeTransfer",
    key: `${key}-transfer`,
    input: { from: fundIdOf(from), to: fundIdOf(to), ...cny(fen), transferredOn: on },
  });
}

function allocate({ journal, random }: Office, round: Round, { fen, purpose }: Sum): string {
  const { key, fund, community, allocatedOn, project } = round;
  const on = allocatedOn;
  const command = "MakeAllocation";
  const input = {
    fund: fund.id,
    community,
    ...(project ? { project: project.id } : { purpose }),
    ...cny(fen),
    agreement: documentHash(`grant agreement ${key}`),
    allocatedOn,
  };
  if (random.once(150)) {
    const wrong = { ...input, ...cny(fen - HUNDRED_YUAN) };
    journal.plan({ on, command, key: `${key}-allocation-typo`, input: wrong });
    journal.reverse(on, `${key}-allocation-typo`, "拨付金额与协议不符，冲销后重记");
  }
  return journal.plan({ on, command, key: `${key}-allocation`, input });
}

function payOut(
  { journal, random }: Office,
  { key, fund, project, allocatedOn }: Round,
  { allocation, fen }: { readonly allocation: string; readonly fen: bigint },
): void {
  const unpaid = project?.ends === "open" || allocatedOn >= STILL_PAYING;
  const paid = unpaid ? seedOf(fen) : fen;
  const parts = share(paid / YUAN, random.once(2) ? [1n] : [6n, 4n]).map((yuan) => yuan * YUAN);
  const payee = random.once(6)
    ? personNumber(random.int(0, 1_000))
    : organisationIn(fund.division, random.once(3) ? 2 : 1);
  for (const [index, part] of parts.entries()) {
    const paidOn = daysAfter(allocatedOn, index === 0 ? random.int(7, 25) : random.int(30, 60));
    const payment = `${key}-payment-${index + 1}`;
    const evidence = [documentHash(`invoice ${payment}`)];
    const input = { allocation, payee, ...cny(part), paidOn, evidence };
    const command = "MakeDisbursement";
    if (random.once(250)) {
      const wrong = { ...input, payee: organisationIn(fund.division, 2) };
      journal.plan({ on: paidOn, command, key: `${payment}-typo`, input: wrong });
      journal.reverse(paidOn, `${payment}-typo`, "收款方录入有误");
    }
    const disbursement = journal.plan({ on: paidOn, command, key: payment, input });
    if (index === 0 && random.once(30)) {
      const returnedOn = daysAfter(allocatedOn, random.int(65, 80));
      const back = (part / 20n / YUAN) * YUAN;
      const returned = { disbursement, ...cny(back), returnedOn, memo: "活动结余退回" };
      const key = `${payment}-return`;
      journal.plan({ on: returnedOn, command: "ReturnDisbursement", key, input: returned });
    }
  }
}

/** A day on which a round of this fund may allocate: late enough that its gifts came in before. */
export function allocationDay(random: Random, { openedOn }: DemoFund): Day {
  const first = daysAfter(openedOn, 75);
  return daysAfter(first, random.int(0, dayNumber(LAST_ALLOCATION) - dayNumber(first)));
}
