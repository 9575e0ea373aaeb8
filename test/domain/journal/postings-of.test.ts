// Goal: every fact is posted to the accounts its regime asks for, and debits equal credits.
// Method: one story per rule, told as lines; then random histories, each entry and fund balanced,
// and the books against the balances that the rules themselves keep.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketOfKey } from "../../../src/domain/bucket.ts";
import type { Posting } from "../../../src/domain/journal/posting.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { idOf, openStory, type Step, type Story, step } from "../given.ts";
import { type Asked, askedCommand, FUNDS, stepOf } from "../random-commands.ts";
import {
  allocation,
  CITY_FUND,
  FUND,
  gift,
  goods,
  HASH,
  issue,
  payment,
  refund,
  reversal,
  VILLAGE,
  WORLD,
} from "../world.ts";
import { postingsIn, sumsBy, told } from "./journal.ts";

const RESTRICTED = { restriction: { kind: "purpose", purpose: "助学" } };
const AGENCY = { nature: "agency" };
const CNY = { currency: "CNY" };

function play(...steps: readonly Step[]): Story {
  const story = openStory();
  for (const one of [...WORLD, ...steps]) story.record(one);
  return story;
}

/** The lines of the last fact of a story. */
function lastOf(...steps: readonly Step[]): string[] {
  const story = play(...steps);
  return told(postingsIn(story, story.events.at(-1) as Story["events"][number]));
}

const give = (more: object, key = "gift") => gift("10", more, key);
const old = { receivedOn: "2025-03-01" };

describe("money that comes in", () => {
  it("is income of its own restriction", () => {
    expect(lastOf(give({}))).toEqual(["1002 debit 1000", "410101 credit 1000"]);
    expect(lastOf(give(RESTRICTED))).toEqual(["1002 debit 1000", "410102 credit 1000"]);
    expect(lastOf(give(old))).toEqual(["1002 debit 1000", "410101 credit 1000"]);
  });

  it("is a government grant when it is fiscal", () => {
    expect(lastOf(give({ source: "fiscal" }))).toEqual(["1002 debit 1000", "440101 credit 1000"]);
  });

  it("is a liability and no income when the host is only an agent", () => {
    expect(lastOf(give(AGENCY))).toEqual(["100290 debit 1000", "2601 credit 1000"]);
  });

  it("is nothing while it is only promised", () => {
    const pledge = { fund: FUND, amount: "5", ...CNY, pledgedOn: "2026-02-01" };
    expect(lastOf(step("RecordPledge", pledge))).toEqual([]);
  });

  it("is interest income", () => {
    const interest = { fund: FUND, amount: "1", ...CNY, receivedOn: "2026-02-01" };
    expect(lastOf(step("ReceiveInterest", interest))).toEqual([
      "1002 debit 100",
      "490101 credit 100",
    ]);
  });

  it("is stock at fair value when it is goods", () => {
    expect(lastOf(goods(2, "8"))).toEqual(["1201 debit 800", "410101 credit 800"]);
    expect(lastOf(goods(2, "8", AGENCY))).toEqual(["1801 debit 800", "2601 credit 800"]);
    const before = { ...AGENCY, receivedOn: "2025-02-01" };
    expect(lastOf(goods(2, "8", before))).toEqual(["1701 debit 800", "2601 credit 800"]);
  });
});

const grant2025 = (more: object): Step[] => [
  give({ ...old, ...more }),
  allocation("10", { purpose: "助学", allocatedOn: "2025-04-01" }),
  payment("10", { paidOn: "2025-05-01" }),
];

describe("money that goes out", () => {
  it("is a commitment off the books while it is only allocated", () => {
    expect(lastOf(give({}), allocation("10"))).toEqual([]);
  });

  it("is cost of its own restriction under the 2024 regime, and releases nothing", () => {
    const paid = lastOf(give(RESTRICTED), allocation("10", { purpose: "助学" }), payment("10"));
    expect(paid).toEqual(["510102 debit 1000", "1002 credit 1000"]);
  });

  it("is cost and a release under the 2004 regime", () => {
    expect(lastOf(...grant2025(RESTRICTED))).toEqual([
      "5101 debit 1000",
      "3102 debit 1000",
      "3101 credit 1000",
      "1002 credit 1000",
    ]);
    expect(lastOf(...grant2025({}))).toEqual(["5101 debit 1000", "1002 credit 1000"]);
  });

  it("lowers the liability when the host is only an agent", () => {
    const paid = lastOf(give(AGENCY), allocation("10", AGENCY), payment("10"));
    expect(paid).toEqual(["2601 debit 1000", "100290 credit 1000"]);
  });

  it("is stock that leaves when it is goods", () => {
    expect(lastOf(goods(2, "8"), issue(1))).toEqual(["510101 debit 400", "1201 credit 400"]);
  });

  it("given back to the donor takes back the income, or is a cost of our own fault", () => {
    expect(lastOf(give({}), refund("3"))).toEqual(["410101 debit 300", "1002 credit 300"]);
    expect(lastOf(give({}), refund("3", { cause: "own-error" }))).toEqual([
      "530101 debit 300",
      "1002 credit 300",
    ]);
  });
});

