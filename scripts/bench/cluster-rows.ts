// What the engine costs over the bare client: CPU of this process, both sides by turns in one run
// against one server, which is a process of its own. The server is the tests' one: its speed is not
// KurrentDB's, so only what our own process spends says anything.

import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import {
  type BinaryEventData,
  KurrentDBClient,
  NO_STREAM,
  START,
  type StreamStateCheck,
  streamNameFilter,
} from "@kurrent/kurrentdb-client";
import { JUDGED } from "../../src/app/gate.ts";
import { writeOfEvent } from "../../src/app/write-of-event.ts";
import { encodeEvent, type NewEvent } from "../../src/domain/event.ts";
import { eventIdOfKey } from "../../src/store/event-id.ts";
import type { Write } from "../../src/store/event-store.ts";
import { createAppender } from "../../src/store/kurrentdb/appender.ts";
import { openConnection } from "../../src/store/kurrentdb/connection.ts";
import { openFeed } from "../../src/store/kurrentdb/feed.ts";
import { eventOfItem } from "../../src/store/kurrentdb/feed-item.ts";
import {
  type KurrentDbStore,
  openKurrentDbStore,
} from "../../src/store/kurrentdb/kurrentdb-store.ts";
import { sendAll, sentOf } from "../../src/store/kurrentdb/outcomes.ts";
import { p50, type Row } from "./row.ts";

/** As many as the recorder decides at once, and as one call carries. */
const BATCH = 500;
const BATCHES = 40;
const READ_ROUNDS = 9;
/** The first samples of each side are of code that the engine has not compiled yet. */
const WARM_UP = 2;
/** In it the client of the sample before has done what it does after its answer. */
const SETTLE_MS = 20;
const RECORDED_AT = "2026-06-01T00:00:00.000Z";
const LIMITS = { callMs: 10_000, totalMs: 10_000 };

/** Gifts in batches, each in a stream of its own, and reading them all from the start. */
export async function clusterRows(dir: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const version of ["26.0", "24.10"]) {
    const { url, child } = await startServer(version);
    try {
      const write = await measureAppends(dir, url, version === "26.0");
      const name = `cluster append ${version},`;
      rows.push(
        { row: `${name} bare client, acknowledged`, value: write.bare, unit: "µs CPU" },
        { row: `${name} engine, acknowledged`, value: write.sent, unit: "µs CPU" },
        { row: `${name} engine / bare`, value: write.ratio, unit: "×", aim: AIM },
        { row: `${name} engine, answered from mirror`, value: write.answered, unit: "µs CPU" },
      );
      if (version !== "26.0") continue;
      const read = await measureReads(dir, url);
      rows.push(
        { row: "cluster read, bare client", value: read.bare, unit: "µs CPU" },
        { row: "cluster read, engine's feed", value: read.feed, unit: "µs CPU" },
        { row: "cluster read, engine / bare", value: read.ratio, unit: "×", aim: AIM },
        { row: "cluster read, with the mirror filled", value: read.mirror, unit: "µs CPU" },
      );
    } finally {
      child.kill();
    }
  }
  return rows;
}

const AIM = { atMost: 1.15 };

