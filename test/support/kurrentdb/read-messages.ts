/**
 * Answers of the Read call as messages, and the filters of $all.
 */
import type {
  ReadReq,
  ReadResp,
} from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js";
import { streamIdentifier, streams, timestamp, uuidMessage } from "./protocol.ts";
import type { LogRecord } from "./stream-state.ts";

/** `created` travels in .NET ticks: 100 nanoseconds since 1970. */
const TICKS_PER_MS = 10_000n;

export function readEvent(record: LogRecord, structuredIds: boolean): ReadResp {
  const position = String(record.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuidMessage(record.id, structuredIds));
  recorded.setStreamIdentifier(streamIdentifier(record.stream));
  recorded.setStreamRevision(String(record.revision));
  recorded.setCommitPosition(position).setPreparePosition(position);
  recorded.setData(record.data).setCustomMetadata(record.metadata);
  recorded
    .getMetadataMap()
    .set("type", record.type)
    .set("content-type", record.contentType)
    .set("created", String(BigInt(record.createdMs) * TICKS_PER_MS));
  const event = new streams.ReadResp.ReadEvent();
  return new streams.ReadResp().setEvent(event.setEvent(recorded).setCommitPosition(position));
}

export function confirmation(subscriptionId: string): ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  return new streams.ReadResp().setConfirmation(confirmed.setSubscriptionId(subscriptionId));
}

export function checkpoint(position: number, nowMs: number): ReadResp {
  const reached = new streams.ReadResp.Checkpoint();
  reached.setCommitPosition(String(position)).setPreparePosition(String(position));
  return new streams.ReadResp().setCheckpoint(reached.setTimestamp(timestamp(nowMs)));
}

/** Caught up; servers before 25 say only that, later ones also when and where. */
export function caughtUp(
  at: { readonly revision: number } | { readonly position: number } | undefined,
  nowMs: number,
): ReadResp {
  const message = new streams.ReadResp.CaughtUp();
  if (at) message.setTimestamp(timestamp(nowMs));
  if (at && "revision" in at && at.revision >= 0) message.setStreamRevision(String(at.revision));
  if (at && "position" in at && at.position >= 0) {
    const position = new streams.ReadResp.Position();
    position.setCommitPosition(String(at.position)).setPreparePosition(String(at.position));
    message.setPosition(position);
  }
  return new streams.ReadResp().setCaughtUp(message);
}

/** Whether a record of $all passes the request's filter; no filter passes all, system events included. */
export function filterOf(options: ReadReq.Options): (record: LogRecord) => boolean {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const subject = (record: LogRecord) => (byStream ? record.stream : record.type);
  const regex = expression?.getRegex();
  if (regex) {
    const compiled = new RegExp(regex, "u");
    return (record) => compiled.test(subject(record));
  }
  const prefixes = expression?.getPrefixList() ?? [];
  return (record) => prefixes.some((prefix) => subject(record).startsWith(prefix));
}
