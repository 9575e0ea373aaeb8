// One event of our streams as it comes from the cluster, or the reason why the log is damaged.

import type { AllStreamRecordedEvent, Position } from "@kurrent/kurrentdb-client";
import { decodeEvent, type StoredEvent } from "../../domain/event.ts";
import type { Text } from "../../kernel/text.ts";

/** An event of ours, in its place. */
export type FeedItem = {
  /** Name without the ledger's prefix. */
  readonly stream: string;
  readonly id: string;
  readonly revision: number;
  readonly bytes: string;
  readonly position: Position;
};

/** A position as a mirror stores it. */
export function positionText({ commit, prepare }: Position): string {
  return `${commit}:${prepare}`;
}

/** Stored bytes as text; a view, because a copy of every event is seen in the time it takes. */
export function textOf(data: unknown): string {
  if (!(data instanceof Uint8Array)) return "";
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
}

/** Metadata that takes events out of a stream. */
const SHORTENING = ["$tb", "$maxAge", "$maxCount"];

/** What no new connection mends: somebody changed the log behind our back. */
export function damaged(text: Text): Error {
  return Object.assign(new Error(text.en), { name: "LogDamaged", text });
}

type Resolved = { readonly event?: AllStreamRecordedEvent; readonly commitPosition?: bigint };

/** Reads an event of the subscription; nothing for metadata that does no harm. */
export function readItem({ event }: Resolved, ledger: string): FeedItem | undefined {
  if (!event) return undefined;
  const { streamId, id, revision, type, data, position } = event;
  if (streamId.startsWith("$$")) {
    const keys = Object.keys(data as object);
    if (!SHORTENING.some((key) => keys.includes(key))) return undefined;
    const stream = streamId.slice(2);
    throw damaged({
      zh: `集群上的流 ${stream} 被截短或删除`,
      en: `stream ${stream} was shortened or deleted on the cluster`,
    });
  }
  if (type === "$streamDeleted") {
    throw damaged({
      zh: `集群上的流 ${streamId} 已被永久删除`,
      en: `stream ${streamId} was tombstoned on the cluster`,
    });
  }
  return {
    stream: streamId.slice(ledger.length + 1),
    id,
    revision: Number(revision),
    bytes: textOf(data),
    position,
  };
}

/** The event of an item, once its envelope says the same as its place. */
export function eventOfItem({ stream, id, revision, bytes }: FeedItem): StoredEvent {
  let event: StoredEvent | undefined;
  try {
    event = decodeEvent(0, bytes);
  } catch {
    event = undefined;
  }
  const fits = event?.id === id && event.stream === stream && event.revision === revision;
  if (!event || !fits) {
    throw damaged({
      zh: `集群上的流 ${stream} 的事件 ${revision} 不是善账所写`,
      en: `event ${revision} of stream ${stream} on the cluster is not Almoner's`,
    });
  }
  return event;
}
