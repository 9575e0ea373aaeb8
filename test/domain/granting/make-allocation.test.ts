import { describe, expect, test } from "vitest";
import { given, type Step, step } from "../given.ts";
import {
  allocation,
  chargeback,
  closeFund,
  FUND,
  gift,
  NOBODY,
  OTHER_PROJECT,
  PROJECT,
  PROJECT_BUCKET,
  suspendFund,
  VILLAGE,
  WORLD,
} from "../world.ts";

const HUNDRED = gift("100");
const bound = (amount: string, restriction: object, more: object = {}) =>
  gift(amount, { restriction, ...more }, `gift ${JSON.stringify(restriction)}`);
const FOR_PROJECT = bound("10", { kind: "project", project: PROJECT });
const FOR_PURPOSE = bound("20", { kind: "purpose", purpose: "助学" });
const FOR_TIME = bound("30", { kind: "time", notBefore: "2026-03-01" });
const FOR_FUND = bound("40", { kind: "fund" });

const allocate = (amount: string, more: object, ...steps: readonly Step[]) =>
  given(...WORLD, ...steps).when("MakeAllocation", allocation(amount, more).input);
const paidBy = (...draws: [bucket: string, amount: string][]) => ({
  data: { draws: draws.map(([bucket, amount]) => ({ bucket, amount })) },
});

test("sets money aside for a community and records which bucket pays", () => {
  const ledger = given(...WORLD, HUNDRED);
  expect(ledger.when("MakeAllocation", allocation("40", { project: PROJECT }).input)).toMatchObject(
    {
      data: { draws: [{ bucket: "none", amount: "40.00" }] },
      moves: [
        {
          measure: "allocated",
          fund: FUND,
          bucket: "none",
          community: VILLAGE,
          project: PROJECT,
          amount: 4000n,
        },
      ],
      event: { stream: `fund-${FUND}` },
    },
  );
  expect(ledger.balance(FUND)).toEqual({ available: 6000n, committed: 4000n, stock: 0n });
});

test("the most specific restriction pays first, unrestricted money last", () => {
  const all = [HUNDRED, FOR_FUND, FOR_TIME, FOR_PURPOSE, FOR_PROJECT];
  const use = { project: PROJECT, purpose: "助学" };
  expect(allocate("5", use, ...all)).toMatchObject(paidBy([PROJECT_BUCKET, "5.00"]));
  expect(allocate("200", use, ...all)).toMatchObject(
    paidBy(
      [PROJECT_BUCKET, "10.00"],
      ["purpose:助学", "20.00"],
      ["time:2026-03-01", "30.00"],
      ["fund", "40.00"],
      ["none", "100.00"],
    ),
  );
});

describe("restricted money pays only for its use", () => {
  const refused = { code: "INSUFFICIENT_FUNDS" };
  test("a gift for a project", () => {
    expect(allocate("10", {}, FOR_PROJECT)).toMatchObject(refused);
    expect(allocate("10", { project: OTHER_PROJECT }, FOR_PROJECT)).toMatchObject(refused);
    expect(allocate("10", { project: PROJECT }, FOR_PROJECT)).toMatchObject(
      paidBy([PROJECT_BUCKET, "10.00"]),
    );
  });
  test("a gift for a purpose", () => {
    expect(allocate("20", { purpose: "助老" }, FOR_PURPOSE)).toMatchObject(refused);
    expect(allocate("20", { purpose: "助学" }, FOR_PURPOSE)).toMatchObject(
      paidBy(["purpose:助学", "20.00"]),
    );
  });
  test("a gift for later", () => {
    expect(allocate("30", { allocatedOn: "2026-02-28" }, FOR_TIME)).toMatchObject(refused);
    expect(allocate("30", {}, FOR_TIME)).toMatchObject(paidBy(["time:2026-03-01", "30.00"]));
  });
  test("fiscal money and agency money, which never mix with charity income", () => {
    for (const more of [{ source: "fiscal" }, { nature: "agency" }]) {
      const other = gift("50", more);
      expect(allocate("50", {}, other)).toMatchObject(refused);
      expect(allocate("50", more, other)).toMatchObject({ data: more });
      expect(allocate("50", more, HUNDRED)).toMatchObject(refused);
    }
  });
});

