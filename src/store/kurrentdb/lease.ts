// Who signs: of the nodes that have the log's key, the one whose name stands last on a stream of
// its own. It is renewed in time; a node that does not come to renew it stops signing before another
// one may start. Two that sign would sign the same log: the lease saves work, it guards no money.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { KurrentDBClient } from "@kurrent/kurrentdb-client";
import type { SigningLease } from "../event-store.ts";
import type { Connection } from "./connection.ts";
import { inTime } from "./feed.ts";
import { createNews } from "./news.ts";

export type LeaseOptions = {
  /** How long a lease lasts unless it is renewed; it is renewed at a third of it. */
  readonly ttlMs: number;
};

/** Only the last one counts; the server may drop the others. */
const KEPT = 10;

type Last = { readonly revision: bigint; readonly holder: string; readonly ttlMs: number };

export type Lease = SigningLease & { close(): Promise<void> };

/** The lease of a ledger; asked for from the first time that somebody wants to know. */
export function createLease(
  connection: Connection,
  ledger: string,
  { ttlMs }: LeaseOptions,
): Lease {
  const stream = `${ledger}:lease`;
  const holder = randomUUID();
  const listeners = new Set<() => void>();
  const news = createNews();
  const closing = new AbortController();
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  /** What another node wrote last, and when we first saw it, by our own clock. */
  let seen: { readonly revision: bigint; readonly atMs: number } | undefined;
  /** Whether another node wrote while we looked on, so that it is alive. */
  let isAnothers = false;
  let running: Promise<void> | undefined;

  async function keep(): Promise<void> {
    while (!closing.signal.aborted) {
      const client = connection.client();
      try {
        await inTime(renew(client), ttlMs / 3);
      } catch {
        // Whoever cannot reach the cluster does not hold it any longer than it was told.
        connection.giveUp(client);
      }
      news.tell();
      await delay(ttlMs / 3, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function renew(client: KurrentDBClient): Promise<void> {
    const last = await readLast(client, stream);
    if (last && last.holder !== holder && last.holder !== "") {
      if (seen?.revision !== last.revision) {
        isAnothers = seen !== undefined;
        seen = { revision: last.revision, atMs: performance.now() };
      }
      // Its holder counts from before it wrote; we count from after, so the two never overlap.
      if (performance.now() < seen.atMs + last.ttlMs) return;
    }
    const startedMs = performance.now();
    await write(client, { last, holder });
    if (closing.signal.aborted) return;
    const was = held();
    heldUntilMs = startedMs + ttlMs;
    isAnothers = false;
    if (!was) for (const listener of listeners) listener();
  }

  /** Writes after what was read last: of two nodes that try, one is refused. */
  async function write(
    client: KurrentDBClient,
    { last, holder: name }: { last: Last | undefined; holder: string },
  ): Promise<void> {
    const streamState = last ? last.revision : ("no_stream" as const);
    const data = { holder: name, ttlMs };
    const event = {
      id: randomUUID(),
      type: "SigningLease",
      contentType: "application/json" as const,
      data,
      metadata: undefined,
    };
    await client.appendToStream(stream, [event], { streamState });
    if (!last) await client.setStreamMetadata(stream, { maxCount: KEPT });
  }

  const held = (): boolean => performance.now() < heldUntilMs;

  return {
    held() {
      running ??= keep();
      return held();
    },
    async ask(timeoutMs) {
      running ??= keep();
      await news.until(held, timeoutMs, () => isAnothers || closing.signal.aborted);
      return held();
    },
    onHeld(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closing.abort();
      news.tell();
      await running;
      const client = connection.client();
      try {
        if (!held()) return;
        heldUntilMs = Number.NEGATIVE_INFINITY;
        const last = await inTime(readLast(client, stream), ttlMs / 3);
        if (last?.holder === holder) await inTime(write(client, { last, holder: "" }), ttlMs / 3);
      } catch {
        // It runs out by itself.
      } finally {
        await connection.close();
      }
    },
  };
}

async function readLast(client: KurrentDBClient, stream: string): Promise<Last | undefined> {
  try {
    const events = client.readStream(stream, {
      direction: "backwards",
      fromRevision: "end",
      maxCount: 1,
    });
    for await (const { event } of events) {
      if (!event) continue;
      const { holder, ttlMs } = event.data as { holder: string; ttlMs: number };
      return { revision: event.revision, holder, ttlMs };
    }
  } catch (error) {
    if ((error as { type?: string }).type !== "stream-not-found") throw error;
  }
  return undefined;
}
