// A ledger on a KurrentDB cluster. Reads come from a mirror in the node's own folder, filled from
// our streams in the order of $all; appends go to the cluster and are answered once they have come
// back, so an answer is on the log, has its number, and can be read here.

import type { KurrentDBClient } from "@kurrent/kurrentdb-client";
import type { StoredEvent } from "../../domain/event.ts";
import { about, errorText } from "../../kernel/error-text.ts";
import {
  type EventStore,
  type Gate,
  type LogReader,
  type Outcome,
  StoreUnavailable,
  type Write,
} from "../event-store.ts";
import type { Placed } from "../sqlite/batch.ts";
import { openSqliteStore, type SqliteStore } from "../sqlite/sqlite-store.ts";
import { type Address, parseAddress } from "./address.ts";
import { createAppender, type Limits, type StreamCheck } from "./appender.ts";
import { createArrivals, type Expected } from "./arrivals.ts";
import type { CallResult } from "./call-error.ts";
import { openConnection } from "./connection.ts";
import { type Feed, openFeed } from "./feed.ts";
import { damaged, eventOfItem, type FeedItem, positionText, textOf } from "./feed-item.ts";
import { createLease } from "./lease.ts";
import { createNews, type News } from "./news.ts";
import { outcomeOf, type Sent, sendAll, sentOf } from "./outcomes.ts";

export type WriteOf = (event: StoredEvent, find: (id: string) => number | undefined) => Write;

export type KurrentDbStoreOptions = {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The day, moves and links of an event, which the cluster does not store. */
  readonly writeOf: WriteOf;
  /** Judges what is an entry; left out, every event of the ledger's streams is. */
  readonly gateOf?: (mirror: LogReader) => Gate;
  readonly limits?: Partial<typeof LIMITS>;
  /** Told how far the mirror has come while it is filled. */
  readonly onProgress?: (entries: number) => void;
};

export type KurrentDbStore = EventStore & {
  readonly address: Address;
  /** Closes as `close` does, and waits until the connections have ended. */
  end(): Promise<void>;
};

/** How long the mirror may take to show what was written, and to answer or move while opening. */
const LIMITS: Limits & {
  readonly mirrorMs: number;
  readonly openMs: number;
  readonly leaseMs: number;
} = {
  callMs: 5_000,
  totalMs: 10_000,
  mirrorMs: 10_000,
  openMs: 10_000,
  leaseMs: 15_000,
};

/**
 * Opens the ledger at an address, with its mirror in `dir`, and brings the mirror up to date.
 * @throws StoreUnavailable when the cluster does not answer, or holds another log than the mirror.
 */
