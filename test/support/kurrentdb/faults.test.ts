/**
 * Faults, clusters and versions as the real client meets them. Each fault is asserted by the error the
 * client reports, and an append with an unknown outcome by what a retry then answers.
 */
import {
  AppendConsistencyViolationError,
  KurrentDBClient,
  NO_STREAM,
  START,
  streamNameFilter,
} from "@kurrent/kurrentdb-client";
import { beforeAll, describe, expect, it } from "vitest";
import type { FaultKind } from "./faults.ts";
import {
  collect,
  DEADLINE_MS,
  gift,
  outcome,
  type Started,
  start,
  streamsInAll,
} from "./harness.ts";
import { type KurrentDbServer, startKurrentDbServer } from "./kurrentdb-server.ts";

const donations = streamNameFilter({ prefixes: ["donation-"] });
const credentials = { username: "auditor", password: "unchecked" };

/** What the client reports per fault: BatchAppend, Append, AppendRecords, native reads. */
const REPORTS: Record<FaultKind, readonly [string, string, string, string]> = {
  // BatchAppend and reads have no deadline on the client: they wait for ever.
  hang: ["pending", "deadline-exceeded", "deadline-exceeded", "pending"],
  disconnect: ["unavailable", "unavailable", "unavailable", "unavailable"],
  unavailable: ["unavailable", "unavailable", "unavailable", "unavailable"],
  "server-timeout": ["deadline-exceeded", "unknown", "unknown", "unknown"],
  "access-denied": ["access-denied", "access-denied", "unknown", "access-denied"],
  // Over the version 2 service the client neither knows the error nor moves to the leader.
  "not-leader": ["not-leader", "not-leader", "unknown", "not-leader"],
  "not-ready": ["unknown", "unavailable", "unavailable", "unavailable"],
};
const KINDS = Object.keys(REPORTS) as FaultKind[];

describe.each(KINDS)("the fault %s", (kind) => {
  const [batch, unary, records] = REPORTS[kind];

  it.each([
    [batch, "BatchAppend", {}],
    [unary, "Append", { credentials }],
  ])("is reported as %s by %s, and a retry after it is exact", async (report, _path, options) => {
    const { server, client } = await start({}, DEADLINE_MS);
    for (const committed of [false, true]) {
      const stream = `donation-${committed}`;
      const event = gift(1);
      const append = () =>
        client.appendToStream(stream, event, { ...options, streamState: NO_STREAM });
      server.faults.inject({ on: "append", kind, committed, times: 1 });
      expect(await outcome(append())).toBe(report);
      expect(server.log.readable(stream) !== undefined).toBe(committed);
      expect((await append()).nextExpectedRevision).toBe(0n);
    }
  });

  it(`is reported as ${records} by AppendRecords`, async () => {
    const { server, client } = await start({}, DEADLINE_MS);
    server.faults.inject({ on: "append-records", kind, committed: true, times: 1 });
    const record = { streamName: "donation-1", record: gift(1) };
    expect(await outcome(client.appendRecords([record]))).toBe(records);
    const again = await client.appendRecords(
      [record],
      [{ type: "stream_state", streamName: "donation-1", expectedState: NO_STREAM }],
    );
    expect(again.responses).toEqual([{ streamName: "donation-1", revision: 0n }]);
  });
});

describe("a read that a fault breaks off in the middle", () => {
  let server: KurrentDbServer;
  let client: KurrentDBClient;

  beforeAll(async () => {
    server = await startKurrentDbServer();
    client = KurrentDBClient.connectionString(server.connectionString);
    await client.appendToStream("fund-1", [gift(1), gift(2), gift(3)]);
    return async () => {
      await client.dispose();
      await server.close();
    };
  });

  it.each(KINDS.map((kind) => [kind, REPORTS[kind][3]] as const))(
    "by %s is reported as %s",
    async (kind, report) => {
      const read = () => collect(client.readStream("fund-1", { maxCount: 10 }));
      server.faults.inject({ on: "read", kind, afterEvents: 2, times: 1 });
      expect(await outcome(read())).toBe(report);
      expect((await read()).length).toBe(3);
    },
  );
});

