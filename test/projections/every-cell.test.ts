// Goal: every amount that any report shows equals the sum of the entries it opens.
// Method: every cell of every report, asked in several ways, on a small story over the change of
// regime and on random ledgers; `.ci/run` does the same over the whole demo.

import fc from "fast-check";
import { expect, test } from "vitest";
import { REPORTS } from "../../projections/reports/index.ts";
import { ASKED, NO_SUMS, openCells } from "../../scripts/check-cells/every-cell.ts";
import type { Ledger } from "../../src/app/ledger.ts";
import type { RecordRequest } from "../../src/app/recorder.ts";
import { commands, freshLedger, SETTING } from "../app/scene.ts";
import { BOOKS_STORY, tell } from "./books-scene.ts";

/** Reports of days and hashes, which no entries add up to. */
const WITHOUT_FIGURES = ["disclosure-clock", "closings"];

function expectEveryCellToOpen(ledger: Ledger): Map<string, number> {
  const cells = new Map<string, number>();
  const opened = openCells(ledger);
  try {
    for (const asked of ASKED) {
      const found = opened.open(asked);
      expect(found.wrong).toEqual([]);
      expect([...found.closed].filter((column) => !(column in NO_SUMS))).toEqual([]);
      cells.set(asked.report, (cells.get(asked.report) ?? 0) + found.entries);
    }
  } finally {
    opened.close();
  }
  return cells;
}

async function withLedger(
  record: (ledger: Ledger) => Promise<unknown>,
  check: (ledger: Ledger) => void,
): Promise<void> {
  const scene = freshLedger();
  try {
    await record(scene.ledger);
    check(scene.ledger);
  } finally {
    scene.done();
  }
}

test("every report of the list is asked, and what is no sum says so in its column", () => {
  const asked = new Set(ASKED.map(({ report }) => report));
  expect([...asked]).toEqual(REPORTS.map(({ name }) => name));
  for (const column of Object.keys(NO_SUMS)) {
    const [report, name] = column.split(".");
    const columns = REPORTS.find((each) => each.name === report)?.columns ?? [];
    expect(columns.find((each) => each.name === name)).toMatchObject({ sums: false });
  }
});

test("every cell of the books of a small story opens entries that add up to it", async () => {
  await withLedger(
    (ledger) => tell(ledger, BOOKS_STORY),
    (ledger) => {
      const cells = expectEveryCellToOpen(ledger);
      const empty = [...cells].flatMap(([report, entries]) => (entries === 0 ? [report] : []));
      expect(empty).toEqual(WITHOUT_FIGURES);
    },
  );
});

test("every cell of random ledgers opens entries that add up to it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), (seed) => {
      const record = async (ledger: Ledger) => {
        const requests: RecordRequest[] = [...SETTING, ...commands(seed, 120)];
        await ledger.record(requests);
      };
      return withLedger(record, expectEveryCellToOpen);
    }),
    { numRuns: 3, seed: 20261124 },
  );
});
