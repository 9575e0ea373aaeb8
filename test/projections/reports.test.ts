// Goal: whatever is recorded, every report equals a fold of the entries, as of any entry and any
// day, each cell is the sum of the entries it opens, and a rebuild gives the same bytes.
// Method: seeded random commands on a real ledger, checked against sums taken from the events.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REPORTS } from "../../projections/reports/index.ts";
import type { Ledger } from "../../src/app/ledger.ts";
import { factOfType } from "../../src/domain/facts.ts";
import { dayNumber } from "../../src/kernel/day.ts";
import { commands, freshLedger, SETTING } from "../app/scene.ts";

const RUNS = { numRuns: 6, seed: 20261123 };
const COUNT = 150;

async function withLedger(seed: number, check: (ledger: Ledger) => void | Promise<void>) {
  const scene = freshLedger();
  try {
    await scene.ledger.record(SETTING);
    const requests = commands(seed, COUNT);
    for (let at = 0; at < requests.length; at += 7) {
      await scene.ledger.record(requests.slice(at, at + 7));
    }
    await check(scene.ledger);
    // What a restart reads back from the files must be the same again.
    await check(scene.reopen());
  } finally {
    scene.done();
  }
}

const minor = (text: string | null | undefined) => BigInt((text ?? "0").replace(".", ""));

/** Sum of the moves of a measure, taken from the events themselves. */
function folded(ledger: Ledger, measure: string, upTo: { entry: number; day?: number }): bigint {
  let sum = 0n;
  for (const event of ledger.store.read(1, upTo.entry)) {
    const fact = factOfType(event.type);
    if (!fact || (upTo.day !== undefined && dayNumber(fact.on(event.data)) > upTo.day)) continue;
    for (const move of fact.moves(event.data, event.id)) {
      if (move.measure === measure) sum += move.amount;
    }
  }
  return sum;
}

function column(ledger: Ledger, asOf: string | undefined, name: string): bigint {
  const { rows } = ledger.report("fund-balances", { asOf, filters: { bucket: "*" } });
  return [...rows].reduce((sum, row) => sum + minor(row[name]), 0n);
}

function everyReport(ledger: Ledger) {
  return REPORTS.map(({ name }) => {
    const result = ledger.report(name, {});
    return { ...result, rows: [...result.rows] };
  });
}

describe("reports over random histories", () => {
  it("equal a fold of the events as of any entry", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) =>
        withLedger(seed, (ledger) => {
          const head = ledger.store.head();
          for (const entry of [0, 1, SETTING.length, Math.floor(head / 2), head - 1, head]) {
            for (const name of ["received", "allocated", "disbursed", "transferred-in"]) {
              expect(column(ledger, String(entry), name)).toBe(folded(ledger, name, { entry }));
            }
          }
        }),
      ),
      RUNS,
    );
  });

  it("equal a fold of the events as of any business day", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) =>
        withLedger(seed, (ledger) => {
          const entry = ledger.store.head();
          for (const day of [
            "2026-01-01",
            "2026-02-28",
            "2026-05-15",
            "2026-10-02",
            "2026-11-01",
          ]) {
            for (const name of ["received", "allocated", "returned"]) {
              const expected = folded(ledger, name, { entry, day: dayNumber(day) });
              expect(column(ledger, day, name)).toBe(expected);
            }
          }
        }),
      ),
      RUNS,
    );
  });

  it("open every cell into entries that add up to it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) =>
        withLedger(seed, (ledger) => {
          for (const report of REPORTS) {
            for (const row of ledger.report(report.name, {}).rows) {
              for (const { name } of report.columns) {
                if (!report.figure(row, name, ledger.books())) continue;
                const page = { after: 0, limit: 10_000 };
                const lines = ledger.entriesOfFigure(report.name, { row, column: name }, {}, page);
                const sum = lines.reduce((total, line) => total + line.amount, 0n);
                expect(sum, `${report.name} ${name}`).toBe(minor(row[name]));
              }
            }
          }
        }),
      ),
      { ...RUNS, numRuns: 3 },
    );
  });

  it("agree with each other: funds, communities, and no bucket below zero", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) =>
        withLedger(seed, (ledger) => {
          const communities = ledger.report("community-totals", { filters: { parent: "" } });
          const city = ledger.report("community-totals", { filters: { community: "320500" } });
          const top = [...city.rows].reduce(
            (sum, row) => sum + minor(row["received"]) + minor(row["fiscal-received"]),
            0n,
          );
          expect([...communities.rows]).toEqual([]);
          expect(top).toBe(column(ledger, undefined, "received"));
          for (const row of ledger.report("fund-balances", {}).rows) {
            expect(minor(row["available"])).toBeGreaterThanOrEqual(0n);
            expect(minor(row["committed"])).toBeGreaterThanOrEqual(0n);
            expect(minor(row["cash"])).toBe(minor(row["available"]) + minor(row["committed"]));
          }
        }),
      ),
      RUNS,
    );
  });

  it("rebuild to the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), (seed) =>
        withLedger(seed, async (ledger) => {
          const before = everyReport(ledger);
          for (const tally of ledger.tallies) {
            expect(await tally.rebuild()).toMatchObject({ identical: true });
          }
          expect(everyReport(ledger)).toEqual(before);
        }),
      ),
      { ...RUNS, numRuns: 3 },
    );
  });
});