export async function openKurrentDbStore(
  dir: string,
  text: string,
  options: KurrentDbStoreOptions,
): Promise<KurrentDbStore> {
  const address = parseAddress(text);
  const limits = { ...LIMITS, ...options.limits };
  const prefix = `${address.ledger}.`;
  const mirror = openSqliteStore(dir, { now: options.now, mirrorOf: address.log });
  const gate = options.gateOf?.(mirror);
  const connection = await openConnection(address.connectionString);
  const appender = createAppender(connection, limits);
  const lease = createLease(await openConnection(address.connectionString), address.ledger, {
    ttlMs: limits.leaseMs,
  });
  const news = createNews();
  const arrivals = createArrivals((id) => {
    const entry = mirror.find(id);
    return entry === undefined ? undefined : { entry, bytes: mirror.bytes(entry, entry)[0] ?? "" };
  });
  let opening = true;
  const feed = openFeed(await openConnection(address.connectionString), address.ledger, {
    position: () => mirror.mirrored()?.position ?? null,
    check: (client) => checkSameLog(client, mirror, prefix),
    handle(items) {
      const placed = placedOf(items, mirror, { writeOf: options.writeOf, gate });
      const last = items.at(-1);
      const position = last && positionText(last.position);
      arrivals.came(items, mirror.takeOver(placed, position).events);
      if (opening) options.onProgress?.(mirror.head());
    },
    changed: news.tell,
  });
  let closed = false;
  const isOver = () => closed || feed.state.stopped !== undefined;

  async function append(writes: readonly Write[], atomic: boolean): Promise<Outcome[]> {
    if (isOver()) throw failureOf(feed, address);
    const recordedAt = new Date(Math.max(options.now(), mirror.lastRecordedAt())).toISOString();
    const ids = new Set<string>();
    const fresh = writes.filter(({ event: { id } }) => {
      if (ids.has(id) || mirror.find(id) !== undefined) return false;
      ids.add(id);
      return true;
    });
    // An atomic batch of which something is on the log already is not whole any more.
    const sent =
      atomic && fresh.length < writes.length ? [] : fresh.map((w) => sentOf(w, recordedAt));
    const expected = arrivals.expect(sent.map(({ write }) => write.event.id));
    const outcomes = new Map<Write, Outcome>();
    try {
      const guards = atomic ? guardsOf(sent) : undefined;
      const results = await sendAll(appender, sent, { prefix, ...(guards && { guards }) });
      await cameBack(sent, results, expected);
      for (const [at, one] of sent.entries()) {
        const result = results[at] as CallResult;
        outcomes.set(one.write, outcomeOf(one, result, expected, mirror.revision));
      }
    } finally {
      expected.end();
    }
    return writes.map((write): Outcome => {
      const outcome = outcomes.get(write);
      if (outcome) return outcome;
      const entry = mirror.find(write.event.id);
      if (entry !== undefined) return { kind: "duplicate", entry };
      return { kind: "conflict", stream: write.stream, actual: mirror.revision(write.stream) };
    });
  }

  /** Whether a stream that is named after this write's event was opened by it without an entry. */
  const used = ({ stream, event: { id }, expected }: Write): boolean =>
    expected === "none" && stream.endsWith(id) && mirror.revision(stream) !== "none";

  // Whatever is written whole must not come behind a closing in part.
  function guardsOf(sent: readonly Sent[]): StreamCheck[] {
    const streams = new Set(sent.flatMap(({ write }) => gate?.guardsOf(write) ?? []));
    return [...streams].map((stream) => ({
      stream: prefix + stream,
      expected: mirror.revision(stream),
    }));
  }

  /** Waits until the mirror shows what was written, and what came before a write in its stream. */
  async function cameBack(
    sent: readonly Sent[],
    results: readonly CallResult[],
    expected: Expected,
  ): Promise<void> {
    let next = 0;
    const isHere = ({ write }: Sent, result: CallResult): boolean => {
      if (result.kind === "done") return expected.get(write.event.id) !== undefined || used(write);
      if (result.kind !== "conflict" || typeof result.actual !== "number") return true;
      const revision = mirror.revision(result.stream?.slice(prefix.length) ?? write.stream);
      return revision !== "none" && revision >= result.actual;
    };
    const reached = () => {
      while (next < sent.length && isHere(sent[next] as Sent, results[next] as CallResult)) {
        next += 1;
      }
      return next === sent.length;
    };
    if (await news.until(reached, limits.mirrorMs, isOver)) return;
    throw new StoreUnavailable("MIRROR_BEHIND", {
      zh: "本节点尚未读回所写的条目",
      en: "this node has not read back what was written",
    });
  }

  function close(): Promise<unknown> {
    if (closed) return Promise.resolve();
    closed = true;
    const ended = Promise.all([feed.close(), connection.close(), lease.close()]);
    mirror.close();
    news.tell();
    return ended;
  }

  try {
    await caughtUp(feed, mirror, news, limits.openMs);
    opening = false;
  } catch {
    await close();
    throw failureOf(feed, address);
  }
  return {
    ...mirror,
    address,
    shared: true,
    append: (writes, { atomic = false } = {}) => append(writes, atomic),
    signing: lease,
    health: () => healthOf(feed, address, options.now()),
    close: () => void close(),
    end: async () => void (await close()),
  };
}

