// Who takes part: the places, the charities that hold the money, the payees and the funds. Plain
// plans, so that the scenario and the load generator register the same world.

import { type Day, dayNumber, dayOfNumber } from "../../src/kernel/day.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import {
  DISTRICTS,
  type Division,
  demoCreditCode,
  districtOf,
  fullName,
  hostOf,
} from "./divisions.ts";
import type { Plan } from "./journal.ts";
import { documentHash, FIRST_DAY, LABEL } from "./request.ts";

/** A fund as the stories see it. */
export type DemoFund = { readonly id: string; readonly division: Division; readonly openedOn: Day };

/** The day `days` after another, or before it. */
export function daysAfter(day: Day, days: number): Day {
  return dayOfNumber(dayNumber(day) + days);
}

/** The first request of every demo ledger. */
export function openLedger(): Plan {
  const input = {
    name: `苏州社区慈善基金${LABEL.replace("）", "账本）")}`,
    zone: "Asia/Shanghai",
    demo: true,
    openedOn: FIRST_DAY,
  };
  return { on: FIRST_DAY, command: "OpenLedger", key: "demo-ledger", input };
}

/** Registers a division; its parent must have been registered before. */
export function registerCommunity({ code, name, level, parent }: Division): Plan {
  const above = parent === null ? {} : { parent };
  const input = { community: code, name, level, ...above, validFrom: FIRST_DAY };
  return { on: FIRST_DAY, command: "RegisterCommunity", key: `demo-community-${code}`, input };
}

/** Registers the charity that holds the money of a city or district. */
export function registerHost(division: Division): Plan {
  const input = { ...hostOf(division), registeredOn: FIRST_DAY };
  return { on: FIRST_DAY, command: "RegisterHost", key: `demo-host-${division.code}`, input };
}

/** The id of the fund that `openFund` opens for a division. */
export function fundIdOf({ code }: Division): string {
  return eventIdOfKey(`demo-fund-${code}`);
}

/** Opens the fund of a division. A township's or village's money is held in its district. */
export function openFund(division: Division, openedOn: Day): Plan {
  const { code, level } = division;
  const input = {
    host: hostOf(districtOf(division)).host,
    name: `${fullName(division)}慈善基金${LABEL}`,
    community: code,
    level,
    currency: "CNY",
    purpose: "民生保障、基层治理、绿色发展、乡村振兴",
    agreement: documentHash(`fund agreement ${code}`),
    openedOn,
  };
  return { on: openedOn, command: "OpenFund", key: `demo-fund-${code}`, input };
}

const PERSONS = 40;

/** Registers who may be paid: two organisations in each district, and persons by reference only. */
export function* registerPayees(): Generator<Plan> {
  for (const { code, name } of DISTRICTS) {
    yield payee(`${code}-1`, organisation(`${name}社会工作服务中心`, code, 1));
    yield payee(`${code}-2`, organisation(`${name}便民用品供应站`, code, 2));
  }
  for (let number = 1; number <= PERSONS; number++) {
    const person = `demo-payee-${String(number).padStart(4, "0")}`;
    yield payee(`person-${number}`, { kind: "person", person });
  }
}

function organisation(name: string, district: string, number: number): Record<string, unknown> {
  const creditCode = demoCreditCode("52", district, number);
  return { kind: "organisation", name: `${name}${LABEL}`, creditCode };
}

function payee(name: string, who: Record<string, unknown>): Plan {
  const input = { ...who, registeredOn: FIRST_DAY };
  return { on: FIRST_DAY, command: "RegisterPayee", key: `demo-payee-${name}`, input };
}

/** The id of one of the two organisations that are paid in the district of a division. */
export function organisationIn(division: Division, number: 1 | 2): string {
  return eventIdOfKey(`demo-payee-${districtOf(division).code}-${number}`);
}

/** The id of a person who is paid; any number. */
export function personNumber(number: number): string {
  return eventIdOfKey(`demo-payee-person-${1 + (number % PERSONS)}`);
}
