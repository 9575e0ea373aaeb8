import { describe, expect, test } from "vitest";
import { given, openStory, step } from "../given.ts";
import { postingsIn, told } from "../journal/journal.ts";
import { closePeriod, FUND, HASH, HOST, reversal, TOWN, WORLD } from "../world.ts";

const BUCKET = "purpose:助学";
const MONEY = { account: "1002", side: "debit", amount: "900", fund: FUND, bucket: BUCKET };
const NET = { account: "3102", side: "credit", amount: "900", fund: FUND, bucket: BUCKET };
const DESK = { account: "1501", side: "debit", amount: "50" };
const OWN = { account: "3101", side: "credit", amount: "50" };

const opening = (lines: readonly object[], more: object = {}) => ({
  host: HOST,
  currency: "CNY",
  lines,
  file: HASH,
  openedOn: "2026-02-01",
  ...more,
});
const record = (lines: readonly object[], more: object = {}) =>
  given(...WORLD).when("RecordOpeningBalance", opening(lines, more));

test("makes a fund's money available, and nothing else", () => {
  const ledger = given(...WORLD);
  const decided = ledger.when("RecordOpeningBalance", opening([MONEY, NET, DESK, OWN]));
  expect(decided).toMatchObject({
    data: { communities: [{ fund: FUND, community: TOWN }] },
    moves: [{ measure: "opening", fund: FUND, bucket: BUCKET, amount: 90000n }],
  });
  expect(ledger.balance(FUND, BUCKET).available).toBe(90000n);
});

test("is posted as it stands", () => {
  const story = openStory();
  for (const one of WORLD) story.record(one);
  const { event } = story.record(step("RecordOpeningBalance", opening([MONEY, NET, DESK, OWN])));
  const postings = postingsIn(story, event);
  expect(told(postings)).toEqual([
    "1002 debit 90000",
    "3102 credit 90000",
    "1501 debit 5000",
    "3101 credit 5000",
  ]);
  expect(postings.map(({ fund, item }) => [fund, item])).toEqual([
    [FUND, "opening"],
    [FUND, "opening"],
    [null, "opening"],
    [null, "opening"],
  ]);
});

describe("is refused", () => {
  test("when a fund, or the host's own part, is not balanced by itself", () => {
    const credit = { ...OWN, amount: "950" };
    expect(record([MONEY, DESK, credit])).toMatchObject({
      code: "OPENING_NOT_BALANCED",
      params: { difference: "900.00" },
    });
  });

  test("with an account that the chart of its day does not have", () => {
    expect(record([{ ...DESK, account: "5101" }, OWN])).toMatchObject({ code: "ACCOUNT_UNKNOWN" });
    const before = { openedOn: "2025-06-01" };
    expect(record([{ ...DESK, account: "5101" }, OWN], before)).toHaveProperty("data");
  });

  test("when restricted stands in unrestricted accounts, or agency money in our own", () => {
    expect(record([MONEY, { ...NET, account: "3101" }])).toMatchObject({
      code: "BUCKET_NOT_OF_ACCOUNT",
    });
    const agency = { bucket: "agency/none" };
    const lines = [
      { ...MONEY, ...agency },
      { ...NET, account: "2601", ...agency },
    ];
    expect(record(lines)).toMatchObject({ code: "BUCKET_NOT_OF_ACCOUNT" });
    const own = { ...MONEY, account: "100290", ...agency };
    expect(record([own, { ...NET, account: "2601", ...agency }])).toHaveProperty("data");
  });

  test("when a fund would have overdrawn an account that it does not have", () => {
    const lines = [
      { ...MONEY, side: "credit" },
      { ...NET, side: "debit" },
    ];
    expect(record(lines)).toMatchObject({ code: "OPENING_BELOW_ZERO" });
  });

  test("on a day that is closed", () => {
    const ledger = given(...WORLD, closePeriod("2026-02"));
    expect(ledger.when("RecordOpeningBalance", opening([DESK, OWN]))).toMatchObject({
      code: "PERIOD_CLOSED",
    });
  });
});

test("the same part of a file opens its stream once", () => {
  const decided = record([DESK, OWN]);
  expect(decided).toMatchObject({ event: { stream: `opening-${HOST}-${HASH}-1` } });
});

test("of a host's own part alone can be reversed", () => {
  const story = openStory();
  for (const one of WORLD) story.record(one);
  story.record(step("RecordOpeningBalance", opening([DESK, OWN])));
  const { event, data } = story.record(reversal(WORLD.length + 1));
  expect(data).toMatchObject({ fund: null, host: HOST, undoes: [] });
  expect(told(postingsIn(story, event))).toEqual(["1501 debit -5000", "3101 credit -5000"]);
});
