import { describe, expect, test } from "vitest";
import { given, idOf, openStory, type Step, step } from "../given.ts";
import { postingsIn, told } from "../journal/journal.ts";
import { CITY_FUND, FUND, gift, HASH, WORLD } from "../world.ts";

const BUCKET = "purpose:助学";
const RESTRICTED = { restriction: { kind: "purpose", purpose: "助学" } };
const release = (more: object = {}) => ({
  fund: FUND,
  bucket: BUCKET,
  amount: "40",
  currency: "CNY",
  cause: "purpose-met",
  releasedOn: "2026-03-01",
  ...more,
});
const having = (...steps: readonly Step[]) => given(...WORLD, ...steps);

test("moves money to the unrestricted bucket of the same fund", () => {
  const ledger = having(gift("100", RESTRICTED));
  expect(ledger.when("ReleaseRestriction", release())).toMatchObject({ data: { into: "none" } });
  expect(ledger.balance(FUND, BUCKET).available).toBe(6000n);
  expect(ledger.balance(FUND).available).toBe(4000n);
});

test("keeps fiscal money fiscal", () => {
  const ledger = having(gift("100", { ...RESTRICTED, source: "fiscal" }));
  ledger.when("ReleaseRestriction", release({ bucket: `fiscal/${BUCKET}` }));
  expect(ledger.balance(FUND, "fiscal/none").available).toBe(4000n);
});

describe("is refused", () => {
  const refusal = (more: object, gifts: object = RESTRICTED) =>
    having(gift("100", gifts)).when("ReleaseRestriction", release(more));

  test("for more than the bucket holds", () => {
    expect(refusal({ amount: "100.01" })).toMatchObject({ code: "INSUFFICIENT_FUNDS" });
  });

  test("for money that is not restricted, or that is not ours", () => {
    expect(refusal({ bucket: "none" })).toMatchObject({ code: "BUCKET_NOT_ALLOWED" });
    const agency = { ...RESTRICTED, nature: "agency" };
    expect(refusal({ bucket: `agency/${BUCKET}` }, agency)).toMatchObject({
      code: "BUCKET_NOT_ALLOWED",
    });
  });

  test("without the donor's consent where the donor lifts it", () => {
    expect(refusal({ cause: "donor-lifted" })).toMatchObject({ code: "CONSENT_NEEDED" });
    expect(refusal({ cause: "donor-lifted", consent: HASH })).toHaveProperty("data");
  });

  test("before the time of a time restriction", () => {
    const restriction = { restriction: { kind: "time", notBefore: "2026-05-01" } };
    const bucket = "time:2026-05-01";
    expect(refusal({ bucket, cause: "time-passed" }, restriction)).toMatchObject({
      code: "DAY_BEFORE_ORIGIN",
    });
    const releasedOn = "2026-05-01";
    expect(refusal({ bucket, cause: "time-passed", releasedOn }, restriction)).toHaveProperty(
      "data",
    );
    expect(refusal({ cause: "time-passed" })).toMatchObject({ code: "BUCKET_NOT_ALLOWED" });
  });

  test("when the gift named is of another fund or bucket, or smaller", () => {
    const donation = idOf("gift");
    expect(refusal({ donation }, {})).toMatchObject({ code: "BUCKET_NOT_ALLOWED" });
    expect(refusal({ donation }, { ...RESTRICTED, fund: CITY_FUND })).toMatchObject({
      code: "BUCKET_NOT_ALLOWED",
    });
    const more = { donation, amount: "100.01" };
    const ledger = having(gift("100", RESTRICTED), gift("5", RESTRICTED, "second"));
    expect(ledger.when("ReleaseRestriction", release(more))).toMatchObject({
      code: "EXCEEDS_WHAT_IS_LEFT",
    });
  });
});

describe("is posted", () => {
  const lines = (more: object, receivedOn: string) => {
    const story = openStory();
    for (const one of [...WORLD, gift("100", { ...RESTRICTED, receivedOn })]) story.record(one);
    const { event } = story.record(step("ReleaseRestriction", release(more)));
    return told(postingsIn(story, event));
  };

  test("within income when the gift named came in the same year", () => {
    expect(lines({ donation: idOf("gift") }, "2026-02-01")).toEqual([
      "410102 debit 4000",
      "1002 credit 4000",
      "1002 debit 4000",
      "410101 credit 4000",
    ]);
  });

  test("within net assets otherwise", () => {
    const within = ["3102 debit 4000", "1002 credit 4000", "1002 debit 4000", "3101 credit 4000"];
    expect(lines({}, "2026-02-01")).toEqual(within);
    expect(lines({ donation: idOf("gift") }, "2025-12-31")).toEqual(within);
  });
});
