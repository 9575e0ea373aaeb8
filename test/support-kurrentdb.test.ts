/**
 * The in-process KurrentDB against the real client: what the engine's tests stand on must itself be tested.
 * Appends and subscriptions take the client's JavaScript path, reads its native one. Traps of client 1.3.1 that
 * the engine has to work around are pinned too, so that an update which changes them shows.
 */
import {
  ANY,
  type AppendStreamState,
  BACKWARDS,
  END,
  eventTypeFilter,
  KurrentDBClient,
  NO_STREAM,
  type Position,
  START,
  STREAM_EXISTS,
  streamNameFilter,
  WrongExpectedVersionError,
} from "@kurrent/kurrentdb-client";
import { beforeAll, describe, expect, it } from "vitest";
import { collect, gift, outcome, start, streamsInAll } from "./support/kurrentdb/harness.ts";
import {
  type KurrentDbServer,
  startKurrentDbServer,
} from "./support/kurrentdb/kurrentdb-server.ts";

const donations = streamNameFilter({ prefixes: ["donation-"] });
const credentials = { username: "auditor", password: "unchecked" };

describe.each([
  ["BatchAppend", {}],
  ["Append, one call each", { credentials }],
])("an append through %s", (_name, options) => {
  it("is answered the same again when retried with the same ids and expectation", async () => {
    const { client } = await start();
    const [a, b, c] = [gift(1), gift(2), gift(3)];
    const first = await client.appendToStream("donation-1", [a, b], {
      ...options,
      streamState: NO_STREAM,
    });
    await client.appendToStream("donation-1", c, { ...options, streamState: 1n });
    const again = await client.appendToStream("donation-1", [a, b], {
      ...options,
      streamState: NO_STREAM,
    });
    expect(first.nextExpectedRevision).toBe(1n);
    expect(again).toEqual(first);
    const late = await client.appendToStream("donation-1", c, { ...options, streamState: 1n });
    expect(late.nextExpectedRevision).toBe(2n);
  });

  it("is refused when only some of its ids were written at those revisions", async () => {
    const { client } = await start();
    const known = gift(1);
    await client.appendToStream("donation-1", known, { ...options, streamState: NO_STREAM });
    const mixed = client.appendToStream("donation-1", [known, gift(2)], {
      ...options,
      streamState: NO_STREAM,
    });
    await expect(mixed).rejects.toMatchObject({ expectedState: NO_STREAM, actualState: 0n });
  });

  it.each<[string, number, AppendStreamState, bigint | string]>([
    ["no stream", 1, NO_STREAM, 0n],
    ["an older revision", 3, 0n, 2n],
    ["a later revision", 1, 5n, 0n],
    ["a revision of a new stream", 0, 0n, "no_stream"],
    ["an existing stream", 0, STREAM_EXISTS, "no_stream"],
  ])(
    "says what it expected (%s) and what is there",
    async (_case, events, streamState, actualState) => {
      const { client } = await start();
      for (let i = 0; i < events; i += 1) await client.appendToStream("fund-1", gift(i), options);
      const error = await client
        .appendToStream("fund-1", gift(9), { ...options, streamState })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({
        streamName: "fund-1",
        expectedState: streamState,
        actualState,
      });
    },
  );

  it("recognises a retry with 'any' only until the server restarts", async () => {
    const { client, server } = await start();
    const event = gift(1);
    const first = await client.appendToStream("fund-1", event, { ...options, streamState: ANY });
    expect(await client.appendToStream("fund-1", event, { ...options, streamState: ANY })).toEqual(
      first,
    );
    server.log.forgetRecentIds();
    const doubled = await client.appendToStream("fund-1", event, { ...options, streamState: ANY });
    expect(doubled.nextExpectedRevision).toBe(1n);
  });

  it("is refused above the size limit of its version", async () => {
    const old = await start({ version: "24.10" });
    const big = gift("x".repeat(600 * 1024));
    const call = old.client.appendToStream("fund-1", [big, gift("x".repeat(600 * 1024))], options);
    await expect(call).rejects.toMatchObject({ maxAppendSize: 1024 * 1024 });
    const current = await start({ version: "25.1" });
    await current.client.appendToStream("fund-1", [big, gift("x".repeat(600 * 1024))], options);
  });
});

