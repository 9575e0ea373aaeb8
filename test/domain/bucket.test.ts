import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bucket, bucketKey, bucketOfKey, spendingRank } from "../../src/domain/bucket.ts";
import { bucket as bucketText } from "../../src/domain/schema.ts";
import { PROJECT } from "./world.ts";

const restriction: fc.Arbitrary<Bucket["restriction"]> = fc.oneof(
  fc.constant({ kind: "none" as const }),
  fc.constant({ kind: "fund" as const }),
  fc.constant({ kind: "project" as const, project: PROJECT }),
  fc.constant({ kind: "time" as const, notBefore: "2027-01-01" }),
  fc.record({
    kind: fc.constant("purpose" as const),
    purpose: fc.constantFrom("助学", "fiscal/none", "agency/fund", "time:2027-01-01", "a:b"),
  }),
);
const bucket: fc.Arbitrary<Bucket> = fc.record({
  source: fc.constantFrom("charity", "fiscal"),
  nature: fc.constantFrom("income", "agency"),
  restriction,
});

test("a bucket's text is read back as the same bucket, whatever a purpose is called", () => {
  fc.assert(
    fc.property(bucket, (one) => {
      const key = bucketKey(one);
      expect(bucketOfKey(key)).toEqual(one);
      expect(bucketText.parse(key)).toBe(key);
    }),
  );
});

test.each(["", "money", "project", "none:"])("%j is no bucket", (key) => {
  expect(bucketText.safeParse(key).success).toBe(false);
});

test("reading a text that is no bucket is an error", () => {
  expect(() => bucketOfKey("money")).toThrow(RangeError);
});

test("ranks what may pay, the most specific first, and nothing else", () => {
  const spending = {
    source: "charity",
    nature: "income",
    project: PROJECT,
    purpose: "助学",
    on: "2026-03-01",
  } as const;
  const keys = [
    `project:${PROJECT}`,
    "purpose:助学",
    "time:2026-03-01",
    "fund",
    "none",
    "purpose:助老",
    "time:2026-03-02",
    "fiscal/none",
    "agency/none",
  ];
  expect(keys.map((key) => spendingRank(key, spending))).toEqual([
    0,
    1,
    2,
    3,
    4,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
