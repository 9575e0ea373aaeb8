import { expect, test } from "vitest";
import { bucketWords, levelWords } from "../../../projections/reports/words.ts";

test("a bucket is told by what binds it, whose it is and where it comes from", () => {
  const told = ["none", "fund", "*", "purpose:助学", "fiscal/purpose:a:b", "agency/none"].map(
    (bucket) => bucketWords(bucket)?.zh,
  );
  expect(told).toEqual([
    "非限定",
    "限定本基金",
    "全部",
    "限定用途：助学",
    "财政·限定用途：a:b",
    "受托代理·非限定",
  ]);
  expect(bucketWords("fiscal/project:1")?.en).toBe("fiscal, project: 1");
});

test("what is no code stands as it is", () => {
  expect(bucketWords("")).toBeUndefined();
  expect(bucketWords("other:x")).toBeUndefined();
  expect(levelWords("planet")).toBeUndefined();
});
