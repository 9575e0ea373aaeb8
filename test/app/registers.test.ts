import { afterEach, expect, test } from "vitest";
import { openRegisters } from "../../src/app/registers.ts";
import { ask, freshLedger, idOf, SETTING } from "./scene.ts";

let scene: ReturnType<typeof freshLedger>;
afterEach(() => scene.done());

test("knows the registers as of every entry, also of those that come later", async () => {
  scene = freshLedger();
  const { ledger } = scene;
  await ledger.record(SETTING);
  const registers = openRegisters(ledger.store);
  ledger.onCommitted(({ events }) => registers.follow(events));
  const fund = idOf("fund-town");
  const suspend = ask("SuspendFund", "s", { fund, suspendedOn: "2026-03-01" });
  const resume = ask("ResumeFund", "r", { fund, resumedOn: "2026-03-02" });
  const before = ledger.store.head();
  await ledger.record([{ ...suspend, reason: "核查" }]);
  await ledger.record([{ ...resume, reason: "核查完毕" }]);
  const status = (entry: number) => registers.at(entry).funds.get(fund)?.status;
  expect([0, before, before + 1, before + 2, before + 9].map(status)).toEqual([
    undefined,
    "open",
    "suspended",
    "open",
    "open",
  ]);
  // Asked for in another order, and more points than are kept.
  for (let entry = 0; entry <= before + 2; entry++) registers.at(entry);
  expect([before + 2, before + 1, before].map(status)).toEqual(["open", "suspended", "open"]);
});
