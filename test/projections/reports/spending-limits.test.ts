// Goal: a host's spending and cost stand against the limits as worked out by hand, every numerator
// and denominator opens its entries, and nothing is claimed that the books cannot know.
// Method: the small story of the books tests, two years, 2025 and 2026.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { freshLedger, HOST } from "../../app/scene.ts";
import { BOOKS_STORY, tell } from "../books-scene.ts";

describe("the limits of a small story", () => {
  let scene: ReturnType<typeof freshLedger>;
  let ledger: Ledger;
  beforeAll(async () => {
    scene = freshLedger();
    ledger = scene.ledger;
    await tell(ledger, BOOKS_STORY);
  });
  afterAll(() => scene.done());

  const rows = (filters: Readonly<Record<string, string>> = {}, asOf?: string) => [
    ...ledger.report("spending-limits", { asOf, filters }).rows,
  ];
  const row = (rule: string, filters: Readonly<Record<string, string>> = {}, asOf?: string) =>
    rows({ rule, ...filters }, asOf)[0];

  it("measure spending against last year's income and net assets", () => {
    // 2025: gifts of 1000 and 500, goods of 100, 533.33 spent. 2026: 1100 paid, goods of 66.67.
    expect(row("public-foundation-spend")).toMatchObject({
      host: HOST,
      year: "2026",
      numerator: "1166.67",
      denominator: "1600.00",
      share: "72.91%",
      limit: "≥ 70%",
      bound: "1120.00",
      headroom: "46.67",
      result: "met",
      status: "in-force",
    });
    // 8 % of 1066.67 is 85.3336.
    expect(row("association-0-spend")).toMatchObject({
      denominator: "1066.67",
      share: "109.37%",
      bound: "85.34",
      headroom: "1081.33",
    });
    expect(row("public-foundation-spend", {}, "2026-02-10")).toMatchObject({
      numerator: "0.00",
      headroom: "-1120.00",
      result: "not-met-so-far",
    });
  });

  it("say when no management cost is recorded, and what has no base", () => {
    const cap = row("public-foundation-management");
    expect(cap).toMatchObject({ numerator: "0.00", bound: "116.66", result: "unknown" });
    expect(cap?.["noteZh"]).toContain("本年没有登记此项费用");
    expect(row("public-foundation-spend", { year: "2025" })).toMatchObject({
      numerator: "533.33",
      denominator: "0.00",
      share: null,
      headroom: null,
      result: "unknown",
    });
  });

  it("show each type of host, or the one asked for, and drafts only when asked", () => {
    expect(new Set(rows().map(({ hostType }) => hostType)).size).toBe(4);
    expect(row("tax-public-spend")?.["noteEn"]).toContain("type of the host is not registered");
    const own = rows({ hostType: "association" });
    expect(own.map(({ rule }) => rule)).toEqual([
      "association-0-spend",
      "association-0-spend-income",
      "association-0-management",
      "tax-other-spend",
      "tax-other-management",
    ]);
    expect(own[0]?.["noteEn"]).not.toContain("type of the host");
    const [draft] = rows({ hostType: "association", drafts: "shown", test: "fundraising" });
    // 2000, 480 and less 200 lifted from the year's restricted income to its unrestricted one.
    expect(draft).toMatchObject({ status: "draft", denominator: "2480.00", result: "unknown" });
  });

  it("open every numerator and denominator into entries that add up to it", () => {
    let cells = 0;
    for (const year of ["2025", "2026"]) {
      for (const each of rows({ year, drafts: "shown" })) {
        for (const column of ["numerator", "denominator"]) {
          const page = { after: 0, limit: 10_000 };
          const query = { row: each, column };
          const lines = ledger.entriesOfFigure("spending-limits", query, {}, page);
          const sum = lines.reduce((total, { amount }) => total + amount, 0n);
          expect(sum).toBe(BigInt((each[column] ?? "").replace(".", "")));
          cells += lines.length;
        }
      }
    }
    expect(cells).toBeGreaterThan(0);
  });
});
