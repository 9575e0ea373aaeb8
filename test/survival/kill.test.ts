import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { killCycles } from "../../scripts/survival/kill-cycles.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "almoner-kill-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

// scripts/survival/kill-loop.ts does the same a hundred times.
test("a ledger killed while it writes and signs loses nothing acknowledged, doubles nothing, and contradicts no checkpoint ever seen", async () => {
  const { acknowledged, seen, faults } = await killCycles({ dir, cycles: 8, seed: 20_260_301 });
  expect(faults).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(100);
  expect(seen.notes.size).toBeGreaterThan(2);
}, 120_000);
