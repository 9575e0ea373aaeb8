// What happens above the townships and beside the charity money: the city's and the districts'
// funds, fees and interest, pledges, and fiscal money, which never adds into charity totals.

import type { Day } from "../../src/kernel/day.ts";
import { CITY, DISTRICTS, type Division } from "./divisions.ts";
import { giveTo } from "./gifts.ts";
import type { Journal } from "./journal.ts";
import { type DemoFund, daysAfter, fundIdOf, organisationIn } from "./parties.ts";
import { cny, documentHash, HUNDRED_YUAN, type Random, YUAN } from "./request.ts";
import { transfer } from "./rounds.ts";

/** The districts that have a fund of their own. */
export const DISTRICTS_WITH_FUND = DISTRICTS.slice(0, 4);

export type CityTill = {
  /** Notes that the city fund needs money on a day. */
  ask(on: Day, fen: bigint): void;
  /** Plans the companies' gifts that bring it in, ten days before each quarter. */
  fill(journal: Journal, random: Random): void;
};

/** Collects what the city fund hands down, quarter by quarter. */
export function createCityTill(): CityTill {
  const needs = new Map<Day, bigint>();
  return {
    ask(on, fen) {
      const quarter = quarterOf(on);
      needs.set(quarter, (needs.get(quarter) ?? 0n) + fen);
    },
    fill(journal, random) {
      for (const [quarter, need] of needs) {
        const rounded = (need / (100n * HUNDRED_YUAN) + 1n) * 100n * HUNDRED_YUAN;
        const receivedOn = daysAfter(quarter, -10);
        const key = `demo-city-gift-${quarter}`;
        giveTo(journal, random, { key, fund: fundIdOf(CITY), fen: rounded, receivedOn });
      }
    },
  };
}

function quarterOf(day: Day): Day {
  const month = Math.floor((Number(day.slice(5, 7)) - 1) / 3) * 3 + 1;
  return `${day.slice(0, 5)}${String(month).padStart(2, "0")}-01`;
}

/** A fee that a gift agreement allows, and pledges, which are no money yet. */
export function feeAndPledges(journal: Journal, random: Random): void {
  const fund = fundIdOf(CITY);
  const key = "demo-fee-gift";
  giveTo(journal, random, { key, fund, fen: 5_000n * HUNDRED_YUAN, receivedOn: "2023-06-06" });
  journal.plan({
    on: "2023-06-20",
    command: "ChargeFee",
    key: "demo-fee",
    input: {
      fund,
      ...cny(150n * HUNDRED_YUAN),
      agreement: documentHash("fee clause of a gift agreement"),
      chargedOn: "2023-06-20",
    },
  });
  for (let number = 1; number <= 5; number++) {
    const pledgedOn = daysAfter("2026-09-05", number);
    const donor = `demo-donor-pledge-${number}`;
    const promise = { donor, pledgedOn, dueOn: "2027-03-31" };
    journal.plan({
      on: pledgedOn,
      command: "RecordPledge",
      key: `demo-pledge-${number}`,
      input: { fund, ...cny(BigInt(number) * 1_000n * HUNDRED_YUAN), ...promise },
    });
  }
}

/** The bank's interest of each year for the funds that were open by then. */
export function interest(journal: Journal, random: Random, funds: readonly DemoFund[]): void {
  for (const receivedOn of ["2024-12-21", "2025-12-21"]) {
    for (const { id, division, openedOn } of funds) {
      if (openedOn > receivedOn) continue;
      const key = `demo-interest-${receivedOn.slice(0, 4)}-${division.code}`;
      const input = { fund: id, ...cny(BigInt(random.int(311, 98_765))), receivedOn };
      journal.plan({ on: receivedOn, command: "ReceiveInterest", key, input });
    }
  }
}

/** District funds: gifts, a programme of the district itself, and help for their townships. */
export function districtYear(
  journal: Journal,
  random: Random,
  { district, townships }: { readonly district: Division; readonly townships: readonly Division[] },
): void {
  const fund = fundIdOf(district);
  const base = `demo-district-${district.code}`;
  const gift = { key: `${base}-gift`, fund, receivedOn: "2024-03-05" };
  giveTo(journal, random, { ...gift, fen: 6_000n * HUNDRED_YUAN });
  grant(journal, {
    key: base,
    fund: district,
    fen: 2_000n * HUNDRED_YUAN,
    on: "2024-04-08",
    more: { purpose: "助残", memo: "残障儿童能力提升" },
  });
  for (const to of townships) {
    const key = `${base}-${to.code}`;
    transfer(journal, { key, from: district, to, fen: 500n * HUNDRED_YUAN }, "2024-05-06");
  }
}

type Grant = {
  readonly key: string;
  readonly fund: Division;
  readonly fen: bigint;
  readonly on: Day;
  readonly more: Record<string, unknown>;
};

/** Allocates to the fund's own community and pays nine tenths of it. */
function grant(journal: Journal, { key, fund, fen, on, more }: Grant): void {
  const target = { fund: fundIdOf(fund), community: fund.code };
  const allocation = journal.plan({
    on,
    command: "MakeAllocation",
    key: `${key}-allocation`,
    input: { ...target, ...cny(fen), allocatedOn: on, ...more },
  });
  const paidOn = daysAfter(on, 30);
  const payee = organisationIn(fund.level === "city" ? (DISTRICTS[0] as Division) : fund, 1);
  journal.plan({
    on: paidOn,
    command: "MakeDisbursement",
    key: `${key}-payment`,
    input: { allocation, payee, ...cny((fen / 10n) * 9n), paidOn },
  });
}

/** Fiscal money, bound to its purpose: it comes in and is paid out, apart from all charity money. */
function fiscal(
  journal: Journal,
  random: Random,
  { key, fund, fen, on, purpose }: Omit<Grant, "more"> & { readonly purpose: string },
): void {
  const restriction = { kind: "purpose", purpose };
  const gift = { key: `${key}-money`, fund: fundIdOf(fund), fen, receivedOn: on };
  giveTo(journal, random, { ...gift, restriction, source: "fiscal" });
  const allocatedOn = daysAfter(on, 20);
  grant(journal, { key, fund, fen, on: allocatedOn, more: { purpose, source: "fiscal" } });
}

/** Purchase of community services in the townships, and the city's training of social workers. */
export function fiscalYears(
  journal: Journal,
  random: Random,
  townships: readonly Division[],
): void {
  for (const year of ["2024", "2025", "2026"]) {
    fiscal(journal, random, {
      key: `demo-training-${year}`,
      fund: CITY,
      fen: 1_620_000n * YUAN,
      on: `${year}-03-10`,
      purpose: "社工培训",
    });
    for (const fund of townships) {
      const key = `demo-services-${year}-${fund.code}`;
      const fen = BigInt(random.int(30, 90)) * 100n * HUNDRED_YUAN;
      fiscal(journal, random, { key, fund, fen, on: `${year}-04-01`, purpose: "社区服务社会化" });
    }
  }
}
