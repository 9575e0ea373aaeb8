// What every engine promises. An engine's own test file calls this with a way to open an empty
// ledger, and to open the same one again.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { Committed, EventStore, Write } from "../../src/store/event-store.ts";
import { brief, FUND, move, write } from "./writes.ts";

/** An empty ledger of the engine under test. */
export type OpenedStore = {
  readonly store: EventStore;
  /** Closes the store and opens the same ledger again. */
  reopen(): Promise<EventStore>;
  /** Closes what is open and removes the ledger. */
  dispose(): Promise<void>;
};

/** The hands of the clock that stores in these tests read. */
export type Clock = { nowMs: number };

export const NOON = Date.parse("2026-06-30T04:00:00.000Z");
/** Runs the contract on an engine. */
export function describeEventStore(
  name: string,
  open: (clock: Clock) => Promise<OpenedStore>,
): void {
  describe(`${name} keeps the contract of an event store:`, () => {
    const clock: Clock = { nowMs: NOON };
    let opened: OpenedStore;
    let store: EventStore;

    beforeEach(async () => {
      clock.nowMs = NOON;
      opened = await open(clock);
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    const reopen = async () => {
      store = await opened.reopen();
    };
    const append = async (...writes: Write[]) => brief(await store.append(writes));

    describe("appending", () => {
      test("an empty log has head 0 and nothing to read", () => {
        expect([store.head(), store.read(1, 10), store.bytes(1, 10)]).toEqual([0, [], []]);
        expect([store.revision("fund-x"), store.find(FUND), store.seriesCount()]).toEqual([
          "none",
          undefined,
          0,
        ]);
      });

      test("numbers entries from 1 without gaps, in the order of the writes", async () => {
        expect(await append(write("a"), write("b"))).toEqual([
          ["appended", 1],
          ["appended", 2],
        ]);
        expect(await append(write("c"))).toEqual([["appended", 3]]);
        await reopen();
        expect(await append(write("d"))).toEqual([["appended", 4]]);
        expect(store.head()).toBe(4);
        expect(store.read(1, 4).map(({ entry, data }) => [entry, data])).toEqual(
          ["a", "b", "c", "d"].map((key, index) => [index + 1, { key }]),
        );
      });

      test("an empty batch writes nothing", async () => {
        expect(await append()).toEqual([]);
        expect(store.head()).toBe(0);
      });

      test("answers each write on its own terms, and what fails takes no number", async () => {
        await append(write("a", { stream: "fund-x" }));
        const batch = [
          write("b", { stream: "fund-x", expected: "none" }),
          write("a", { stream: "fund-x", expected: 7 }),
          write("g", { stream: "fund-z", expected: 1 }),
          write("c", { stream: "fund-x", expected: 0 }),
          write("d", { stream: "fund-x", expected: 0 }),
          write("e", { stream: "fund-y", expected: 3 }),
          write("f", { stream: "fund-x", expected: 1 }),
        ];
        expect(await append(...batch)).toEqual([
          ["conflict", 0],
          ["duplicate", 1],
          ["conflict", "none"],
          ["appended", 2],
          ["conflict", 1],
          ["conflict", "none"],
          ["appended", 3],
        ]);
        expect(store.head()).toBe(3);
      });

      test("knows the revision of every kind of stream, also after reopening", async () => {
        const id = eventIdOfKey("opened");
        await append(
          write("opened", { stream: `fund-${id}` }),
          write("plain", { stream: "host-x" }),
        );
        const revisions = () => [`fund-${id}`, "host-x", `other-${id}`].map(store.revision);
        expect(revisions()).toEqual([0, 0, "none"]);
        await append(write("next", { stream: `fund-${id}`, expected: 0 }));
        expect(revisions()).toEqual([1, 0, "none"]);
        await reopen();
        expect([`fund-${id}`, "host-x", `other-${id}`].map(store.revision)).toEqual([1, 0, "none"]);
        expect(await append(write("late", { stream: `fund-${id}`, expected: 0 }))).toEqual([
          ["conflict", 1],
        ]);
      });

      test("opens a stream and goes on with it in one batch", async () => {
        const id = eventIdOfKey("opened");
        const stream = `fund-${id}`;
        // Who decides asks first, and is told the same again only until it is there.
        expect([store.find(id), store.revision(stream)]).toEqual([undefined, "none"]);
        const next = write("next", { stream, expected: 0 });
        expect(await append(write("opened", { stream }), next)).toEqual([
          ["appended", 1],
          ["appended", 2],
        ]);
        expect(store.readStream(stream, 0, 9).map(({ revision }) => revision)).toEqual([0, 1]);
        expect([store.find(id), store.revision(stream)]).toEqual([1, 1]);
      });
    });

    describe("an event id is on the log once:", () => {
      test("within a batch", async () => {
        expect(await append(write("a"), write("a"))).toEqual([
          ["appended", 1],
          ["duplicate", 1],
        ]);
      });
      test("in a later batch, whatever else the write says", async () => {
        await append(write("a", { moves: [move(5n)] }));
        expect(await append(write("a", { stream: "fund-x", moves: [move(9n)] }))).toEqual([
          ["duplicate", 1],
        ]);
        expect(store.totals().get(0)).toBe(5n);
      });
      test("after reopening", async () => {
        await append(write("a"), write("b"));
        await reopen();
        expect(await append(write("b"), write("c"))).toEqual([
          ["duplicate", 2],
          ["appended", 3],
        ]);
      });
    });

    describe("reading", () => {
      test("gives events as they were appended, with number, revision and time", async () => {
        const [outcome] = await store.append([write("a")]);
        const { event } = write("a");
        const stored = { entry: 1, ...event, revision: 0, recordedAt: "2026-06-30T04:00:00.000Z" };
        expect(outcome).toEqual({ kind: "appended", event: stored });
        expect(store.read(1, 1)).toEqual([stored]);
      });

      test("clips a range to the log", async () => {
        await append(write("a"), write("b"), write("c"));
        const entries = (from: number, to: number) =>
          store.read(from, to).map(({ entry }) => entry);
        expect([entries(0, 2), entries(2, 9), entries(4, 9), entries(3, 2)]).toEqual([
          [1, 2],
          [2, 3],
          [],
          [],
        ]);
      });

      test("gives the same bytes for ever", async () => {
        await append(write("a", { data: { name: "善账", amount: "0.10" } }));
        const before = store.bytes(1, 1);
        expect(JSON.parse(before[0] ?? "")).toMatchObject({ data: { name: "善账" }, revision: 0 });
        await reopen();
        expect(store.bytes(1, 1)).toEqual(before);
      });

      test("reads a stream from a revision on, at most so many", async () => {
        const stream = `fund-${eventIdOfKey("opened")}`;
        await append(write("opened", { stream }));
        expect(store.readStream(stream, 0, 9).map(({ entry }) => entry)).toEqual([1]);
        await append(
          write("gift"),
          write("x", { stream, expected: 0 }),
          write("y", { stream, expected: 1 }),
        );
        const entries = (from: number, limit: number) =>
          store.readStream(stream, from, limit).map(({ entry }) => entry);
        expect([entries(0, 9), entries(1, 9), entries(0, 2), entries(2, 1), entries(3, 9)]).toEqual(
          [[1, 3, 4], [3, 4], [1, 3], [4], []],
        );
        const gift = `donation-${eventIdOfKey("gift")}`;
        expect(store.readStream(gift, 0, 9).map(({ entry }) => entry)).toEqual([2]);
        expect(store.readStream(gift, 1, 9)).toEqual([]);
        expect(store.readStream("fund-unknown", 0, 9)).toEqual([]);
      });

      test("finds an entry by its event's id", async () => {
        await append(write("a"), write("b"));
        await reopen();
        expect(["a", "b", "c"].map((key) => store.find(eventIdOfKey(key)))).toEqual([
          1,
          2,
          undefined,
        ]);
        expect(store.find(eventIdOfKey("a"), 2)).toBe(1);
        expect(store.find(eventIdOfKey("c"), 2)).toBeUndefined();
      });

      test("lists the entries that refer to one, each once and in order", async () => {
        await append(write("a"), write("b", { links: [1] }), write("c", { links: [2, 1, 1] }));
        await reopen();
        expect([1, 2, 3].map(store.linksTo)).toEqual([[2, 3], [3], []]);
      });

      test("lists the entries of a type after one, at most so many", async () => {
        const opened = { type: "FundOpened" };
        await append(write("a"), write("b", opened), write("c"), write("d", opened));
        expect(store.entriesOfType("FundOpened", 0, 9)).toEqual([2, 4]);
        expect(store.entriesOfType("FundOpened", 2, 9)).toEqual([4]);
        expect(store.entriesOfType("FundOpened", 0, 1)).toEqual([2]);
        expect(store.entriesOfType("DonationReceived", 1, 9)).toEqual([3]);
        expect(store.entriesOfType("FeeCharged", 0, 9)).toEqual([]);
      });
    });

    describe("time", () => {
      test("finds the last entry recorded by an instant", async () => {
        for (const seconds of [0, 10, 10, 20]) {
          clock.nowMs = NOON + seconds * 1000;
          await append(write(`${seconds} ${store.head()}`));
        }
        const at = [-1, 0, 9_999, 10_000, 19_999, 20_000, 99_999];
        expect(at.map((ms) => store.entryAtInstant(NOON + ms))).toEqual([0, 1, 1, 3, 3, 4, 4]);
      });

      test("a clock that goes back takes no recorded time back, also after reopening", async () => {
        await append(write("a"));
        clock.nowMs = NOON - 3_600_000;
        await append(write("b"));
        await reopen();
        await append(write("c"));
        const times = store.read(1, 3).map(({ recordedAt }) => recordedAt);
        expect(times).toEqual(Array(3).fill("2026-06-30T04:00:00.000Z"));
      });
    });

    describe("moves", () => {
      test("stand beside their entries as lines, in series numbered by first use", async () => {
        await append(
          write("a", { day: 20_500, moves: [move(100n), move(-30n, "refunded")] }),
          write("b", { day: -3, moves: [move(7n)] }),
        );
        expect(store.lines(1, 2)).toEqual({
          length: 3,
          entry: Float64Array.of(1, 1, 2),
          series: Int32Array.of(0, 1, 0),
          day: Int32Array.of(20_500, 20_500, -3),
          amount: Float64Array.of(100, -30, 7),
        });
        expect([...store.lines(2, 9).amount]).toEqual([7]);
        expect([store.lines(3, 9).length, store.lines(2, 1).length]).toEqual([0, 0]);
        const { amount: _amount, ...series } = move(0n);
        expect([store.seriesCount(), store.seriesAt(0)]).toEqual([2, series]);
        expect([0, 1].map(store.totals().get)).toEqual([107n, -30n]);
      });

      test("are summed exactly beyond 2^53, also after reopening", async () => {
        const amounts = [9007199254740993n, 2n ** 53n + 1n, -1n, 999_999_999_999_999_999n];
        await append(...amounts.map((amount, at) => write(`${at}`, { moves: [move(amount)] })));
        const exact = amounts.reduce((sum, amount) => sum + amount, 0n);
        expect(store.totals().get(0)).toBe(exact);
        const lines = store.lines(1, 4);
        expect(lines.amount.every(Number.isSafeInteger)).toBe(true);
        expect([...lines.amount].reduce((sum, amount) => sum + BigInt(amount), 0n)).toBe(exact);
        await reopen();
        expect(store.totals().get(0)).toBe(exact);
        expect(store.lines(1, 4)).toEqual(lines);
      });
    });

    describe("subscribers", () => {
      test("hear of every batch in order, with what was appended and nothing else", async () => {
        const heard: Committed[] = [];
        store.subscribe((committed) => heard.push(committed));
        await append(write("a", { moves: [move(5n)] }), write("a"), write("b"));
        await append(write("b"));
        await append(write("c", { moves: [move(6n)] }));
        // A shared log may tell of one batch in several, since it hears of entries one by one.
        expect(heard.flatMap(({ events }) => events.map(({ entry }) => entry))).toEqual([1, 2, 3]);
        expect(heard.flatMap(({ lines }) => [...lines.amount])).toEqual([5, 6]);
        expect(heard.every(({ events }) => events.length > 0)).toBe(true);
        expect(heard.flatMap(({ events }) => events)).toEqual(store.read(1, 3));
      });

      test("hear nothing once they have stopped", async () => {
        const heard: Committed[] = [];
        const stop = store.subscribe((committed) => heard.push(committed));
        stop();
        await append(write("a"));
        expect(heard).toEqual([]);
      });
    });
  });
}
