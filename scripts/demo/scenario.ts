// The demo: an invented history of the community charity funds of Suzhou, June 2022 to October 2026.
// 97 township funds, 565 village funds, 118 projects closed successfully, and 52,000,000.00 yuan
// allocated to the grassroots. Places are real; charities, donors and money are not.

import { FIELDS } from "../../src/domain/parties/register-project.ts";
import { type Day, dayNumber } from "../../src/kernel/day.ts";
import { share } from "../../src/kernel/money.ts";
import { keepBooks } from "./books-story.ts";
import {
  CITY,
  DISTRICTS,
  DIVISIONS,
  type Division,
  divisionOf,
  fullName,
  TOWNSHIPS,
  VILLAGES,
} from "./divisions.ts";
import { giveTo } from "./gifts.ts";
import { createJournal, type Journal } from "./journal.ts";
import {
  type DemoFund,
  daysAfter,
  openFund,
  openLedger,
  registerCommunity,
  registerHost,
  registerPayees,
} from "./parties.ts";
import {
  type DemoRequest,
  documentHash,
  FIRST_DAY,
  HUNDRED_YUAN,
  LABEL,
  LAST_DAY,
  type Random,
  seededRandom,
  YUAN,
} from "./request.ts";
import { allocationDay, holdRound, type Round } from "./rounds.ts";
import {
  chargebackCovered,
  deskForOneChild,
  secondFundClosed,
  suspendedAndResumed,
  winterGoods,
  wishClaimedForAFamily,
} from "./stories.ts";
import {
  createCityTill,
  DISTRICTS_WITH_FUND,
  districtYear,
  feeAndPledges,
  fiscalYears,
  interest,
} from "./upper-tiers.ts";

export type { DemoRequest } from "./request.ts";

/** 52,000,000.00 yuan: what the grassroots total, as allocated, comes to. */
const GRASSROOTS_ALLOCATED = 5_200_000_000n;

const SEED = 320_500;
/** One more succeeds in the story of the desk: 118. */
const SUCCEEDED = 117;
const ENDED = 4;
const STILL_OPEN = 9;

/** The requests of the demo in the order of recording, for an empty ledger; always the same. */
export function* demoScenario(): Generator<DemoRequest> {
  const journal = createJournal();
  const random = seededRandom(SEED);
  register(journal);
  const till = createCityTill();
  const townships = openFunds(journal, TOWNSHIPS, (_division, index) => index * 4);
  const openings = new Map(townships.map(({ division, openedOn }) => [division.code, openedOn]));
  const villages = openFunds(journal, VILLAGES, ({ parent }) =>
    Math.max(daysOpen(openings.get(parent as string)) + 14, random.int(40, 1_290)),
  );
  const told = tellStories(journal, random, { townships, villages });
  const rounds = [
    ...projectRounds(journal, random, townships),
    ...townships.map((fund) => generalRound(random, fund)),
    ...villages.flatMap((fund) => villageRounds(random, fund)),
  ];
  const parts = share(
    (GRASSROOTS_ALLOCATED - told) / HUNDRED_YUAN,
    rounds.map(({ weight }) => weight),
  );
  const office = { journal, random, askCity: till.ask };
  for (const [index, round] of rounds.entries()) {
    holdRound(office, round, (parts[index] as bigint) * HUNDRED_YUAN);
  }
  till.fill(journal, random);
  lastMonths(journal, random, [...townships, ...villages]);
  keepBooks(journal, random);
  yield* journal.requests();
}

function register(journal: Journal): void {
  journal.plan(openLedger());
  for (const division of [CITY, ...DISTRICTS]) journal.plan(registerHost(division));
  for (const division of DIVISIONS) journal.plan(registerCommunity(division));
  for (const payee of registerPayees()) journal.plan(payee);
  for (const division of [CITY, ...DISTRICTS_WITH_FUND]) {
    journal.plan(openFund(division, FIRST_DAY));
  }
}

/** Opens the funds of divisions, each so many days after the first day. */
function openFunds(
  journal: Journal,
  divisions: readonly Division[],
  daysLater: (division: Division, index: number) => number,
): DemoFund[] {
  return divisions.map((division, index) => {
    const openedOn = daysAfter(FIRST_DAY, daysLater(division, index));
    return { id: journal.plan(openFund(division, openedOn)), division, openedOn };
  });
}

function daysOpen(openedOn: Day | undefined): number {
  return openedOn === undefined ? 0 : dayNumber(openedOn) - dayNumber(FIRST_DAY);
}

type Funds = { readonly townships: readonly DemoFund[]; readonly villages: readonly DemoFund[] };

