// The verbs that record: one per business fact, with its flags, and what a person need not type.

import { v7 as uuidV7 } from "uuid";
import { findFund } from "../app/find-fund.ts";
import type { AnyFact } from "../domain/fact.ts";
import type { Backend, Recorded } from "./backend.ts";
import { dayLeftOut } from "./day-left-out.ts";
import { type Flag, FUND_FIELDS, flagsOf, inputOf, ORIGIN_FIELDS } from "./fact-flags.ts";
import { withBackend } from "./open-backend.ts";
import type { Session } from "./session.ts";

export type Given = Readonly<Record<string, unknown>>;

/** Records one fact from the flags given, and shows its entry. */
export async function recordVerb(session: Session, fact: AnyFact, given: Given): Promise<void> {
  const flags = flagsOf(fact);
  const givenKey = given["key"] as string | undefined;
  const key = givenKey ?? uuidV7();
  const reason = given["reason"] as string | undefined;
  const opening = { mode: "write", create: fact.verb === "init" } as const;
  await withBackend(session, opening, async (backend) => {
    const input = await completed(backend, flags, inputOf(flags, given), givenKey);
    const request = { command: fact.command, key, input };
    const told = reason === undefined ? request : { ...request, reason };
    const recorded = await backend.record(told, session.actor);
    show(session, fact, { ...recorded, key, demo: await backend.demo() });
  });
}

/** Fills in what follows from the rest: the fund's id, its currency, the day. */
async function completed(
  backend: Backend,
  flags: readonly Flag[],
  given: Record<string, unknown>,
  key: string | undefined,
): Promise<Record<string, unknown>> {
  const input = { ...given };
  const zone = input["zone"] as string | undefined;
  for (const field of FUND_FIELDS) {
    const text = input[field];
    if (typeof text === "string") input[field] = findFund(await backend.funds(), text).id;
  }
  for (const { field, isDay, required } of flags) {
    if (input[field] !== undefined || !required) continue;
    if (isDay) input[field] = await dayLeftOut(backend, { key, field, zone });
    if (field === "currency") {
      const currency = await currencyFor(backend, input);
      if (currency !== undefined) input[field] = currency;
    }
  }
  return input;
}

async function currencyFor(backend: Backend, input: Given): Promise<string | undefined> {
  const fund = input["fund"] ?? input["from"];
  if (typeof fund === "string") return findFund(await backend.funds(), fund).currency;
  const origin = ORIGIN_FIELDS.map((field) => input[field]).find((id) => typeof id === "string");
  return origin === undefined ? undefined : backend.currencyOf(origin as string);
}

function show(
  session: Session,
  fact: AnyFact,
  recorded: Recorded & { readonly key: string; readonly demo: boolean },
): void {
  const { outcome, entry, id, key } = recorded;
  session.answer({ ...recorded, receipt: `/v1/entries/${entry}/receipt` });
  session.label(recorded.demo);
  const state =
    outcome === "recorded"
      ? session.say({ zh: "已记入", en: "recorded" })
      : session.say({ zh: "此前已记入", en: "already recorded" });
  session.line(`${session.say(fact.title)}: ${state} #${entry}`);
  session.line(`id  ${id}`);
  session.line(`key ${key}`);
  // What a donor is given; there once a checkpoint covers the entry.
  session.line(`${session.say({ zh: "收据", en: "receipt" })} almoner receipt ${entry}`);
}
