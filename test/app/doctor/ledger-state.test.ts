import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ledgerState, projectionStates } from "../../../src/app/doctor/ledger-state.ts";
import { freshLedger, SETTING } from "../scene.ts";

let scene: ReturnType<typeof freshLedger>;
beforeAll(async () => {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
});
afterAll(() => scene.done());

describe("the state of a ledger", () => {
  test("is that of its files, its projections and its log", async () => {
    const { store, dir } = scene.ledger;
    const state = await ledgerState(scene.ledger);
    expect(state).toMatchObject({
      demo: true,
      entries: store.head(),
      quickCheck: "ok",
      journal_mode: "wal",
      log: { treeSize: store.head(), fork: null, error: null },
    });
    expect(state.projections).toHaveLength(scene.ledger.runners.length);
    expect(JSON.stringify(state)).not.toContain(dir);
  });

  test("says why a projection stopped, without saying where the folder lies", () => {
    const dir = "ledgers/mine";
    const error = `${resolve(dir)}/projections/counts.v1.db: no room on the disk of ${resolve(dir)}`;
    const counts = { name: "counts", version: 1, entry: 6, lagEntries: 1 };
    const projections = () => [{ ...counts, stopped: { entry: 7, error } }];
    expect(projectionStates({ dir, projections })).toEqual([
      {
        ...counts,
        stopped: { entry: 7, error: "projections/counts.v1.db: no room on the disk of ." },
      },
    ]);
  });
});