async function startServer(version: string): Promise<{ url: string; child: ChildProcess }> {
  const program = join(import.meta.dirname, `../kurrentdb-server${extname(import.meta.filename)}`);
  const child = fork(program, ["--version", version], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [url] = await once(createInterface({ input: child.stdout as NodeJS.ReadStream }), "line");
  return { url, child };
}

/** Medians of CPU microseconds an item, by what was done. */
type Samples<Name extends string> = Record<Name, number[]>;

async function sample(list: number[], items: number, work: () => Promise<void>): Promise<void> {
  // What one side leaves behind is not the other's to do or to clear.
  await delay(SETTLE_MS);
  globalThis.gc?.({ type: "minor", execution: "sync" });
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  list.push((user + system) / items);
}

/** Medians, and that of the ratios of samples taken one after the other, which load changes least. */
function medians<Name extends string>(
  samples: Samples<Name>,
  [over, under]: readonly [NoInfer<Name>, NoInfer<Name>],
): Record<Name | "ratio", number> {
  const warm = (name: Name) => samples[name].slice(WARM_UP);
  const below = warm(under);
  const ratios = warm(over).map((value, at) => value / (below[at] ?? Number.NaN));
  const entries = Object.keys(samples).map((name) => [name, p50(warm(name as Name))]);
  return { ...Object.fromEntries(entries), ratio: p50(ratios) } as Record<Name | "ratio", number>;
}

/** The bare side makes the call that the engine makes; both encode the events and need the answer. */
async function measureAppends(dir: string, url: string, together: boolean) {
  const client = KurrentDBClient.connectionString(url);
  const connection = await openConnection(url);
  const appender = createAppender(connection, LIMITS);
  const store = await openStore(dir, url, "answered");
  const samples: Samples<"bare" | "sent" | "answered"> = { bare: [], sent: [], answered: [] };
  for (let batch = 0; batch < BATCHES; batch++) {
    const [bare, sent, answered] = [gifts(BATCH), gifts(BATCH), gifts(BATCH)];
    await sample(samples.bare, BATCH, () => appendBare(client, bare, together));
    await sample(samples.sent, BATCH, async () => {
      const all = sent.map((write) => sentOf(write, RECORDED_AT));
      const results = await sendAll(appender, all, { prefix: "sent." });
      if (results.some(({ kind }) => kind !== "done")) throw new Error("not all were appended");
    });
    await sample(samples.answered, BATCH, async () => void (await store.append(answered)));
  }
  await client.dispose();
  await connection.close();
  await store.end();
  return medians(samples, ["sent", "bare"]);
}

async function appendBare(
  client: KurrentDBClient,
  writes: readonly Write[],
  together: boolean,
): Promise<void> {
  const records = writes.map(({ stream, event }) => {
    const data = Buffer.from(encodeEvent(event, 0, RECORDED_AT), "utf8");
    const { id, type } = event;
    const contentType = "application/octet-stream" as const;
    const record: BinaryEventData = { id, type, contentType, data, metadata: undefined };
    return { streamName: `bare.${stream}`, record };
  });
  const streamState = NO_STREAM;
  if (together) {
    const checks: StreamStateCheck[] = records.map(({ streamName }) => ({
      type: "stream_state",
      streamName,
      expectedState: streamState,
    }));
    await client.appendRecords(records, checks);
  } else {
    const append = ({ streamName, record }: (typeof records)[number]) =>
      client.appendToStream(streamName, record, { streamState });
    await Promise.all(records.map(append));
  }
}

/** Both sides follow all events of one ledger and decode each; the engine checks its place too. */
async function measureReads(dir: string, url: string) {
  const total = BATCH * BATCHES;
  const samples: Samples<"bare" | "feed" | "mirror"> = { bare: [], feed: [], mirror: [] };
  for (let round = 0; round < READ_ROUNDS; round++) {
    await sample(samples.bare, total, () => readBare(url, total));
    await sample(samples.feed, total, () => readFeed(url, total));
    await sample(samples.mirror, total, async () => {
      const store = await openStore(dir, url, "answered");
      if (store.head() !== total) throw new Error("the mirror is not complete");
      await store.end();
    });
  }
  return medians(samples, ["feed", "bare"]);
}

async function readBare(url: string, total: number): Promise<void> {
  const client = KurrentDBClient.connectionString(url);
  const filter = streamNameFilter({ prefixes: ["answered."] });
  let seen = 0;
  await new Promise<void>((resolve) => {
    client.subscribeToAll({ fromPosition: START, filter }).on("data", ({ event }) => {
      if (event) JSON.parse(Buffer.from(event.data as Uint8Array).toString("utf8"));
      seen += 1;
      if (seen === total) resolve();
    });
  });
  await client.dispose();
}

async function readFeed(url: string, total: number): Promise<void> {
  let seen = 0;
  let resolve = () => {};
  const done = new Promise<void>((onDone) => {
    resolve = onDone;
  });
  const feed = openFeed(await openConnection(url), "answered", {
    position: () => null,
    check: async () => {},
    handle(items) {
      for (const item of items) eventOfItem(item);
      seen += items.length;
      if (seen === total) resolve();
    },
    changed: () => {},
  });
  await done;
  await feed.close();
}

function openStore(dir: string, url: string, ledger: string): Promise<KurrentDbStore> {
  const folder = mkdtempSync(join(dir, "mirror-"));
  return openKurrentDbStore(folder, `${url}&ledger=${ledger}`, {
    now: Date.now,
    ...JUDGED,
  });
}

function gifts(count: number): Write[] {
  return Array.from({ length: count }, () => {
    const id = eventIdOfKey(randomUUID());
    const event: NewEvent = {
      type: "DonationReceived",
      version: 1,
      id,
      stream: `donation-${id}`,
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
    return writeOfEvent({ entry: 0, ...event, revision: 0, recordedAt: RECORDED_AT }, () => 0);
  });
}
