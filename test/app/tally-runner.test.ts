import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { defineTally } from "../../projections/tally.ts";
import type { Ledger } from "../../src/app/ledger.ts";
import { ProjectionStopped } from "../../src/app/projections/projection.ts";
import { openTally, type TallyRunner } from "../../src/app/projections/tally-runner.ts";
import { dayNumber } from "../../src/kernel/day.ts";
import { ask, freshLedger, idOf, SETTING } from "./scene.ts";

let scene: ReturnType<typeof freshLedger>;
afterEach(() => scene.done());

const gift = (key: string, fund: string) =>
  ask("ReceiveDonation", key, {
    fund: idOf(fund),
    amount: "1",
    currency: "CNY",
    receivedOn: "2026-03-01",
  });

/** Counts gifts in fen; cannot place the village's fund when `poisoned`. */
const gifts = (version: number, poisoned: boolean) =>
  defineTally({
    name: "gifts",
    version,
    title: { zh: "试验", en: "Trial" },
    definition: { zh: "试验", en: "Trial" },
    columns: [{ name: "fen", title: { zh: "分", en: "Fen" } }],
    cells({ measure, fund }) {
      if (measure !== "received") return [];
      if (poisoned && fund === idOf("fund-village")) throw new Error("cannot place this fund");
      return [{ row: "all", column: "fen", sign: version === 1 ? 1 : -1 }];
    },
  });

async function open(version: number, poisoned = false): Promise<[Ledger, TallyRunner]> {
  scene ??= freshLedger();
  const folder = join(scene.dir, "trial");
  mkdirSync(folder, { recursive: true });
  const { ledger } = scene;
  return [
    ledger,
    openTally(gifts(version, poisoned), { dir: folder, log: ledger.store, books: ledger.books }),
  ];
}

describe("a tally", () => {
  it("stops at an entry it cannot place, names it, and keeps what is before", async () => {
    scene = freshLedger();
    await scene.ledger.record(SETTING);
    const [ledger, tally] = await open(1, true);
    ledger.onCommitted(tally.follow);
    await ledger.record([gift("a", "fund-town")]);
    await ledger.record([
      gift("b", "fund-town"),
      gift("c", "fund-village"),
      gift("d", "fund-town"),
    ]);
    const poison = SETTING.length + 3;
    expect(tally.status()).toMatchObject({
      lagEntries: 2,
      stopped: { entry: poison, error: "cannot place this fund" },
    });
    expect(() => tally.at({ entry: ledger.store.head() })).toThrow(ProjectionStopped);
    expect(tally.at({ entry: poison - 1 }).get("all", "fen")).toBe(200n);
    const [row] = ledger.report("grassroots-total", { filters: { definition: "received" } }).rows;
    expect(row?.["value"]).toBe("4.00");
    tally.close();
  });

  it("of a raised version folds the log anew by itself", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, gift("a", "fund-town")]);
    const [ledger, first] = await open(1);
    expect(first.at({ entry: ledger.store.head() }).get("all", "fen")).toBe(100n);
    first.close();
    const [, second] = await open(2);
    expect(second.at({ entry: ledger.store.head() }).get("all", "fen")).toBe(-100n);
    second.close();
  });

  it("counts each day once, also when it was closed before it had caught up", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, gift("a", "fund-town")]);
    const { ledger } = scene;
    const parts = { dir: scene.dir, log: ledger.store, books: ledger.books, isBehind: true };
    const folded = openTally(gifts(1, false), parts);
    folded.advance();
    folded.close();
    openTally(gifts(1, false), parts).close();
    const tally = openTally(gifts(1, false), parts);
    const point = { entry: ledger.store.head(), day: dayNumber("2026-03-01") };
    tally.advance();
    expect(tally.at(point).get("all", "fen")).toBe(100n);
    expect(await tally.rebuild()).toMatchObject({ identical: true });
    expect(tally.at(point).get("all", "fen")).toBe(100n);
    tally.close();
  });

  it("serves while it is rebuilt", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, gift("a", "fund-town")]);
    const [ledger, tally] = await open(1);
    const rebuilding = tally.rebuild();
    expect(tally.at({ entry: ledger.store.head() }).get("all", "fen")).toBe(100n);
    expect(await rebuilding).toMatchObject({ identical: true, entries: ledger.store.head() });
    tally.close();
  });
});
