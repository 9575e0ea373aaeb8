import { expect, test } from "vitest";
import { counts } from "../../../projections/reports/counts.ts";
import { grassrootsTotal } from "../../../projections/reports/grassroots-total.ts";
import { vouchers } from "../../../projections/reports/vouchers.ts";
import { bucketWords, levelWords } from "../../../projections/reports/words.ts";
import { ITEMS } from "../../../src/domain/journal/posting-rules.ts";

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

test("counts, definitions and flow items have words for every code", () => {
  for (const [report, column, codes] of [
    [counts, "count", ["funds-open-township", "projects-registered"]],
    [grassrootsTotal, "definition", ["allocated", "received", "disbursed"]],
    [vouchers, "item", ITEMS],
  ] as const) {
    const words = report.columns.find(({ name }) => name === column)?.words;
    for (const code of codes) expect(words?.(code)?.zh, code).toMatch(/\p{Script=Han}/u);
  }
});