/** Tells everything that is no round; returns what it leaves allocated to the grassroots, in fen. */
function tellStories(journal: Journal, random: Random, { townships, villages }: Funds): bigint {
  const places = townships.map(({ division }) => division);
  for (const district of DISTRICTS_WITH_FUND) {
    const below = places.filter(({ parent }) => parent === district.code).slice(0, 2);
    districtYear(journal, random, { district, townships: below });
  }
  feeAndPledges(journal, random);
  fiscalYears(journal, random, places.slice(0, 20));
  interest(journal, random, townships);
  winterGoods(
    journal,
    villages.filter((_fund, index) => index % 70 === 0).map(({ division }) => division),
  );
  suspendedAndResumed(journal, random, places.at(-1) as Division);
  return (
    deskForOneChild(journal, random) +
    wishClaimedForAFamily(journal, random) +
    secondFundClosed(journal, random) +
    chargebackCovered(journal, random)
  );
}

const PROJECT_TITLES = [
  "邻里互助站",
  "老年助餐点",
  "社区儿童之家",
  "楼道微更新",
  "乡村课后学堂",
  "河道守护队",
  "困境家庭陪伴",
  "居民议事厅",
] as const;

/** A round for each project, in the order of allocation: the latest ones are still open. */
function projectRounds(journal: Journal, random: Random, townships: readonly DemoFund[]): Round[] {
  const count = SUCCEEDED + ENDED + STILL_OPEN;
  const planned = Array.from({ length: count }, (_, index) => {
    const fund = townships[index % townships.length] as DemoFund;
    return { fund, allocatedOn: allocationDay(random, fund) };
  }).sort((a, b) => (a.allocatedOn < b.allocatedOn ? -1 : 1));
  return planned.map(({ fund, allocatedOn }, index) => {
    const key = `demo-project-${index + 1}`;
    const closed = index >= ENDED ? "succeeded" : "ended";
    const ends = index < count - STILL_OPEN ? closed : "open";
    const community = granteeOf(random, fund);
    const registeredOn = daysAfter(allocatedOn, -70);
    const id = journal.plan({
      on: registeredOn,
      command: "RegisterProject",
      key,
      input: {
        title: `${fullName(divisionOf(community))}${random.pick(PROJECT_TITLES)}`,
        field: random.pick(FIELDS),
        fund: fund.id,
        community,
        parties: [{ role: "community", name: `${fullName(divisionOf(community))}${LABEL}` }],
        registeredOn,
      },
    });
    if (ends !== "open") closeProject(journal, { key, id, ends }, daysAfter(allocatedOn, 95));
    const weight = BigInt(random.int(20, 50));
    return { key: `${key}-round`, fund, community, allocatedOn, weight, project: { id, ends } };
  });
}

function closeProject(
  journal: Journal,
  { key, id, ends }: { readonly key: string; readonly id: string; readonly ends: string },
  closedOn: Day,
): void {
  const input = { project: id, result: ends, evaluation: documentHash(key), closedOn };
  journal.plan({ on: closedOn, command: "CloseProject", key: `${key}-closing`, input });
}

// A township's fund grants to the township itself, or to one of its villages.
function granteeOf(random: Random, { division }: DemoFund): string {
  if (!random.once(3)) return division.code;
  return random.pick(VILLAGES.filter(({ parent }) => parent === division.code)).code;
}

function generalRound(random: Random, fund: DemoFund): Round {
  return {
    key: `demo-round-${fund.division.code}`,
    fund,
    community: granteeOf(random, fund),
    allocatedOn: allocationDay(random, fund),
    weight: BigInt(random.int(15, 40)),
  };
}

function villageRounds(random: Random, fund: DemoFund): Round[] {
  return Array.from({ length: random.once(3) ? 2 : 1 }, (_, index) => ({
    key: `demo-round-${fund.division.code}-${index + 1}`,
    fund,
    community: fund.division.code,
    allocatedOn: allocationDay(random, fund),
    weight: BigInt(random.int(6, 14)),
  }));
}

const GIFTS_AT_THE_END = 300;

/** Small gifts until the last day, that nobody has decided about yet. */
function lastMonths(journal: Journal, random: Random, funds: readonly DemoFund[]): void {
  for (let number = 1; number <= GIFTS_AT_THE_END; number++) {
    const { id } = random.pick(funds);
    const receivedOn = daysAfter(LAST_DAY, -random.int(0, 90));
    const fen = YUAN * BigInt(random.int(1, 40) * 50);
    giveTo(journal, random, { key: `demo-late-gift-${number}`, fund: id, fen, receivedOn });
  }
}
