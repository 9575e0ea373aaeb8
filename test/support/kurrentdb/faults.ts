/**
 * Faults that a test switches on and off while the in-process KurrentDB runs: silence, lost connections,
 * refusals, unknown outcomes, slowness. Each is something a real server or its network does.
 */

export type Operation =
  | "append"
  | "append-records"
  | "delete"
  | "read"
  | "subscribe"
  | "gossip"
  | "features";

export type FaultKind =
  /** Never answers; the connection stays open. */
  | "hang"
  /** Destroys the caller's connection. */
  | "disconnect"
  /** gRPC UNAVAILABLE, as a stopping node or a proxy answers. */
  | "unavailable"
  /** The server gave up waiting for its own commit: the outcome is unknown to the caller. */
  | "server-timeout"
  | "access-denied"
  | "not-leader"
  /** No leader is elected yet. */
  | "not-ready";

export interface Fault {
  readonly on: Operation;
  readonly kind: FaultKind;
  /** Appends: the write lands first, then the fault shows. Default false. */
  readonly committed?: boolean;
  /** Reads and subscriptions: events sent before the fault shows. Default 0. */
  readonly afterEvents?: number;
  /** How many calls it hits; default every call until lifted. */
  readonly times?: number;
  /** Only calls for streams with this prefix; reads of $all count as the stream "$all". */
  readonly streamPrefix?: string;
  /** Only this node of the cluster. */
  readonly node?: number;
}

export interface Faults {
  /** Switches a fault on; the returned function lifts it. */
  inject(fault: Fault): () => void;
  clear(): void;
  /** Delay before any call is handled, milliseconds; clear() sets it back to 0. */
  latencyMs: number;
}

export interface FaultSource extends Faults {
  /** The fault that hits this call, if any; counts down `times`. */
  take(on: Operation, stream: string, node: number): Fault | undefined;
}

export function createFaults(): FaultSource {
  const active: { readonly fault: Fault; left: number }[] = [];
  const faults: FaultSource = {
    latencyMs: 0,
    inject: (fault) => {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
      active.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    clear: () => {
      active.length = 0;
      faults.latencyMs = 0;
    },
    take: (on, stream, node) => {
      const hit = active.find(({ fault, left }) => left > 0 && matches(fault, on, stream, node));
      if (hit) hit.left -= 1;
      return hit?.fault;
    },
  };
  return faults;
}

function matches(fault: Fault, on: Operation, stream: string, node: number): boolean {
  return (
    fault.on === on &&
    stream.startsWith(fault.streamPrefix ?? "") &&
    (fault.node === undefined || fault.node === node)
  );
}