describe("reading", () => {
  let server: KurrentDbServer;
  let client: KurrentDBClient;

  beforeAll(async () => {
    server = await startKurrentDbServer();
    client = KurrentDBClient.connectionString(server.connectionString);
    await client.appendToStream("donation-1", gift(1));
    await client.appendToStream("fund-1", [gift(2), gift(3), gift(4)]);
    await client.appendToStream("donation-2", gift(5));
    return async () => {
      await client.dispose();
      await server.close();
    };
  });

  it("gives a stream from a revision on, either way, with everything that was written", async () => {
    const [event] = await collect(client.readStream("fund-1", { fromRevision: 1n, maxCount: 1 }));
    expect(event?.event).toMatchObject({
      streamId: "fund-1",
      revision: 1n,
      type: "DonationReceived",
      data: { content: 3 },
      metadata: { by: "a" },
    });
    const backwards = await collect(
      client.readStream("fund-1", { direction: BACKWARDS, fromRevision: END, maxCount: 2 }),
    );
    expect(backwards.map((each) => each.event?.revision)).toEqual([2n, 1n]);
  });

  it("refuses a stream that does not exist", async () => {
    expect(await outcome(collect(client.readStream("donation-none")))).toBe("stream-not-found");
  });

  it("gives $all in the order of writing, system events among them, at growing positions with holes", async () => {
    const all = await collect(client.readAll({ maxCount: 100 }));
    const own = all.map((e) => e.event?.streamId).filter((name) => !name?.startsWith("$"));
    expect(own).toEqual(["donation-1", "fund-1", "fund-1", "fund-1", "donation-2"]);
    expect(all.length).toBeGreaterThan(own.length);
    const positions = all.map((e) => e.event?.position?.commit ?? -1n);
    expect(positions.every((each, i) => i === 0 || each > (positions[i - 1] ?? each) + 1n)).toBe(
      true,
    );
  });

  it("filters $all by stream prefix, stream pattern and event type", async () => {
    const expected = ["donation-1", "donation-2"];
    expect(await streamsInAll(client, { filter: donations })).toEqual(expected);
    const pattern = streamNameFilter({ regex: "^donation-\\d$" });
    expect(await streamsInAll(client, { filter: pattern })).toEqual(expected);
    const types = eventTypeFilter({ prefixes: ["Donation"] });
    expect((await streamsInAll(client, { filter: types })).length).toBe(5);
  });

  it("starts $all at a position: with it forwards, before it backwards", async () => {
    const [, second] = await collect(client.readAll({ maxCount: 10, filter: donations }));
    const fromPosition = second?.event?.position as Position;
    expect(await streamsInAll(client, { fromPosition, filter: donations })).toEqual(["donation-2"]);
    const before = { fromPosition, filter: donations, direction: BACKWARDS } as const;
    expect(await streamsInAll(client, before)).toEqual(["donation-1"]);
  });

  it("refuses a position that no record starts at", async () => {
    const fromPosition = { commit: 219n, prepare: 219n };
    expect(await outcome(streamsInAll(client, { fromPosition }))).toBe("unknown");
  });
});