describe("money that comes back", () => {
  const back = (returnedOn: string) =>
    step("ReturnDisbursement", { disbursement: idOf("payment"), amount: "4", ...CNY, returnedOn });

  it("in the same year lowers the cost, and the release with it", () => {
    expect(lastOf(...grant2025(RESTRICTED), back("2025-06-01"))).toEqual([
      "1002 debit 400",
      "5101 credit 400",
      "3102 credit 400",
      "3101 debit 400",
    ]);
  });

  it("in a later year goes through earlier years' net assets", () => {
    expect(lastOf(...grant2025(RESTRICTED), back("2026-02-01"))).toEqual([
      "1002 debit 400",
      "320102 credit 400",
    ]);
  });
});

describe("money inside one host", () => {
  it("is neither income nor cost when a fund hands it to another", () => {
    const transfer = {
      from: FUND,
      to: CITY_FUND,
      amount: "4",
      ...CNY,
      transferredOn: "2026-02-02",
    };
    expect(lastOf(give({}), step("MakeTransfer", transfer))).toEqual([
      "3101 debit 400",
      "1002 credit 400",
      "1002 debit 400",
      "3101 credit 400",
    ]);
  });

  it("leaves the fund for the host's own part as an agreed fee", () => {
    const fee = { fund: FUND, amount: "4", ...CNY, agreement: HASH, chargedOn: "2026-02-02" };
    const bucket = "purpose:助学";
    expect(lastOf(give(RESTRICTED), step("ChargeFee", { ...fee, bucket }))).toEqual([
      "3102 debit 400",
      "1002 credit 400",
      "1002 debit 400",
      "3101 credit 400",
    ]);
  });
});

describe("a red entry", () => {
  it("has the same lines with negative amounts", () => {
    const story = play(give({}));
    story.record(reversal(story.events.length));
    expect(told(postingsIn(story, story.events.at(-1) as Story["events"][number]))).toEqual([
      "1002 debit -1000",
      "410101 credit -1000",
    ]);
  });

  it("of an earlier year stands in the accounts that took over", () => {
    const story = play(...grant2025(RESTRICTED));
    story.record(reversal(story.events.length));
    expect(told(postingsIn(story, story.events.at(-1) as Story["events"][number]))).toEqual([
      "320102 debit -1000",
      "1002 credit -1000",
    ]);
  });
});

const commands = fc.array(askedCommand, { minLength: 1, maxLength: 40, size: "max" });
const RUNS = { numRuns: 40 };

function history(list: readonly Asked[]): { story: Story; postings: Posting[][] } {
  const story = play();
  for (const [at, command] of list.entries()) {
    const one = stepOf(story, command, `command ${at}`);
    if (one === undefined) continue;
    try {
      story.record(one);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return { story, postings: story.events.map((event) => postingsIn(story, event)) };
}

const allZero = (sums: ReadonlyMap<string, bigint>) =>
  [...sums.values()].every((sum) => sum === 0n);

describe("over random histories", () => {
  it("debits equal credits in every entry, per host, fund and restriction", () => {
    fc.assert(
      fc.property(commands, (list) => {
        for (const postings of history(list).postings) {
          const key = ({ host, fund, bucket }: Posting) => `${host} ${fund} ${bucket}`;
          expect(allZero(sumsBy(postings, key))).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it("the money and the stock of the books are what the rules know of every bucket", () => {
    fc.assert(
      fc.property(commands, (list) => {
        const { story, postings } = history(list);
        const sums = sumsBy(postings.flat(), ({ fund, bucket, account }) => {
          const kind = account.startsWith("100") ? "money" : account;
          return `${fund} ${bucket} ${kind}`;
        });
        for (const fund of FUNDS) {
          for (const [bucket, balance] of story.books.balances.get(fund) ?? []) {
            const { available, committed, stock } = balance;
            expect(sums.get(`${fund} ${bucket} money`) ?? 0n).toBe(available + committed);
            expect(sums.get(`${fund} ${bucket} 1201`) ?? 0n).toBe(stock);
          }
        }
      }),
      RUNS,
    );
  });

  it("restricted money never stands in unrestricted accounts, and the other way round", () => {
    fc.assert(
      fc.property(commands, (list) => {
        for (const { account, bucket } of history(list).postings.flat()) {
          if (!/^[345]/.test(account)) continue;
          const restricted = bucketOfKey(bucket).restriction.kind !== "none";
          expect(account.endsWith("02")).toBe(restricted);
        }
      }),
      RUNS,
    );
  });
});

it("a payment says where it went and what cash flow it is", () => {
  const story = play(give({}), allocation("10"), payment("10"));
  const lines = postingsIn(story, story.events.at(-1) as Story["events"][number]);
  expect(lines[1]).toMatchObject({
    fund: FUND,
    community: VILLAGE,
    item: "grants-out",
    regime: "2024",
  });
});
