/**
 * What every service of one cluster node works with, and the gate each call passes: injected latency, injected
 * faults, and the node's role. A node without its leader refuses; a follower forwards writes, as real ones do,
 * unless the caller insists on the leader.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Metadata } from "@grpc/grpc-js";
import type { Fault, FaultKind, FaultSource, Operation } from "./faults.ts";
import type { EventLog } from "./log.ts";
import {
  type Address,
  accessDenied,
  accessDenied2,
  notLeader,
  notLeader2,
  notReady,
  operationTimedOut,
  type RpcError,
  unavailable,
} from "./rpc-errors.ts";

export type ServerVersion = "24.10" | "25.1" | "26.0";

export interface NodeContext {
  readonly index: number;
  readonly version: ServerVersion;
  readonly log: EventLog;
  readonly faults: FaultSource;
  /** Largest append and largest single event, bytes of data + metadata + 2 × type name. */
  readonly maxAppendBytes: number;
  readonly maxEventBytes: number;
  readonly now: () => number;
  /** Index of the leader, or undefined during an election. */
  leader(): number | undefined;
  readonly addresses: readonly Address[];
  /** Destroys the connection a call came over. */
  dropConnection(peer: string): void;
}

interface CallInfo {
  readonly metadata: Metadata;
}

/** Waits out the latency and says which fault hits the call; undefined means handle it. */
export async function admit(
  node: NodeContext,
  call: CallInfo,
  on: Operation,
  stream: string,
  needsLeader = call.metadata.get("requires-leader")[0] === "true",
): Promise<Fault | undefined> {
  if (node.faults.latencyMs > 0) await delay(node.faults.latencyMs);
  const injected = node.faults.take(on, stream, node.index);
  if (injected) return injected;
  const leader = node.leader();
  if (leader === undefined) return { on, kind: "not-ready" };
  if (needsLeader && leader !== node.index) return { on, kind: "not-leader" };
  return undefined;
}

/** Lets a fault show on a call: silence, a lost connection, or an error sent with `fail`. */
export function showFault(
  node: NodeContext,
  fault: Fault,
  peer: string,
  fail: (error: RpcError) => void,
): void {
  if (fault.kind === "disconnect") node.dropConnection(peer);
  else if (fault.kind !== "hang") fail(faultError(node, fault.on, fault.kind));
}

function faultError(
  node: NodeContext,
  on: Operation,
  kind: Exclude<FaultKind, "hang" | "disconnect">,
): RpcError {
  const isVersion2 = on === "append-records";
  switch (kind) {
    case "unavailable":
      return unavailable();
    case "server-timeout":
      return operationTimedOut();
    case "access-denied":
      return isVersion2 ? accessDenied2() : accessDenied();
    case "not-leader":
      return isVersion2 ? notLeader2(leaderOf(node)) : notLeader(leaderOf(node));
    case "not-ready":
      return notReady();
    default:
      return kind satisfies never;
  }
}

function leaderOf(node: NodeContext): Address {
  const address = node.addresses[node.leader() ?? 0];
  if (!address) throw new Error("a cluster has at least one node");
  return address;
}

/** Size of an event as the server's limits count it (`Event.SizeOnDisk`). */
export function eventBytes(event: {
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}): number {
  return event.data.length + event.metadata.length + event.type.length * 2;
}
