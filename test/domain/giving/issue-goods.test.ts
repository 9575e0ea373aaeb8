import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { type Decided, given, openStory, type Step, step } from "../given.ts";
import {
  chargeback,
  FUND,
  gift,
  goods,
  issue,
  NOBODY,
  OTHER_PROJECT,
  PROJECT,
  PROJECT_BUCKET,
  reversal,
  suspendFund,
  VILLAGE,
  WORLD,
} from "../world.ts";

const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);
const issued = (quantity: number, more: object = {}) => issue(quantity, more).input;

test("issues goods at their share of the fair value", () => {
  const ledger = having(goods(4, "100"));
  expect(ledger.when("IssueGoods", issued(1))).toMatchObject({
    data: { fund: FUND, bucket: "none", currency: "CNY", amount: "25.00", evidence: [] },
    moves: [{ measure: "goods-issued", fund: FUND, community: VILLAGE, amount: 2500n }],
    event: { stream: `fund-${FUND}` },
  });
  expect(ledger.balance(FUND)).toEqual({ available: 0n, committed: 0n, stock: 7500n });
});

test("adds up to the last fen over any split of issues, also with reversals between", () => {
  const split = fc.record({
    fen: fc.bigInt({ min: 1n, max: 10_000_000n }),
    quantities: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }),
    reversed: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  });
  fc.assert(
    fc.property(split, ({ fen, quantities, reversed }) => {
      const story = openStory();
      const whole = quantities.reduce((sum, quantity) => sum + quantity, 0);
      const value = `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
      for (const one of [...WORLD, goods(whole, value)]) story.record(one);
      const stock = () => story.books.balances.get(FUND)?.get("none")?.stock ?? -1n;
      const hand = (quantity: number, key: string) => {
        const { entry } = story.record(issue(quantity, {}, key)).event;
        expect(stock()).toBeGreaterThanOrEqual(0n);
        return entry;
      };
      const entries = quantities.map((quantity, at) => hand(quantity, `issue ${at}`));
      expect(stock()).toBe(0n);

      const back = quantities.filter((_quantity, at) => reversed[at]);
      entries.forEach((entry, at) => {
        if (reversed[at]) story.record(reversal(entry));
      });
      back.forEach((quantity, at) => void hand(quantity, `again ${at}`));
      expect(stock()).toBe(0n);
    }),
    { numRuns: 60 },
  );
});

test("carries the remainder with the last issue", () => {
  const ledger = having(goods(3, "100"));
  const amounts = ["a", "b", "c"].map(
    (key) => (ledger.when("IssueGoods", issued(1), key) as Decided).data["amount"],
  );
  expect(amounts).toEqual(["33.33", "33.33", "33.34"]);
});

describe("what the donor bound goods to", () => {
  const bound = (restriction: object) => having(goods(3, "30", { restriction }));
  test("goods for a project go out for that project only", () => {
    const project = { kind: "project", project: PROJECT };
    expect(bound(project).when("IssueGoods", issued(1, { project: PROJECT }))).toMatchObject({
      data: { bucket: PROJECT_BUCKET, amount: "10.00" },
    });
    for (const more of [{}, { project: OTHER_PROJECT }]) {
      expect(bound(project).when("IssueGoods", issued(1, more))).toMatchObject({
        code: "BUCKET_NOT_ALLOWED",
        params: { bucket: PROJECT_BUCKET },
      });
    }
  });
  test("goods for a purpose go out for that purpose only", () => {
    const purpose = { kind: "purpose", purpose: "助学" };
    expect(bound(purpose).when("IssueGoods", issued(1, { purpose: "助学" }))).toMatchObject({
      data: { bucket: "purpose:助学" },
    });
    expect(bound(purpose).when("IssueGoods", issued(1, { purpose: "助老" }))).toMatchObject({
      code: "BUCKET_NOT_ALLOWED",
    });
  });
  test("goods for later stay until their day", () => {
    const later = { kind: "time", notBefore: "2026-03-02" };
    expect(bound(later).when("IssueGoods", issued(1))).toMatchObject({
      code: "BUCKET_NOT_ALLOWED",
    });
    const due = issued(1, { issuedOn: "2026-03-02" });
    expect(bound(later).when("IssueGoods", due)).toMatchObject({ data: { amount: "10.00" } });
  });
});

describe("refuses", () => {
  const stocked = having(goods(3, "30"));
  const refusals: [string, string, object][] = [
    ["an issue after today", "DAY_IN_FUTURE", { issuedOn: "2026-07-01" }],
    ["an unknown community", "COMMUNITY_UNKNOWN", { community: "320582" }],
    ["goods that the ledger has not", "FACT_UNKNOWN", { goods: NOBODY }],
    ["what is no goods", "FACT_OF_OTHER_KIND", { goods: FUND }],
    ["an issue before the goods came", "DAY_BEFORE_ORIGIN", { issuedOn: "2026-01-31" }],
    ["an item that does not exist", "GOODS_ITEM_UNKNOWN", { items: [{ item: 2, quantity: 1 }] }],
    ["an unknown project", "PROJECT_UNKNOWN", { project: NOBODY }],
    [
      "more than the stock, also when an item is named twice",
      "EXCEEDS_WHAT_IS_LEFT",
      {
        items: [
          { item: 1, quantity: 2 },
          { item: 1, quantity: 2 },
        ],
      },
    ],
  ];
  test.each(refusals)("%s", (_name, code, more) => {
    expect(stocked.when("IssueGoods", issued(1, more))).toMatchObject({ code });
  });
  test("a project that has ended", () => {
    const closing = { project: PROJECT, result: "ended", closedOn: "2026-02-10" };
    const ended = having(goods(3, "30"), step("CloseProject", closing));
    expect(ended.when("IssueGoods", issued(1, { project: PROJECT }))).toMatchObject({
      code: "PROJECT_ENDED",
    });
  });
  test("goods whose receipt was reversed", () => {
    const ledger = having(goods(3, "30"));
    ledger.when("ReverseEntry", reversal(ledger.entryOf("goods")).input);
    expect(ledger.when("IssueGoods", issued(1))).toMatchObject({ code: "FACT_REVERSED" });
  });
  test("a suspended fund", () => {
    expect(having(goods(3, "30"), suspendFund()).when("IssueGoods", issued(1))).toMatchObject({
      code: "FUND_SUSPENDED",
    });
  });
  test("an overdrawn fund", () => {
    const steps = [goods(3, "30"), gift("10"), step("ChargeFee", FEE, "fee"), chargeback("10")];
    const result = having(...steps).when("IssueGoods", issued(1));
    expect(isRefusal(result) && result.code).toBe("FUND_OVERDRAWN");
  });
});

const FEE = {
  fund: FUND,
  amount: "10",
  currency: "CNY",
  agreement: "cd".repeat(32),
  chargedOn: "2026-02-10",
};
