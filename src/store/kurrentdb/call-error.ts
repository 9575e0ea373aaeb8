// What an error of the client means to an append. Whatever is not known to have been refused may
// have been written: it is asked again with the same ids, which is exact however often it is done.

/** What became of one call. */
export type CallResult =
  | { readonly kind: "done" }
  /** The revision that the stream has instead of the expected one; undefined when not told. */
  | {
      readonly kind: "conflict";
      readonly actual?: "none" | number;
      /** Which stream it is about, when several were checked. */
      readonly stream?: string;
    }
  | { readonly kind: "too-large"; readonly limit: number | undefined }
  | { readonly kind: "stream-gone" }
  | { readonly kind: "denied" }
  | { readonly kind: "unsupported" }
  /** No answer: it may or may not be written. */
  | { readonly kind: "lost"; readonly error: unknown; readonly leaderMoved: boolean };

type Violation = { readonly actualState?: unknown; readonly streamName?: string };

type ClientError = Error & {
  readonly type?: string;
  readonly code?: number;
  readonly actualState?: unknown;
  readonly violations?: readonly Violation[];
  readonly maxAppendSize?: number;
  readonly maxSize?: number;
};

const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** Reads an error of the client. */
export function resultOfError(error: unknown): CallResult {
  const { type, code, message, actualState, violations, maxAppendSize, maxSize } =
    error as ClientError;
  switch (type) {
    case "wrong-expected-version":
      return conflict(actualState);
    case "append-consistency-violation":
      return { ...conflict(violations?.[0]?.actualState), ...streamOf(violations?.[0]) };
    case "maximum-append-size-exceeded":
    case "transaction-max-size-exceeded":
    case "append-record-size-exceeded":
      return { kind: "too-large", limit: maxAppendSize ?? maxSize };
    case "stream-deleted":
    case "stream-tombstoned":
      return { kind: "stream-gone" };
    case "access-denied":
      return { kind: "denied" };
    case "unsupported":
      return { kind: "unsupported" };
    default:
      break;
  }
  // Two refusals that client 1.3.1 has no type for.
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) return { kind: "denied" };
  if (/MaximumAppendEventSizeExceeded/.test(message)) {
    return { kind: "too-large", limit: undefined };
  }
  return { kind: "lost", error, leaderMoved: type === "not-leader" };
}

function conflict(actual: unknown): CallResult {
  if (typeof actual === "bigint" && actual >= 0n)
    return { kind: "conflict", actual: Number(actual) };
  if (actual === "no_stream") return { kind: "conflict", actual: "none" };
  return { kind: "conflict" };
}

function streamOf(violation: Violation | undefined): { readonly stream?: string } {
  return violation?.streamName === undefined ? {} : { stream: violation.streamName };
}