describe("a subscription", () => {
  it("catches up, says so, goes on live, and resumes after the last handled event without loss", async () => {
    const { client, server } = await start();
    for (let i = 0; i < 120; i += 1) await client.appendToStream(`donation-${i}`, gift(i));
    const seen: string[] = [];
    let last: Position | undefined;
    const follow = (fromPosition: Position | typeof START) =>
      new Promise<string>((resolve) => {
        client
          .subscribeToAll({ fromPosition, filter: donations })
          .on("data", ({ event }) => {
            seen.push(event?.streamId ?? "");
            last = event?.position;
          })
          .on("caughtUp", () => seen.push("caught up"))
          .on("error", (error: Error & { type?: string }) => resolve(error.type ?? error.message));
      });
    const ended = follow(START);
    await expect.poll(() => seen.length).toBe(121);
    expect(seen.at(-1)).toBe("caught up");
    server.dropConnections();
    expect(await ended).toBe("unavailable");
    await client.appendToStream("donation-live-1", gift(1));
    void follow(last ?? START);
    await expect.poll(() => seen.length).toBe(123);
    await client.appendToStream("donation-live-2", gift(2));
    await expect.poll(() => seen.at(-1)).toBe("donation-live-2");
    expect(seen.slice(121)).toEqual(["donation-live-1", "caught up", "donation-live-2"]);
  });

  it("tells checkpoints over records its filter leaves out", async () => {
    const { client } = await start();
    for (let i = 0; i < 10; i += 1) await client.appendToStream("fund-1", gift(i));
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: ["donation-"],
      maxSearchWindow: 5,
      checkpointInterval: 1,
      checkpointReached: async (_subscription, position) => {
        checkpoints.push(position.commit);
      },
    });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    await new Promise((resolve) => subscription.on("caughtUp", resolve));
    const head = (await client.appendToStream("fund-1", gift(0))).position?.commit ?? 0n;
    expect(checkpoints.length).toBe(3);
    expect(checkpoints.every((each) => each < head)).toBe(true);
    await subscription.unsubscribe();
  });

  it("follows one stream from after a revision", async () => {
    const { client } = await start();
    await client.appendToStream("fund-1", [gift(1), gift(2)]);
    const revisions: (bigint | undefined)[] = [];
    client
      .subscribeToStream("fund-1", { fromRevision: 0n })
      .on("data", ({ event }) => revisions.push(event?.revision));
    await expect.poll(() => revisions).toEqual([1n]);
    await client.appendToStream("fund-1", gift(3));
    await expect.poll(() => revisions).toEqual([1n, 2n]);
  });
});

describe("deletion", () => {
  it("hides a stream at once, takes it out of $all when scavenged, and a retried gift writes it anew", async () => {
    const { server, client } = await start();
    const events = [gift(1), gift(2)];
    await client.appendToStream("donation-1", events, { streamState: NO_STREAM });
    await client.deleteStream("donation-1");
    expect(await outcome(collect(client.readStream("donation-1")))).toBe("stream-not-found");
    expect((await streamsInAll(client, { filter: donations })).length).toBe(2);
    server.log.scavenge();
    expect((await streamsInAll(client, { filter: donations })).length).toBe(1);
    server.log.forgetRecentIds();
    const retried = await client.appendToStream("donation-1", events, { streamState: NO_STREAM });
    expect(retried.nextExpectedRevision).toBe(3n);
    expect((await collect(client.readStream("donation-1"))).length).toBe(2);
  });

  it("of a tombstoned stream is final", async () => {
    const { server, client } = await start();
    await client.appendToStream("donation-1", gift(1));
    await client.tombstoneStream("donation-1");
    expect(await outcome(client.appendToStream("donation-1", gift(2)))).toBe("stream-deleted");
    expect(await outcome(collect(client.readStream("donation-1")))).toBe("stream-deleted");
    server.log.scavenge();
    const [left] = await collect(client.readAll({ maxCount: 10, filter: donations }));
    expect(left?.event?.type).toBe("$streamDeleted");
  });

  it("by truncation keeps the newest events readable", async () => {
    const { server, client } = await start();
    await client.appendToStream("fund-1", [gift(1), gift(2), gift(3)]);
    await client.setStreamMetadata("fund-1", { maxCount: 2 });
    const revisions = async () =>
      (await collect(client.readStream("fund-1"))).map(({ event }) => event?.revision);
    expect(await revisions()).toEqual([1n, 2n]);
    server.log.scavenge();
    expect(await revisions()).toEqual([1n, 2n]);
  });

  it("and expected-version conflicts of a delete name what is there", async () => {
    const { client } = await start();
    await client.appendToStream("fund-1", gift(1));
    const call = client.deleteStream("fund-1", { expectedRevision: 7n });
    await expect(call).rejects.toMatchObject({ expectedState: 7n, actualState: 0n });
  });
});