describe("faults", () => {
  it("end a subscription with a typed error after the events that came before", async () => {
    const { server, client } = await start({}, DEADLINE_MS);
    await client.appendToStream("donation-1", [gift(1), gift(2), gift(3)]);
    server.faults.inject({ on: "subscribe", kind: "disconnect", afterEvents: 2, times: 1 });
    let events = 0;
    const ended = new Promise((resolve) => {
      client
        .subscribeToAll({ fromPosition: START, filter: donations })
        .on("data", () => {
          events += 1;
        })
        .on("error", (error: Error & { type?: string }) => resolve(error.type));
    });
    expect(await ended).toBe("unavailable");
    expect(events).toBeLessThanOrEqual(2);
  });

  it("delay every call by the latency until cleared", async () => {
    const { server, client } = await start({}, DEADLINE_MS);
    await client.appendToStream("fund-1", gift(1));
    server.faults.latencyMs = 60;
    const startedMs = performance.now();
    await client.appendToStream("fund-1", gift(2));
    expect(performance.now() - startedMs).toBeGreaterThan(55);
  });

  it("hit only the streams, nodes and number of calls they name", async () => {
    const { server, client } = await start({}, DEADLINE_MS);
    const lift = server.faults.inject({
      on: "append",
      kind: "access-denied",
      streamPrefix: "fund-",
    });
    expect(await outcome(client.appendToStream("donation-1", gift(1)))).toBe("resolved");
    expect(await outcome(client.appendToStream("fund-1", gift(1)))).toBe("access-denied");
    lift();
    expect(await outcome(client.appendToStream("fund-1", gift(1)))).toBe("resolved");
    server.faults.inject({ on: "append", kind: "access-denied", node: 1 });
    expect(await outcome(client.appendToStream("fund-1", gift(1)))).toBe("resolved");
  });

  it("of one append in flight fail every append on that connection", async () => {
    const { server, client } = await start({}, DEADLINE_MS);
    await client.appendToStream("fund-0", gift(0));
    server.faults.inject({ on: "append", kind: "disconnect", streamPrefix: "fund-1", times: 1 });
    server.faults.inject({ on: "append", kind: "hang", streamPrefix: "fund-2", times: 1 });
    const appends = ["fund-2", "fund-1"].map((stream) =>
      outcome(client.appendToStream(stream, gift(1))),
    );
    expect(await Promise.all(appends)).toEqual(["unavailable", "unavailable"]);
  });
});

describe("client 1.3.1", () => {
  it("never appends again after its feature detection failed with anything but 'unavailable'", async () => {
    const { server, client, connect } = await start({}, DEADLINE_MS);
    server.faults.inject({ on: "features", kind: "access-denied", times: 1 });
    expect(await outcome(client.appendToStream("fund-1", gift(1)))).toMatch(/^untyped: /);
    expect(await outcome(client.appendToStream("fund-1", gift(1)))).toMatch(/^untyped: /);
    expect(await outcome(connect().appendToStream("fund-1", gift(1)))).toBe("resolved");
  });

  it("never appends again after no node of its cluster answered", async () => {
    const { server, client, connect } = await start({ nodes: 3 }, DEADLINE_MS);
    for (const node of [0, 1, 2]) await server.stopNode(node);
    const failed = await client.appendToStream("fund-1", gift(1)).catch((error: Error) => error);
    expect(String(failed)).toContain("Failed to discover");
    for (const node of [0, 1, 2]) await server.startNode(node);
    expect(await outcome(client.appendToStream("fund-1", gift(1)))).toMatch(/^untyped: /);
    expect(await outcome(connect().appendToStream("fund-1", gift(1)))).toBe("resolved");
  });

  it("never reads again after its first native connection was refused", async () => {
    const { server, client, connect } = await start({}, DEADLINE_MS);
    await server.stopNode(0);
    expect(await outcome(streamsInAll(client))).toBe("unavailable");
    await server.startNode(0);
    expect(await outcome(streamsInAll(client))).toBe("unavailable");
    expect(await outcome(streamsInAll(connect()))).toBe("resolved");
  });
});