describe("draws chosen by hand", () => {
  const chosen = (...draws: [bucket: string, amount: string][]) => ({
    drawFrom: draws.map(([bucket, amount]) => ({ bucket, amount })),
  });
  test("are kept as chosen", () => {
    const drawFrom = chosen(["none", "30"], ["fund", "10"]);
    expect(allocate("40", drawFrom, HUNDRED, FOR_FUND)).toMatchObject(
      paidBy(["none", "30.00"], ["fund", "10.00"]),
    );
  });
  test("are refused when a restriction forbids the use", () => {
    expect(allocate("5", chosen(["purpose:助学", "5"]), FOR_PURPOSE)).toMatchObject({
      code: "BUCKET_NOT_ALLOWED",
      params: { bucket: "purpose:助学" },
    });
  });
  test("are refused when they do not add up", () => {
    expect(allocate("5", chosen(["none", "4.99"]), HUNDRED)).toMatchObject({
      code: "DRAWS_DO_NOT_ADD_UP",
      params: { sum: "4.99", amount: "5.00" },
    });
  });
  test("are refused when a bucket named twice lacks the sum of both", () => {
    expect(allocate("60", chosen(["fund", "30"], ["fund", "30"]), FOR_FUND)).toMatchObject({
      code: "INSUFFICIENT_FUNDS",
      params: { needed: "60.00", available: "40.00" },
    });
  });
});

describe("refuses", () => {
  const ended = step("CloseProject", { project: PROJECT, result: "ended", closedOn: "2026-02-10" });
  const refusals: [string, string, object, Step[]][] = [
    ["a decision after today", "DAY_IN_FUTURE", { allocatedOn: "2026-07-01" }, [HUNDRED]],
    ["an unknown fund", "FUND_UNKNOWN", { fund: NOBODY }, []],
    ["another currency", "CURRENCY_DIFFERS", { currency: "USD" }, [HUNDRED]],
    ["a closed fund", "FUND_CLOSED", {}, [closeFund()]],
    ["a suspended fund", "FUND_SUSPENDED", {}, [HUNDRED, suspendFund()]],
    ["an overdrawn fund", "FUND_OVERDRAWN", {}, [HUNDRED, allocation("1"), chargeback("100")]],
    ["an unknown community", "COMMUNITY_UNKNOWN", { community: "320582" }, [HUNDRED]],
    ["an unknown project", "PROJECT_UNKNOWN", { project: NOBODY }, [HUNDRED]],
    ["a project that has ended", "PROJECT_ENDED", { project: PROJECT }, [HUNDRED, ended]],
    ["a fen more than there is", "INSUFFICIENT_FUNDS", { amount: "100.01" }, [HUNDRED]],
  ];
  test.each(refusals)("%s", (_name, code, more, steps) => {
    expect(allocate("5", more, ...steps)).toMatchObject({ code });
  });
});

test("refuses a community that had ended by then", () => {
  const community = "320581109";
  const days = { validFrom: "2020-01-01", validTo: "2026-02-28" };
  const old = { community, name: "旧镇", level: "township", parent: "320581", ...days };
  const steps = [HUNDRED, step("RegisterCommunity", old, community)];
  expect(allocate("5", { community }, ...steps)).toMatchObject({
    code: "COMMUNITY_ENDED",
    params: { community, validTo: "2026-02-28" },
  });
  expect(allocate("5", { community, allocatedOn: "2026-02-28" }, ...steps)).toMatchObject({
    event: { type: "AllocationMade" },
  });
});

test("takes no draw of nothing", () => {
  const drawFrom = [
    { bucket: "none", amount: "5" },
    { bucket: "fund", amount: "0" },
  ];
  expect(() => allocate("5", { drawFrom }, HUNDRED)).toThrow("above zero");
});
