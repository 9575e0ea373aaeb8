import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { fundBalance } from "../../projections/fund-balance.ts";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import { ask, commands, freshLedger, idOf, NOW, SETTING } from "./scene.ts";

let scene: ReturnType<typeof freshLedger>;
let readers: Ledger[] = [];
afterEach(() => {
  for (const reader of readers) reader.close();
  readers = [];
  scene.done();
});

function read(dir = scene.dir): Ledger {
  const reader = openLedger(dir, { now: () => NOW, mode: "read" });
  readers.push(reader);
  return reader;
}

/** Everything that two ledgers can be compared by. */
function answers(ledger: Ledger, entry: number): unknown {
  const points = [{ asOf: String(entry) }, { asOf: "2026-05-15" }, { asOf: String(entry - 20) }];
  return points.map((point) =>
    ["fund-balances", "community-totals", "grassroots-total", "counts"].map(
      (name) => ledger.report(name, point).rows,
    ),
  );
}

// SQLite makes an empty write-ahead log and its index for whoever opens a file.
function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.endsWith("-shm") && !name.endsWith("-wal"))
    .map((name) => `${name} ${statSync(join(dir, name)).mtimeMs}`)
    .sort();
}

describe("a reader beside a writer", () => {
  it("answers as the writer does, at once and after more was recorded", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, ...commands(7, 120)]);
    const reader = read();
    const before = reader.store.head();
    expect(answers(reader, before)).toEqual(answers(scene.ledger, before));
    await scene.ledger.record(commands(8, 120));
    expect(reader.store.head()).toBe(before);
    reader.refresh();
    const head = scene.ledger.store.head();
    expect(reader.store.head()).toBe(head);
    expect(answers(reader, head)).toEqual(answers(scene.ledger, head));
  });

  it("answers as of a day while the writer's calendar moves under it", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, ...commands(7, 80)]);
    const reader = read();
    const day = { asOf: "2026-05-15" };
    const first = reader.report("fund-balances", day).rows;
    const writer = scene.reopen();
    await writer.record(commands(9, 80));
    for (const runner of writer.runners) await runner.rebuild();
    expect(reader.report("fund-balances", day).rows).toEqual(first);
    reader.refresh();
    expect(reader.report("fund-balances", day).rows).toEqual(
      writer.report("fund-balances", day).rows,
    );
  });

  it("folds for itself what no file holds, and writes nothing", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, ...commands(3, 60)]);
    const writer = scene.reopen();
    const bare = join(scene.dir, "bare");
    mkdirSync(bare);
    copyFileSync(join(scene.dir, "ledger.db"), join(bare, "ledger.db"));
    const files = filesOf(bare);
    const reader = read(bare);
    expect(answers(reader, 40)).toEqual(answers(writer, 40));
    for (const runner of reader.runners) {
      expect(await runner.rebuild()).toMatchObject({ identical: true, swapped: false });
    }
    expect(filesOf(bare)).toEqual(files);
  });

  it("compares the writer's files with the log and sees a difference", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, ...commands(5, 60)]);
    scene.reopen();
    const file = new Database(
      join(scene.dir, "projections", `fund-balance.v${fundBalance.version}.db`),
    );
    file.exec("UPDATE period SET parts = zeroblob(16) WHERE kind = 0");
    file.close();
    const reader = read();
    const off: string[] = [];
    for (const runner of reader.runners) {
      const { projection, identical } = await runner.rebuild();
      if (!identical) off.push(projection);
    }
    expect(off).toEqual(["fund-balance"]);
  });

  it("answers both axes at once: a day, as it was known at an entry", async () => {
    scene = freshLedger();
    await scene.ledger.record([...SETTING, ...commands(11, 60)]);
    const known = scene.ledger.store.head();
    const asOf = "2026-05-15";
    const told = [...scene.ledger.report("fund-balances", { asOf }).rows];
    for (const seed of [12, 13]) {
      await scene.ledger.record(commands(seed, 60));
      for (const ledger of [scene.ledger, read()]) {
        const then = ledger.report("fund-balances", { asOf, knownAt: String(known) });
        expect(then.asOf).toMatchObject({ entry: known, businessDate: asOf });
        expect([...then.rows]).toEqual(told);
      }
    }
    expect([...scene.ledger.report("fund-balances", { asOf }).rows]).not.toEqual(told);
  });

  it("refuses to record, saying that it only reads", async () => {
    scene = freshLedger();
    await scene.ledger.record(SETTING);
    const [answer] = await read().record([ask("SuspendFund", "k", { fund: idOf("fund-town") })]);
    expect(answer).toMatchObject({ kind: "refused", refusal: { code: "READ_ONLY" } });
  });
});