describe("a cluster", () => {
  const append = ({ client }: Started, options = {}) =>
    outcome(client.appendToStream("fund-1", gift(1), options));

  it("is found through gossip, and followers forward what does not insist on the leader", async () => {
    const started = await start({ nodes: 3 }, DEADLINE_MS);
    expect(await append(started)).toBe("resolved");
    started.server.elect(1);
    expect(await append(started)).toBe("resolved");
  });

  it("names its new leader to a caller that insists on it, who then finds it", async () => {
    const started = await start({ nodes: 3 }, DEADLINE_MS);
    expect(await append(started, { requiresLeader: true })).toBe("resolved");
    started.server.elect(2);
    expect(await append(started, { requiresLeader: true })).toBe("not-leader");
    expect(await append(started, { requiresLeader: true })).toBe("resolved");
  });

  it("serves nothing while it elects, and native reads follow to the new leader", async () => {
    const started = await start({ nodes: 3 }, DEADLINE_MS);
    expect(await append(started)).toBe("resolved");
    expect(await outcome(streamsInAll(started.client))).toBe("resolved");
    started.server.elect(undefined);
    expect(await append(started)).toBe("unknown");
    started.server.elect(1);
    expect(await outcome(streamsInAll(started.client))).toBe("not-leader");
    expect(await outcome(streamsInAll(started.client))).toBe("resolved");
  });

  it("goes on when its leader is gone and another is elected", async () => {
    const started = await start({ nodes: 3 }, DEADLINE_MS);
    expect(await append(started)).toBe("resolved");
    await started.server.stopNode(0);
    started.server.elect(1);
    await expect.poll(() => append(started)).toBe("resolved");
    expect(started.server.log.readable("fund-1")?.last).toBe(1);
  });
});

describe("an append to several streams", () => {
  it("exists from 25.1 on, with checks from 26.0 on", async () => {
    const support = async (version: "24.10" | "25.1" | "26.0") => {
      const { client } = await start({ version });
      const events = [gift(1)];
      return [
        await outcome(
          client.multiStreamAppend([{ streamName: "a-1", events, expectedState: NO_STREAM }]),
        ),
        await outcome(client.appendRecords([{ streamName: "b-1", record: gift(1) }])),
      ];
    };
    expect(await support("24.10")).toEqual(["unsupported", "unsupported"]);
    expect(await support("25.1")).toEqual(["resolved", "unsupported"]);
    expect(await support("26.0")).toEqual(["resolved", "resolved"]);
  });

  it("writes all or nothing, and names every check that failed", async () => {
    const { server, client } = await start({}, DEADLINE_MS);
    await client.appendToStream("fund-1", [gift(1), gift(2)]);
    const records = [{ streamName: "donation-1", record: gift(3) }];
    const refused = await client
      .appendRecords(records, [
        { type: "stream_state", streamName: "fund-1", expectedState: 0n },
        { type: "stream_state", streamName: "donation-1", expectedState: NO_STREAM },
      ])
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppendConsistencyViolationError);
    expect(refused).toMatchObject({
      violations: [{ checkIndex: 0, streamName: "fund-1", expectedState: 0n, actualState: 1n }],
    });
    expect(server.log.readable("donation-1")).toBeUndefined();
    const session = client.multiStreamAppend([
      { streamName: "donation-1", events: [gift(3)], expectedState: NO_STREAM },
      { streamName: "fund-1", events: [gift(4)], expectedState: 0n },
    ]);
    await expect(session).rejects.toMatchObject({ streamName: "fund-1", actualState: 1n });
    expect(server.log.readable("donation-1")).toBeUndefined();
  });

  it("is answered the same again when repeated", async () => {
    const { client } = await start({}, DEADLINE_MS);
    const requests = ["donation-1", "donation-2"].map((streamName) => ({
      streamName,
      events: [gift(1)],
      expectedState: NO_STREAM as typeof NO_STREAM,
    }));
    const first = await client.multiStreamAppend(requests);
    expect(await client.multiStreamAppend(requests)).toEqual(first);
  });
});
