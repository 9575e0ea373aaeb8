// Goal: a limit is met exactly when the share says so, and no rounding ever makes it look easier.
// Method: the rule rows on amounts at their edges, and random amounts against cross-multiplication.

import fc from "fast-check";
import { expect, it } from "vitest";
import {
  HOST_TYPES,
  type HostType,
  LIMIT_RULES,
  type LimitRule,
  measure,
  rulesFor,
} from "../../../src/domain/journal/limits.ts";

function rule(id: string): LimitRule {
  const found = LIMIT_RULES.find((each) => each.id === id);
  if (!found) throw new Error(`no rule ${id}`);
  return found;
}

const ids = (type: HostType, netAssets: bigint, yearEnd = "2026-12-31") =>
  rulesFor(type, netAssets, yearEnd)
    .filter(({ status }) => status === "in-force")
    .map(({ id }) => id);

it("takes the band of the net assets, its lower edge included", () => {
  const tax = ["tax-other-spend", "tax-other-management"];
  const edge = 4_000_000_00n;
  const band = (name: string) => [`${name}-spend`, `${name}-management`, ...tax];
  expect(ids("foundation", edge - 1n)).toEqual(band("foundation-0"));
  expect(ids("foundation", edge)).toEqual(band("foundation-400"));
  expect(ids("foundation", 60_000_000_00n)).toEqual(band("foundation-6000"));
  expect(ids("association", 0n)).toContain("association-0-spend-income");
  expect(ids("association", 1_000_000_00n)).not.toContain("association-0-spend-income");
});

it("has exactly one band of each kind for every type and size, and none before the rules", () => {
  for (const type of HOST_TYPES) {
    for (const { netAssets } of LIMIT_RULES) {
      for (const edge of [netAssets.from ?? 0, (netAssets.below ?? 1) - 1]) {
        const found = ids(type, BigInt(edge) * 100n).filter((id) => !id.startsWith("tax-"));
        expect(found.filter((id) => id.endsWith("-spend"))).toHaveLength(1);
        expect(found.filter((id) => id.endsWith("-management"))).toHaveLength(1);
      }
    }
    expect(ids(type, 0n, "2015-12-31")).toEqual([]);
  }
});

it("rounds the bound and the share to the side on which the rule is not met", () => {
  expect(measure(rule("public-foundation-spend"), 69_9999n, 100_0000n)).toEqual({
    bound: 70_0000n,
    headroom: -1n,
    share: "69.99%",
    verdict: "not-met",
  });
  expect(measure(rule("fundraising-draft"), 3_0001n, 100_0000n)).toEqual({
    bound: 3_0000n,
    headroom: -1n,
    share: "3.01%",
    verdict: "not-met",
  });
  expect(measure(rule("public-foundation-spend"), -1n, 3n)?.share).toBe("-33.34%");
});

it("never says that a cap is kept where no cost is recorded, nor passed while a year is exempt", () => {
  const cap = rule("public-foundation-management");
  expect(measure(cap, 0n, 100n)?.verdict).toBe("unknown");
  expect(measure(cap, 199_999_99n, 200_000_00n)?.verdict).toBe("met");
  expect(measure(cap, 200_000_00n, 200_000_00n)?.verdict).toBe("not-met");
  expect(measure(cap, 5n, 0n)).toBeUndefined();
});

it("decides by the exact share, whatever the amounts", () => {
  const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const base = fc.bigInt({ min: 1n, max: 10n ** 15n });
  fc.assert(
    fc.property(fc.constantFrom(...LIMIT_RULES), amount, base, (each, numerator, denominator) => {
      const found = measure(each, numerator, denominator);
      const excess = numerator * 100n - BigInt(each.percent) * denominator;
      const kept = each.test === "spend" ? excess >= 0n : excess <= 0n;
      expect((found?.headroom ?? 0n) >= 0n).toBe(kept);
      if (each.test === "spend") expect(found?.verdict === "met").toBe(kept);
    }),
  );
});
