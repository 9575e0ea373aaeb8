// The embedded engine: the contract, and what only a file can do.

import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { EventStore } from "../../src/store/event-store.ts";
import type { Lines } from "../../src/store/lines.ts";
import { openLogReader } from "../../src/store/sqlite/log-reader.ts";
import { LEDGER_FILE } from "../../src/store/sqlite/open.ts";
import { LINES_PER_ROW, TOTALS_EVERY } from "../../src/store/sqlite/schema.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { describeEventStore, NOON } from "./contract.ts";
import { brief, FUND, move, write } from "./writes.ts";

const FILTER = "keys.filter";
const newFolder = () => mkdtempSync(join(tmpdir(), "almoner-store-"));
const now = () => NOON;

describeEventStore("sqlite", async (clock) => {
  const dir = newFolder();
  const options = { now: () => clock.nowMs };
  let store = openSqliteStore(dir, options);
  return {
    store,
    async reopen() {
      store.close();
      store = openSqliteStore(dir, options);
      return store;
    },
    async dispose() {
      store.close();
      rmSync(dir, { recursive: true });
    },
  };
});

describe("a log with a hole", () => {
  test("is never read as if the entries after it came sooner", async () => {
    const dir = newFolder();
    const store = openSqliteStore(dir, { now });
    await store.append(Array.from({ length: 9 }, (_, at) => write(`gift-${at}`)));
    store.close();
    const db = new Database(join(dir, LEDGER_FILE));
    db.exec("DELETE FROM entry WHERE entry = 4");
    db.close();
    const reader = openLogReader(dir);
    for (const read of [reader.read, reader.bytes]) {
      expect(read(1, 3)).toHaveLength(3);
      expect(read(5, 20)).toHaveLength(5);
      expect(read(10, 20)).toEqual([]);
      for (const [from, to] of [
        [1, 9],
        [4, 4],
        [3, 4],
        [4, 20],
      ] as const) {
        expect(() => read(from, to)).toThrow(
          expect.objectContaining({ code: "LOG_DAMAGED", entry: 4 }),
        );
      }
    }
    expect(reader.read(5, 6).map(({ entry }) => entry)).toEqual([5, 6]);
    reader.close();
    rmSync(dir, { recursive: true });
  });
});