/** Resolves once the mirror is complete; a long log takes its time as long as it moves. */
async function caughtUp(feed: Feed, mirror: SqliteStore, news: News, ms: number): Promise<void> {
  const { state } = feed;
  const isOver = () => state.stopped !== undefined;
  for (let head = -1; mirror.head() > head; ) {
    head = mirror.head();
    const complete = () => state.caughtUp && state.completeAtMs !== undefined;
    if (await news.until(complete, ms, isOver)) return;
    if (isOver()) break;
  }
  throw new Error("the mirror does not become complete");
}

/** What the feed hands out, as entries of the mirror. */
function placedOf(
  items: readonly FeedItem[],
  mirror: SqliteStore,
  { writeOf, gate }: { writeOf: WriteOf; gate: Gate | undefined },
): Placed[] {
  const inBatch = new Map<string, number>();
  const revisions = new Map<string, number>();
  const find = (id: string) => inBatch.get(id) ?? mirror.find(id);
  let entry = mirror.head();
  return items.map((item) => {
    checkRevision(item, mirror, revisions);
    const event = { ...eventOfItem(item), entry: entry + 1 };
    const write = writeOf(event, find);
    const { revision, recordedAt } = event;
    const placed = { write, revision, recordedAt, bytes: item.bytes };
    if (find(event.id) !== undefined) return placed;
    if (gate && !gate.admits(event, write)) return { ...placed, tooLate: true };
    inBatch.set(event.id, ++entry);
    return placed;
  });
}

// The cluster numbers the events of a stream without gaps, so a gap is something taken out.
function checkRevision(
  { stream, id, revision }: FeedItem,
  mirror: SqliteStore,
  revisions: Map<string, number>,
): void {
  if (revision === 0 && stream.endsWith(id)) {
    revisions.set(stream, 0);
    return;
  }
  const last = revisions.get(stream) ?? mirror.revision(stream);
  if (revision !== (last === "none" ? 0 : last + 1)) {
    throw damaged({
      zh: `流 ${stream} 由 ${last} 跳到 ${revision}：有事件被取走`,
      en: `stream ${stream} goes from ${last} to ${revision}: events were taken out`,
    });
  }
  revisions.set(stream, revision);
}

/** Refuses a cluster that lacks the mirror's last entry: an older backup, or another cluster. */
async function checkSameLog(
  client: KurrentDBClient,
  mirror: SqliteStore,
  prefix: string,
): Promise<void> {
  const head = mirror.head();
  const [last] = head > 0 ? mirror.read(head, head) : [];
  if (!last) return;
  const found: unknown[] = [];
  try {
    const fromRevision = BigInt(last.revision);
    const events = client.readStream(prefix + last.stream, { fromRevision, maxCount: 1 });
    for await (const { event } of events) if (event) found.push(event.data);
  } catch (error) {
    const { type } = error as { type?: string };
    if (type !== "stream-not-found" && type !== "stream-deleted") throw error;
  }
  const [data] = found;
  if (textOf(data) === mirror.bytes(head, head)[0]) return;
  throw damaged({
    zh: `集群没有此文件夹的第 ${head} 条：集群曾从较旧的备份恢复，或是另一集群`,
    en: `the cluster does not hold entry ${head} of this folder: it was put back from an older backup, or is another cluster`,
  });
}

function failureOf({ state }: Feed, { shown }: Address): StoreUnavailable {
  const { stopped, lastError } = state;
  if (stopped) {
    return new StoreUnavailable("LOG_DAMAGED", about(shown, errorText(stopped)), stopped);
  }
  const [zh, en] = lastError === undefined ? ["", ""] : [`：${lastError}`, `: ${lastError}`];
  return new StoreUnavailable("CLUSTER_UNREACHABLE", {
    zh: `${shown} 没有回答${zh}`,
    en: `${shown} does not answer${en}`,
  });
}

function healthOf({ state }: Feed, { shown }: Address, nowMs: number) {
  const { connected, caughtUp: complete, completeAtMs, reconnects, stopped, lastError } = state;
  const since = completeAtMs === undefined ? null : Math.max(0, nowMs - completeAtMs);
  return {
    log: shown,
    connected,
    behindMs: connected && complete ? 0 : since,
    reconnects,
    stopped: stopped?.message ?? null,
    lastError: lastError ?? null,
  };
}
