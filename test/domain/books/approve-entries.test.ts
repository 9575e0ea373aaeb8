import { expect, test } from "vitest";
import { approvalOf } from "../../../src/domain/books/approve-entries.ts";
import { factOfType } from "../../../src/domain/facts.ts";
import { type Given, given, type Step } from "../given.ts";
import { FUND, gift, HOST, reversal, WORLD } from "../world.ts";

const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);
const FIRST = WORLD.length + 1;
const approve = (ledger: Given, first: number, last: number, actor = "approver-1") =>
  ledger.when(
    "ApproveEntries",
    { host: HOST, first, last, approvedOn: "2026-06-30" },
    `approve ${first} ${last} ${actor}`,
    actor,
  );

test("is an approver's", () => {
  expect(factOfType("EntriesApproved")?.roles).toEqual(["approver"]);
});

test("approves the host's entries of a run, and moves nothing", () => {
  const ledger = having(gift("100"), gift("50", {}, "more"));
  expect(approve(ledger, 1, FIRST)).toMatchObject({ data: { count: 1 }, moves: [] });
  expect(approvalOf(ledger.books, HOST, FIRST)).toMatchObject({ first: 1, last: FIRST });
  expect(approvalOf(ledger.books, HOST, FIRST + 1)).toBeUndefined();
  expect(approve(ledger, FIRST + 1, FIRST + 1)).toMatchObject({ data: { count: 1 } });
  expect(ledger.balance(FUND).available).toBe(15000n);
});

test("is refused to who recorded one of them", () => {
  const ledger = having(gift("100"), { ...gift("50", {}, "own"), actor: "approver-1" });
  const refused = { code: "APPROVER_IS_MAKER", params: { entry: FIRST + 1 } };
  expect(approve(ledger, FIRST, FIRST + 1)).toMatchObject(refused);
  expect(approve(ledger, FIRST, FIRST)).toMatchObject({ data: { count: 1 } });
  expect(approve(ledger, FIRST + 1, FIRST + 1, "approver-2")).toMatchObject({ data: { count: 1 } });
});

test("is refused a second time, for one entry of the run too", () => {
  const ledger = having(gift("100"), gift("50", {}, "more"));
  approve(ledger, FIRST, FIRST);
  const refused = { code: "APPROVED_ALREADY", params: { entry: FIRST } };
  expect(approve(ledger, 1, FIRST + 1, "approver-2")).toMatchObject(refused);
});

test("is refused for nothing, for what is not there, and for too many at once", () => {
  const ledger = having(gift("100"));
  expect(approve(ledger, 1, 3)).toMatchObject({ code: "NOTHING_TO_APPROVE" });
  expect(approve(ledger, 3, 1)).toMatchObject({ code: "NOTHING_TO_APPROVE" });
  expect(approve(ledger, 1, 999)).toMatchObject({ code: "ENTRY_UNKNOWN" });
  expect(approve(ledger, 1, 1_001)).toMatchObject({ code: "APPROVAL_TOO_LONG" });
});

test("stops no red entry, which is approved by itself", () => {
  const ledger = having(gift("100"));
  approve(ledger, FIRST, FIRST);
  ledger.when("ReverseEntry", reversal(FIRST).input, "red");
  expect(approve(ledger, FIRST + 1, FIRST + 2)).toMatchObject({ data: { count: 1 } });
});
