// What the engine costs over the bare client, both sides in one run against the same in-process
// server. The server's own speed is not KurrentDB's: only the ratios say anything.

import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { KurrentDBClient, NO_STREAM, START, streamNameFilter } from "@kurrent/kurrentdb-client";
import { writeOfEvent } from "../../src/app/write-of-event.ts";
import { encodeEvent, type NewEvent } from "../../src/domain/event.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { Write } from "../../src/store/event-store.ts";
import { openKurrentDbStore } from "../../src/store/kurrentdb/kurrentdb-store.ts";
import { startKurrentDbServer } from "../../test/support/kurrentdb/kurrentdb-server.ts";
import { p50, type Row, timed } from "./row.ts";

const BATCH = 1_000;
const BATCHES = 8;
/** Both sides in turn, so that a busy machine slows both. */
const ROUNDS = 3;
const RECORDED_AT = "2026-06-01T00:00:00.000Z";

/** Gifts in batches, each in a stream of its own, and reading them all from the start. */
export async function clusterRows(dir: string): Promise<Row[]> {
  const samples = { bareAppend: [], append: [], bareRead: [], read: [] } as Record<
    string,
    number[]
  >;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, seconds] of Object.entries(await measure(dir))) samples[name]?.push(seconds);
  }
  const of = (name: string) => p50(samples[name] ?? []);
  const rate = (name: string) => (BATCH * BATCHES) / of(name);
  const aim = { atMost: 1.15 };
  return [
    { row: "cluster append, bare client reading back", value: rate("bareAppend"), unit: "gifts/s" },
    { row: "cluster append, engine", value: rate("append"), unit: "gifts/s" },
    {
      row: "cluster append, engine / bare",
      value: of("append") / of("bareAppend"),
      unit: "×",
      aim,
    },
    { row: "cluster read, bare client", value: rate("bareRead"), unit: "gifts/s" },
    { row: "cluster read, engine filling its mirror", value: rate("read"), unit: "gifts/s" },
    { row: "cluster read, engine / bare", value: of("read") / of("bareRead"), unit: "×", aim },
  ];
}

async function measure(dir: string): Promise<Record<string, number>> {
  const server = await startKurrentDbServer();
  const folder = () => mkdtempSync(join(dir, "mirror-"));
  const open = (name: string) =>
    openKurrentDbStore(folder(), `${server.connectionString}&ledger=${name}`, {
      now: Date.now,
      writeOf: writeOfEvent,
    });
  try {
    const bareAppend = await bareAppends(server.connectionString);
    const store = await open("engine");
    await store.append([...gifts(1)]);
    const { seconds: append } = await timed(async () => {
      for (let batch = 0; batch < BATCHES; batch++) await store.append([...gifts(BATCH)]);
    });
    await store.end();
    const bareRead = await bareReads(server.connectionString);
    const { seconds: read, result } = await timed(() => open("engine"));
    if (result.head() !== BATCH * BATCHES + 1) throw new Error("the mirror is not complete");
    await result.end();
    return { bareAppend, append, bareRead, read };
  } finally {
    await server.close();
  }
}

/** The same calls as the engine makes, and a subscription that reads them back. */
async function bareAppends(connectionString: string): Promise<number> {
  const client = KurrentDBClient.connectionString(connectionString);
  let seen = 0;
  let wake = () => {};
  const subscription = client
    .subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: ["bare."] }) })
    .on("data", () => {
      seen += 1;
      wake();
    });
  await appendAll(client, [...gifts(1)]);
  const { seconds } = await timed(async () => {
    for (let batch = 1; batch <= BATCHES; batch++) {
      await appendAll(client, [...gifts(BATCH)]);
      while (seen < batch * BATCH + 1) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  });
  await subscription.unsubscribe();
  await client.dispose();
  return seconds;
}

async function appendAll(client: KurrentDBClient, writes: readonly Write[]): Promise<void> {
  await Promise.all(
    writes.map(({ stream, event }) => {
      const data = Buffer.from(encodeEvent(event, 0, RECORDED_AT), "utf8");
      const { id, type } = event;
      const contentType = "application/octet-stream" as const;
      const record = { id, type, contentType, data, metadata: undefined };
      return client.appendToStream(`bare.${stream}`, record, { streamState: NO_STREAM });
    }),
  );
}

async function bareReads(connectionString: string): Promise<number> {
  const client = KurrentDBClient.connectionString(connectionString);
  const filter = streamNameFilter({ prefixes: ["engine."] });
  let seen = 0;
  const { seconds } = await timed(
    () =>
      new Promise<void>((resolve) => {
        client.subscribeToAll({ fromPosition: START, filter }).on("data", () => {
          seen += 1;
          if (seen === BATCH * BATCHES + 1) resolve();
        });
      }),
  );
  await client.dispose();
  return seconds;
}

function* gifts(count: number): Generator<Write> {
  for (let gift = 0; gift < count; gift++) {
    const id = eventIdOfKey(randomUUID());
    const stream = `donation-${id}`;
    const event: NewEvent = {
      type: "DonationReceived",
      version: 1,
      id,
      stream,
      actor: "bench",
      data: {
        fund: "6f1b2a8e-9a55-5c39-8d0e-3b0f5d6a7c41",
        amount: "10.00",
        currency: "CNY",
        receivedOn: "2026-06-01",
        channel: "online",
        publish: "anonymous",
        restriction: { kind: "none" },
        source: "charity",
        nature: "income",
        community: "320581102",
      },
    };
    const stored = { entry: 0, ...event, revision: 0, recordedAt: RECORDED_AT };
    yield writeOfEvent(stored, () => undefined);
  }
}