describe("a ledger file", () => {
  let dir: string;
  let store: EventStore | undefined;

  beforeEach(() => {
    dir = newFolder();
  });
  afterEach(() => {
    store?.close();
    store = undefined;
    rmSync(dir, { recursive: true });
  });

  const open = () => {
    store = openSqliteStore(dir, { now });
    return store;
  };
  const close = () => {
    store?.close();
    store = undefined;
  };

  test("has one writer; a second one is told who holds it, and may come when it is gone", () => {
    open();
    expect(() => openSqliteStore(dir, { now })).toThrow(
      expect.objectContaining({
        code: "STORE_BUSY",
        message: expect.stringContaining(`${process.pid}`),
      }),
    );
    close();
    expect(open().head()).toBe(0);
  });

  test("is read while it is written, and readers see what is committed", async () => {
    const writer = open();
    await writer.append([write("a", { moves: [move(5n)] })]);
    const reader = openLogReader(dir);
    expect([reader.head(), reader.totals().get(0)]).toEqual([1, 5n]);
    await writer.append([write("b", { moves: [move(6n), move(1n, "fee")], links: [1] })]);
    expect([reader.head(), reader.totals().get(0), reader.seriesCount()]).toEqual([2, 11n, 2]);
    expect(reader.read(1, 2)).toEqual(writer.read(1, 2));
    expect([reader.find(eventIdOfKey("b")), reader.find(eventIdOfKey("c"))]).toEqual([
      2,
      undefined,
    ]);
    expect(reader.linksTo(1)).toEqual([2]);
    reader.close();
  });

  test("is opened by any SQLite tool, with views for people", async () => {
    const moves = [move(5n), move(-3n, "refunded")];
    await open().append([write("a", { day: 20_000, moves }), write("b"), write("c", { moves })]);
    const db = new Database(join(dir, LEDGER_FILE), { readonly: true });
    expect(db.prepare("SELECT entry, type, actor FROM entries").all()).toEqual([
      { entry: 1, type: "DonationReceived", actor: "accountant-1" },
      { entry: 2, type: "DonationReceived", actor: "accountant-1" },
      { entry: 3, type: "DonationReceived", actor: "accountant-1" },
    ]);
    const movements = db.prepare("SELECT entry, measure, fund, minor_units FROM movements");
    expect(movements.all()).toEqual([
      { entry: 1, measure: "received", fund: FUND, minor_units: 5 },
      { entry: 1, measure: "refunded", fund: FUND, minor_units: -3 },
      { entry: 3, measure: "received", fund: FUND, minor_units: 5 },
      { entry: 3, measure: "refunded", fund: FUND, minor_units: -3 },
    ]);
    const day = db.prepare("SELECT day FROM movements LIMIT 1").pluck().get();
    expect(day).toBe("2024-10-04");
    db.close();
  });

  test("is durable: a copy of the files after an answer holds the answer", async () => {
    await open().append([write("a")]);
    const copy = join(dir, "copy");
    mkdirSync(copy);
    for (const name of [LEDGER_FILE, `${LEDGER_FILE}-wal`]) {
      copyFileSync(join(dir, name), join(copy, name));
    }
    const reader = openLogReader(copy);
    expect(reader.head()).toBe(1);
    reader.close();
  });

  describe("is refused when", () => {
    test("there is none to read", () => {
      expect(() => openLogReader(dir)).toThrow("almoner init");
    });
    test("it is another database", () => {
      const db = new Database(join(dir, LEDGER_FILE));
      db.exec("CREATE TABLE t (x); PRAGMA user_version = 1");
      db.close();
      expect(open).toThrow("not an Almoner ledger");
      expect(() => openLogReader(dir)).toThrow("not an Almoner ledger");
    });
    test("another program's database has no version either, and it is left as it was", () => {
      const path = join(dir, LEDGER_FILE);
      const db = new Database(path);
      db.exec("CREATE TABLE t (x); PRAGMA application_id = 1");
      db.close();
      expect(open).toThrow("not an Almoner ledger");
      const after = new Database(path, { readonly: true });
      expect(after.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["t"]);
      after.close();
    });
    test("it is no database at all", () => {
      writeFileSync(join(dir, LEDGER_FILE), "日期,金额\n".repeat(500));
      expect(open).toThrow("not a database");
    });
    test("its format is of a later version", () => {
      open();
      close();
      const db = new Database(join(dir, LEDGER_FILE));
      db.pragma("user_version = 3");
      db.close();
      expect(open).toThrow("version 3");
    });
    test("and once refused it can be opened by another", () => {
      writeFileSync(join(dir, LEDGER_FILE), "no database".repeat(500));
      expect(open).toThrow("not a database");
      rmSync(join(dir, LEDGER_FILE));
      expect(open().head()).toBe(0);
    });
  });

  describe("finds duplicates though its filter is", () => {
    const KEYS = ["a", "b", "c"];
    const again = async () =>
      brief(await open().append([...KEYS.map((key) => write(key)), write("new")]));
    const expected = [
      ["duplicate", 1],
      ["duplicate", 2],
      ["duplicate", 3],
      ["appended", 4],
    ];
    const filter = () => join(dir, FILTER);

    beforeEach(async () => {
      await open().append(KEYS.map((key) => write(key)));
      close();
      expect(existsSync(filter())).toBe(true);
    });

    test("kept", async () => {
      expect(await again()).toEqual(expected);
    });
    test("missing", async () => {
      rmSync(filter());
      expect(await again()).toEqual(expected);
    });
    test.each([0, 31, 32, 40, 1000])("damaged at byte %d", async (at) => {
      const bytes = readFileSync(filter());
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(filter(), bytes);
      expect(await again()).toEqual(expected);
    });
    test.each([0, 20, 32, 47])("cut off after %d bytes", async (size) => {
      writeFileSync(filter(), readFileSync(filter()).subarray(0, size));
      expect(await again()).toEqual(expected);
    });
    test("that cannot be kept, which keeps nothing from being closed", async () => {
      rmSync(filter());
      mkdirSync(`${filter()}.new`);
      expect(await again()).toEqual(expected);
      close();
      expect(existsSync(filter())).toBe(false);
      expect(existsSync(`${filter()}.new`)).toBe(false);
    });
    test("made for other slices", async () => {
      const rest = readFileSync(filter()).subarray(32);
      rest.fill(0, 24);
      rest.writeDoubleLE(2 ** 18, 16);
      writeFileSync(filter(), Buffer.concat([createHash("sha256").update(rest).digest(), rest]));
      expect(await again()).toEqual(expected);
    });
    test("that of a longer or another log", async () => {
      const other = newFolder();
      const stranger = openSqliteStore(other, { now });
      await stranger.append(["x", "y", "z"].map((key) => write(key)));
      stranger.close();
      copyFileSync(join(other, FILTER), filter());
      expect(await again()).toEqual(expected);
      rmSync(other, { recursive: true });
    });
    test("older than the log", async () => {
      const bytes = readFileSync(filter());
      await open().append([write("later")]);
      close();
      writeFileSync(filter(), bytes);
      expect(brief(await open().append([write("a"), write("later")]))).toEqual([
        ["duplicate", 1],
        ["duplicate", 4],
      ]);
    });
  });

  test("keeps its sums exact across the totals it stores on the way", async () => {
    const size = 1n << 50n;
    const count = TOTALS_EVERY + 10;
    const writer = open();
    const writes = Array.from({ length: count }, (_, at) =>
      write(`${at}`, { moves: [move(size)] }),
    );
    await writer.append(writes.slice(0, TOTALS_EVERY));
    await writer.append(writes.slice(TOTALS_EVERY));
    expect(writer.totals().get(0)).toBe(size * BigInt(count));
    close();
    expect(open().totals().get(0)).toBe(size * BigInt(count));
    const reader = openLogReader(dir);
    expect(reader.totals().get(0)).toBe(size * BigInt(count));
    reader.close();
  });

  test("gives the lines of any entries, however many stand in one row", async () => {
    const writer = open();
    let last: Lines | undefined;
    writer.subscribe(({ lines }) => {
      last = lines;
    });
    const movesOf = (count: number) => Array.from({ length: count }, (_, at) => move(BigInt(at)));
    const counts = [3, 0, 400, 400, LINES_PER_ROW - 806, 5, 0, 1, 400, 400, 300, 2, 0];
    await writer.append(counts.map((count, at) => write(`${at}`, { moves: movesOf(count) })));
    const told = last;
    const entries = counts.flatMap((count, at) => Array<number>(count).fill(at + 1));
    expect([...(told?.entry ?? [])]).toEqual(entries);
    for (let from = 1; from <= counts.length; from++) {
      for (let to = from; to <= counts.length; to++) {
        const start = entries.findIndex((entry) => entry >= from);
        const stop = entries.findLastIndex((entry) => entry <= to) + 1;
        const { entry, amount } = writer.lines(from, to);
        expect([...entry]).toEqual(start < 0 ? [] : entries.slice(start, stop));
        expect([...amount]).toEqual(start < 0 ? [] : [...(told?.amount.slice(start, stop) ?? [])]);
      }
    }
  });

  test("a write that fails leaves nothing behind, and the store goes on", async () => {
    const writer = open();
    await writer.append([write("a", { moves: [move(5n)] })]);
    const batch = [write("b", { moves: [move(7n)] }), write("c", { links: [0.5] })];
    await expect(writer.append(batch)).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect([writer.head(), writer.totals().get(0)]).toEqual([1, 5n]);
    expect(brief(await writer.append([write("a"), write("b", { moves: [move(7n)] })]))).toEqual([
      ["duplicate", 1],
      ["appended", 2],
    ]);
    expect(writer.totals().get(0)).toBe(12n);
  });
});
