import { describe, expect, it } from "vitest";
import { leafOf, regimeOn } from "../../../src/domain/journal/chart.ts";
import {
  COST_FUNCTIONS,
  COST_KINDS,
  POSTING_RULES,
  ruleLines,
} from "../../../src/domain/journal/posting-rules.ts";
import { MEASURES } from "../../../src/domain/move.ts";

const DAYS = ["2004-06-01", "2005-01-01", "2025-12-31", "2026-01-01", "2031-05-05"];
const CAUSES = ["donor-request", "own-error", "agreement", "chargeback"] as const;

const circumstances = (["income", "agency"] as const).flatMap((nature) =>
  (["charity", "fiscal"] as const).flatMap((source) =>
    [true, false].flatMap((flag) =>
      CAUSES.map((cause) => ({ nature, source, across: flag, sameYear: flag, cause })),
    ),
  ),
);
const ruled = new Set<string>(POSTING_RULES.map(({ measure }) => measure));
const measures = MEASURES.filter((measure) => ruled.has(measure));

describe.each(measures)("the rules for %s", (measure) => {
  // A restriction is only lifted from income: what is held as an agent has none of ours.
  const given = circumstances.filter(
    ({ nature }) => !measure.startsWith("reclassified") || nature === "income",
  );

  it("cover every circumstance on every day once, with accounts of that day's chart", () => {
    for (const day of DAYS) {
      const regime = regimeOn(day).id;
      for (const one of given) {
        const lines = ruleLines(measure, one, day);
        for (const { account } of lines) expect(leafOf(regime, account, true).regime).toBe(regime);
        const debits = lines.filter(({ side }) => side === "debit").length;
        expect(debits).toBe(lines.length - debits);
      }
    }
  });
});

it("a host's own cost has one debit and one credit on every day, whatever it is for", () => {
  for (const day of DAYS) {
    const regime = regimeOn(day).id;
    for (const kind of COST_KINDS) {
      const paid = ruleLines("cost-paid", { kind }, day);
      expect(paid.map(({ side }) => side)).toEqual(["credit"]);
      for (const each of COST_FUNCTIONS) {
        const cost = ruleLines("cost", { function: each, tax: kind === "taxes" }, day);
        expect(cost.map(({ side }) => side)).toEqual(["debit"]);
        for (const { account } of [...cost, ...paid]) {
          expect(leafOf(regime, account, false).regime).toBe(regime);
        }
      }
    }
  }
});

it("what no rule covers is an error, not a silent gap", () => {
  expect(() => ruleLines("pledged", {}, "2026-01-01")).toThrow("0 posting rules");
});
