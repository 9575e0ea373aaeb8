// What an accountant does with the books: balances brought forward, the hosts' own costs, periods
// closed, one of them opened again by a second person, and a restriction that a donor lifts.

import { CITY, DISTRICTS, type Division, hostOf } from "./divisions.ts";
import { giveTo } from "./gifts.ts";
import type { Journal } from "./journal.ts";
import { daysAfter, fundIdOf } from "./parties.ts";
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
  for (const division of [CITY, ...DISTRICTS]) {
    bringForward(journal, division);
    bearCosts(journal, division);
  }
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

const OWN_MONEY = [
  { account: "1002", side: "debit", amount: "800000.00" },
  { account: "3101", side: "credit", amount: "800000.00" },
] as const;
const FURNITURE = [
  { account: "1501", side: "debit", amount: "120000.00" },
  { account: "1502", side: "credit", amount: "36000.00" },
  { account: "3101", side: "credit", amount: "84000.00" },
] as const;

/** Each host had money of its own before it kept its books here, the city's furniture as well. */
function bringForward(journal: Journal, division: Division): void {
  const openedOn = "2022-06-01";
  journal.plan({
    on: openedOn,
    command: "RecordOpeningBalance",
    key: `demo-opening-${division.code}`,
    input: {
      host: hostOf(division).host,
      currency: "CNY",
      lines: division === CITY ? [...FURNITURE, ...OWN_MONEY] : OWN_MONEY,
      file: documentHash(`trial balance of the host of ${division.code}`),
      openedOn,
    },
  });
}

type Cost = {
  readonly name: string;
  readonly function: string;
  readonly kind: string;
  readonly yuan: bigint;
  readonly memo: string;
  readonly method?: string;
};

const COSTS: readonly Cost[] = [
  {
    name: "office",
    function: "management",
    kind: "staff",
    yuan: 46_000n,
    memo: "行政人员工资",
    method: "按工时在管理与项目之间分摊",
  },
  {
    name: "projects",
    function: "activity",
    kind: "staff",
    yuan: 92_000n,
    memo: "项目人员工资",
    method: "按工时在管理与项目之间分摊",
  },
  {
    name: "appeal",
    function: "fundraising",
    kind: "purchases",
    yuan: 9_000n,
    memo: "募捐箱与宣传品",
  },
];
const COSTS_OF_CITY: readonly Cost[] = [
  { name: "rent", function: "management", kind: "purchases", yuan: 24_000n, memo: "办公用房租金" },
  { name: "stamp", function: "management", kind: "taxes", yuan: 1_200n, memo: "印花税等" },
  { name: "wear", function: "management", kind: "depreciation", yuan: 12_000n, memo: "家具折旧" },
];
/** The day in each year on which its costs are booked in one sum. */
const COSTS_ON = ["2025-12-28", "2026-09-28"] as const;

/** What each host pays with its own money: people, rooms, appeals. */
function bearCosts(journal: Journal, division: Division): void {
  const { host } = hostOf(division);
  const costs = division === CITY ? [...COSTS, ...COSTS_OF_CITY] : COSTS;
  for (const incurredOn of COSTS_ON) {
    const keys = costs.map(({ name }) => `demo-cost-${division.code}-${incurredOn}-${name}`);
    for (const [at, { name: _name, yuan, ...cost }] of costs.entries()) {
      const input = { host, ...cny(yuan * YUAN), ...cost, incurredOn };
      journal.plan({ on: incurredOn, command: "RecordCost", key: keys[at] ?? "", input });
    }
    if (division === CITY) approve(journal, keys, daysAfter(incurredOn, 1));
  }
}

/** A second person approves what lies between the first and the last of these entries. */
function approve(journal: Journal, keys: readonly string[], approvedOn: string): void {
  journal.plan({
    on: approvedOn,
    command: "ApproveEntries",
    key: `demo-approve-${keys[0]}`,
    input: { host: hostOf(CITY).host, first: keys[0], last: keys.at(-1), approvedOn },
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
