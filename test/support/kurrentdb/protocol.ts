/**
 * The KurrentDB wire protocol: the generated message classes that ship inside the client package, and the few
 * conversions between them and plain values. The stubs are CommonJS, so values come from the default export.
 * Sharing the client's own stubs is required: two copies in one process overwrite each other's globals.
 */
import gossipRpc from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js";
import gossip from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js";
import featuresRpc from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js";
import features from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js";
import type { UUID } from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js";
import shared from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js";
import status from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js";
import streamsRpc from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js";
import streams from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js";
import streams2Errors from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js";
import streams2Rpc from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_grpc_pb.js";
import streams2 from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import timestampProto from "google-protobuf/google/protobuf/timestamp_pb.js";
import type { NewRecord } from "./stream-state.ts";

export {
  features,
  featuresRpc,
  gossip,
  gossipRpc,
  shared,
  status,
  streams,
  streams2,
  streams2Errors,
  streams2Rpc,
  streamsRpc,
};

/** A stream's expected state: a revision, or one of the negative constants the server itself uses. */
export type Expected = number;
export const EXPECT_NO_STREAM = -1;
export const EXPECT_ANY = -2;
export const EXPECT_STREAM_EXISTS = -4;

/** `event_store.client.Empty`, the protocol's own empty message. */
export const empty = () => new shared.Empty();
/** `google.protobuf.Empty`, which BatchAppend uses instead. */
export const googleEmpty = () => new emptyProto.Empty();

/** A `google.protobuf.Timestamp` of an instant in milliseconds. */
export function timestamp(ms: number) {
  return timestampProto.Timestamp.fromDate(new Date(ms));
}

/** A `google.protobuf.Any` around serialised bytes; `typeName` is the full protobuf name. */
export function packAny(typeName: string, bytes: Uint8Array) {
  const packed = new any.Any();
  packed.pack(bytes, typeName);
  return packed;
}

export function streamIdentifier(name: string) {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name, "utf8"));
  return identifier;
}

export function streamNameOf(identifier: { getStreamName_asU8(): Uint8Array } | undefined): string {
  return identifier ? Buffer.from(identifier.getStreamName_asU8()).toString("utf8") : "";
}

/** Canonical text of a UUID, from either of its two wire forms (a string, or two signed 64-bit halves). */
export function uuidText(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString().toLowerCase() ?? "";
  const hex = [structured.getMostSignificantBits(), structured.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, "0"))
    .join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The UUID message in the form the reader asked for. */
export function uuidMessage(text: string, structured: boolean): UUID {
  const uuid = new shared.UUID();
  if (!structured) return uuid.setString(text);
  const hex = text.replaceAll("-", "");
  const half = (part: string) => BigInt.asIntN(64, BigInt(`0x${part}`)).toString();
  return uuid.setStructured(
    new shared.UUID.Structured()
      .setMostSignificantBits(half(hex.slice(0, 16)))
      .setLeastSignificantBits(half(hex.slice(16))),
  );
}

interface ProposedMessage {
  getId(): UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getCustomMetadata_asU8(): Uint8Array;
  getData_asU8(): Uint8Array;
}

/** An event to be written, as both append calls propose it. */
export function proposedRecord(message: ProposedMessage): NewRecord {
  const properties = message.getMetadataMap();
  return {
    id: uuidText(message.getId()),
    type: properties.get("type") ?? "",
    contentType: properties.get("content-type") ?? "application/octet-stream",
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}
