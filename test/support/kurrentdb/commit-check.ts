/**
 * Decides whether an append may be written, must be refused, or is a retry of what was written before.
 * Follows the server's own rules step by step (KurrentDB `IndexWriter.CheckCommit`, v24.10 to v26.1), because
 * every promise of exactly-once recording rests on them.
 */
import { EXPECT_ANY, EXPECT_NO_STREAM, EXPECT_STREAM_EXISTS, type Expected } from "./protocol.ts";

/** What the check may know about one stream. */
export interface StreamView {
  /** Last revision ever written, -1 if none; truncation and scavenging do not lower it. */
  readonly last: number;
  readonly tombstoned: boolean;
  readonly softDeleted: boolean;
  readonly hasMetadata: boolean;
  /** The stored event at a revision, or undefined when it never was or has been scavenged. */
  eventAt(revision: number): { readonly id: string; readonly position: number } | undefined;
  /** Revision at which a *recently* committed id sits in this stream; forgotten with age and on restart. */
  recentRevision(id: string): number | undefined;
}

export type Decision =
  | { readonly kind: "ok"; readonly current: number }
  | { readonly kind: "wrong"; readonly current: number }
  | { readonly kind: "deleted"; readonly current: number }
  /** Some ids of the append are known and some are not: refused like a wrong version. */
  | { readonly kind: "corrupted"; readonly current: number }
  /** A retry: nothing is written, the first answer is given again. Position unknown once scavenged. */
  | { readonly kind: "idempotent"; readonly last: number; readonly position: number | undefined };

/** The server's decision for one stream of an append; `ids` are the event ids in order. */
export function checkCommit(
  view: StreamView,
  expected: Expected,
  ids: readonly string[],
): Decision {
  const current = view.last;
  if (view.tombstoned) return { kind: "deleted", current };
  if (expected === EXPECT_STREAM_EXISTS) {
    if (view.softDeleted) return { kind: "deleted", current };
    if (current < 0 && !view.hasMetadata) return { kind: "wrong", current };
  }
  if (expected === EXPECT_ANY || expected === EXPECT_STREAM_EXISTS) {
    return checkByRecentIds(view, ids);
  }
  if (expected < current) return checkByRevision(view, expected, ids);
  return { kind: expected > current ? "wrong" : "ok", current };
}

/** Any or stream exists: best effort, only ids still in the cache of recent commits are recognised. */
function checkByRecentIds(view: StreamView, ids: readonly string[]): Decision {
  const current = view.last;
  let last = -1;
  for (const [index, id] of ids.entries()) {
    const revision = view.recentRevision(id);
    if (revision === undefined) return { kind: index === 0 ? "ok" : "corrupted", current };
    last = revision;
  }
  if (last < 0) return { kind: "ok", current };
  return { kind: "idempotent", last, position: view.eventAt(last)?.position };
}

/** A concrete revision or no stream: exact at any age, the same ids must sit at the same revisions. */
function checkByRevision(view: StreamView, expected: Expected, ids: readonly string[]): Decision {
  const current = view.last;
  for (const [index, id] of ids.entries()) {
    const revision = expected + 1 + index;
    if (view.recentRevision(id) === revision || view.eventAt(revision)?.id === id) continue;
    if (index > 0) return { kind: "corrupted", current };
    const recreates = expected === EXPECT_NO_STREAM && view.softDeleted;
    return { kind: recreates ? "ok" : "wrong", current };
  }
  if (ids.length === 0) return { kind: "wrong", current };
  const last = expected + ids.length;
  return { kind: "idempotent", last, position: view.eventAt(last)?.position };
}

export interface StreamCheck {
  readonly stream: string;
  readonly expected: Expected;
}

export interface Conflict extends StreamCheck {
  readonly actual: number;
}

export interface CheckedStream extends StreamCheck {
  /** False for a stream that is only checked, not written. */
  readonly written: boolean;
  readonly decision: Decision;
}

export type CommitResult =
  | {
      readonly kind: "committed";
      /** Position of the last record; undefined for a retry whose record has been scavenged. */
      readonly position: number | undefined;
      readonly lastRevisions: ReadonlyMap<string, number>;
    }
  /** `conflicts` is empty when only a part of a multi-stream append had been written before. */
  | { readonly kind: "conflict"; readonly conflicts: readonly Conflict[] }
  | { readonly kind: "deleted"; readonly stream: string };

/** Joins the decisions of one atomic append; undefined means: write it (`StorageWriterService.VerifyCommitChecks`). */
export function joinDecisions(checked: readonly CheckedStream[]): CommitResult | undefined {
  const deleted = checked.find((each) => each.decision.kind === "deleted");
  if (deleted) return { kind: "deleted", stream: deleted.stream };
  const written = checked.filter((each) => each.written);
  const repeated = written.filter((each) => each.decision.kind === "idempotent");
  const failed = checked.filter(
    (each) => each.decision.kind === "wrong" || each.decision.kind === "corrupted",
  );
  if (failed.length > 0 && (repeated.length === 0 || failed.some((each) => !each.written))) {
    return { kind: "conflict", conflicts: failed.map(conflictOf) };
  }
  if (failed.length > 0 || (repeated.length > 0 && repeated.length < written.length)) {
    return { kind: "conflict", conflicts: [] };
  }
  return repeated.length > 0 ? repeatedAnswer(repeated) : undefined;
}

function conflictOf({ stream, expected, decision }: CheckedStream): Conflict {
  return { stream, expected, actual: "current" in decision ? decision.current : -1 };
}

function repeatedAnswer(repeated: readonly CheckedStream[]): CommitResult {
  const lastRevisions = new Map<string, number>();
  let position: number | undefined;
  for (const { stream, decision } of repeated) {
    if (decision.kind !== "idempotent") continue;
    lastRevisions.set(stream, decision.last);
    if (decision.position !== undefined) position = Math.max(position ?? -1, decision.position);
  }
  return { kind: "committed", position, lastRevisions };
}
