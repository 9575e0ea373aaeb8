// What an accountant does with the books: balances brought forward, periods closed, one of them
// opened again by a second person, and a restriction that a donor lifts.

import { CITY, DISTRICTS, hostOf } from "./divisions.ts";
import { giveTo } from "./gifts.ts";
import type { Journal } from "./journal.ts";
import { fundIdOf } from "./parties.ts";
import { cny, documentHash, type Random, YUAN } from "./request.ts";

/** What each host closes, and on which day: a year with its December, then the months so far. */
const CLOSINGS = [
  ...[2022, 2023, 2024, 2025].flatMap((year) => [
    { period: `${year}-12`, closedOn: `${year + 1}-03-12` },
    { period: `${year}`, closedOn: `${year + 1}-03-20` },
  ]),
  { period: "2026-06", closedOn: "2026-09-10" },
  { period: "2026-07", closedOn: "2026-10-10" },
] as const;

const AGAIN = { period: "2026-07", reopenedOn: "2026-10-12", closedOn: "2026-10-14" } as const;

/** Plans the books of every host. */
export function keepBooks(journal: Journal, random: Random): void {
  for (const { host } of [CITY, ...DISTRICTS].map(hostOf)) {
    for (const { period, closedOn } of CLOSINGS) close(journal, { host, period, closedOn });
  }
  openAgain(journal);
  bringForward(journal);
  liftRestriction(journal, random);
}

type Closing = { readonly host: string; readonly period: string; readonly closedOn: string };

function close(journal: Journal, { host, period, closedOn }: Closing): void {
  const key = `demo-close-${host}-${period}-${closedOn}`;
  const input = { host, period, closedOn };
  journal.plan({ on: closedOn, command: "ClosePeriod", key, input });
}

function openAgain(journal: Journal): void {
  const { host } = hostOf(CITY);
  const { period, reopenedOn, closedOn } = AGAIN;
  journal.plan({
    on: reopenedOn,
    command: "ReopenPeriod",
    key: "demo-reopen",
    input: { host, period, reopenedOn },
    reason: "核对银行对账单后复核",
  });
  close(journal, { host, period, closedOn });
}

/** The city's host had furniture before it kept its books here. */
function bringForward(journal: Journal): void {
  const openedOn = "2022-06-01";
  journal.plan({
    on: openedOn,
    command: "RecordOpeningBalance",
    key: "demo-opening",
    input: {
      host: hostOf(CITY).host,
      currency: "CNY",
      lines: [
        { account: "1501", side: "debit", amount: "120000.00" },
        { account: "1502", side: "credit", amount: "36000.00" },
        { account: "3101", side: "credit", amount: "84000.00" },
      ],
      file: documentHash("trial balance of the city's host"),
      openedOn,
    },
  });
}

/** A donor first binds a gift to a summer class, then lets the fund decide. */
function liftRestriction(journal: Journal, random: Random): void {
  const fund = fundIdOf(CITY);
  const fen = 3_000n * YUAN;
  const restriction = { kind: "purpose", purpose: "暑托班" };
  const gift = { key: "demo-lift-gift", fund, fen, receivedOn: "2026-04-10", restriction };
  const donation = giveTo(journal, random, gift);
  const releasedOn = "2026-08-20";
  journal.plan({
    on: releasedOn,
    command: "ReleaseRestriction",
    key: "demo-lift",
    input: {
      fund,
      bucket: "purpose:暑托班",
      ...cny(fen),
      cause: "donor-lifted",
      donation,
      consent: documentHash("consent of the donor"),
      releasedOn,
    },
  });
}
