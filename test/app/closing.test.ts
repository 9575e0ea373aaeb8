// Goal: a closed period never changes. Method: books are closed, more is recorded, and the closed
// period's trial balance and reports are compared with what they were.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accountBalance } from "../../projections/account-balance.ts";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import { restore } from "../../src/app/restore.ts";
import { trialBalanceHash } from "../../src/app/trial-balance.ts";
import { dayNumber } from "../../src/kernel/day.ts";
import { BOOKS_STORY, closing, tell } from "../projections/books-scene.ts";
import { ask, freshLedger, HOST, idOf } from "./scene.ts";

let scene: ReturnType<typeof freshLedger>;
beforeEach(async () => {
  scene = freshLedger();
  await tell(scene.ledger, BOOKS_STORY);
});
afterEach(() => scene.done());

const late = (key: string, receivedOn: string) =>
  ask("ReceiveDonation", key, {
    fund: idOf("fund-town"),
    amount: "5",
    currency: "CNY",
    receivedOn,
  });

const REPORTS = [
  "trial-balance",
  "balance-sheet",
  "activities",
  "cash-flow",
  "general-ledger",
  "vouchers",
];
const shown = (ledger: Ledger, period: string) =>
  JSON.stringify(REPORTS.map((name) => [...ledger.report(name, { filters: { period } }).rows]));

function hashNow(ledger: Ledger, day: string): string {
  const tally = ledger.tallies.find((runner) => runner.tally.name === accountBalance.name);
  const view = tally?.at({ entry: ledger.store.head(), day: dayNumber(day) });
  if (!view) throw new Error("no account balances");
  return trialBalanceHash(view, { host: HOST, day });
}

async function closed(ledger: Ledger, period: string) {
  const [answer] = await ledger.record([closing(period)]);
  if (answer?.kind !== "recorded") throw new Error(`not closed: ${answer?.kind}`);
  return answer.event.data as { trialBalance: string; through: number; lastDay: string };
}

test("a closed month keeps its trial balance and its reports, whatever comes later", async () => {
  const { ledger } = scene;
  const before = shown(ledger, "2026-04");
  const mark = await closed(ledger, "2026-04");
  expect(mark).toMatchObject({ lastDay: "2026-04-30", through: BOOKS_STORY.length });
  expect(mark.trialBalance).toBe(hashNow(ledger, "2026-04-30"));

  const [refused] = await ledger.record([late("too-late", "2026-04-30")]);
  expect(refused).toMatchObject({ kind: "refused", refusal: { code: "PERIOD_CLOSED" } });
  const correction = { entry: BOOKS_STORY.length - 5, reversedOn: "2026-05-05" };
  await tell(ledger, [late("next", "2026-05-01"), ask("ReverseEntry", "fix", correction, "更正")]);

  for (const open of [() => ledger, scene.reopen]) {
    const one = open();
    expect(shown(one, "2026-04")).toBe(before);
    expect(hashNow(one, "2026-04-30")).toBe(mark.trialBalance);
  }
});

test("a closing counts what was decided before it in the same batch", async () => {
  const { ledger } = scene;
  await tell(ledger, [late("just before", "2026-04-30"), closing("2026-04")]);
  const [event] = ledger.store.read(ledger.store.head(), ledger.store.head());
  expect(event?.data).toMatchObject({
    trialBalance: hashNow(ledger, "2026-04-30"),
    through: ledger.store.head() - 1,
  });
});

test("a restart knows what is closed, and a second person opens it again", async () => {
  await closed(scene.ledger, "2026-04");
  const ledger = scene.reopen();
  const reopening = ask(
    "ReopenPeriod",
    "reopen",
    { host: HOST, period: "2026-04", reopenedOn: "2026-10-06" },
    "漏记一笔",
  );
  const [own] = await ledger.record([reopening]);
  expect(own).toMatchObject({ refusal: { code: "SAME_PERSON" } });
  await tell(ledger, [{ ...reopening, key: "other", actor: "second person" }]);
  await tell(ledger, [late("now", "2026-04-30")]);
  const again = { ...closing("2026-04"), key: "close again" };
  await tell(ledger, [again]);
  expect(ledger.books().closings.get(HOST)?.through).toBe("2026-04-30");
});

test("the register of closings holds each against the entries, also one that fell", async () => {
  const { ledger } = scene;
  await tell(ledger, [closing("2026-03"), closing("2026-04")]);
  const reopening = ask(
    "ReopenPeriod",
    "reopen",
    { host: HOST, period: "2026-04", reopenedOn: "2026-10-06" },
    "漏记一笔",
  );
  await tell(ledger, [{ ...reopening, actor: "second person" }, late("now", "2026-04-30")]);
  await tell(ledger, [{ ...closing("2026-04"), key: "close again" }]);
  const rows = [...ledger.report("closings", {}).rows];
  expect(rows.map(({ period, state, check }) => `${period} ${state} ${check}`)).toEqual([
    "2026-03 closed matches",
    "2026-04 reopened matches",
    "2026-04 closed matches",
  ]);
  expect(new Set(rows.map(({ trialBalance }) => trialBalance)).size).toBe(3);
});

test("a gift of a closed month that was made larger is found by the month's closing", async () => {
  await tell(scene.ledger, [closing("2026-01"), closing("2026-04")]);
  const dir = mkdtempSync(join(tmpdir(), "almoner-"));
  const events = scene.ledger.store.read(1, scene.ledger.store.head());
  async function* lines() {
    for (const { entry: _entry, ...event } of events) {
      yield JSON.stringify(event).replace('"amount":"2000.00"', '"amount":"3000.00"');
    }
  }
  try {
    await restore(dir, lines());
    const ledger = openLedger(dir, { mode: "read" });
    const rows = [...ledger.report("closings", {}).rows];
    ledger.close();
    expect(rows.map(({ period, check }) => `${period} ${check}`)).toEqual([
      "2026-01 matches",
      "2026-04 differs",
    ]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
