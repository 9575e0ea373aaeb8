// The load generator must be worth measuring with: accepted by the rules, the same every time, mostly
// gifts, and of exactly the size that was asked for.

import { expect, test } from "vitest";
import { generate } from "../../scripts/demo/generate.ts";
import { pureLedger } from "./demo-ledger.ts";

test.each([0, 1, 700, 2_017, 20_000])("gives %i requests that the rules accept", (n) => {
  const ledger = pureLedger();
  for (const request of generate(n)) ledger.record(request);
  expect(ledger.facts).toHaveLength(n);
});

test("is the same every time", () => {
  expect([...generate(3_000)]).toEqual([...generate(3_000)]);
});

test("is 85 % gifts over 662 funds once the funds are open", () => {
  const requests = [...generate(40_000)];
  expect(requests.filter(({ command }) => command === "OpenFund")).toHaveLength(662);
  const start = requests.findIndex(({ command }) => command === "ReceiveDonation");
  const body = requests.slice(start);
  const gifts = body.filter(({ command }) => command === "ReceiveDonation");
  expect(gifts.length / body.length).toBeCloseTo(0.85, 3);
  expect(new Set(gifts.map(({ input }) => input["fund"])).size).toBe(662);
  expect([...new Set(body.map(({ command }) => command))].toSorted()).toEqual([
    "MakeAllocation",
    "MakeDisbursement",
    "ReceiveDonation",
    "ReceiveInterest",
    "RecordReceipt",
    "ReleaseAllocation",
    "ReturnDisbursement",
  ]);
});
