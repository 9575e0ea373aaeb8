/**
 * What a client asks before anything else: Gossip (which node leads; asked when the connection string names
 * several hosts) and ServerFeatures (version and methods; decides BatchAppend and multi-stream appends).
 */
import type { handleUnaryCall } from "@grpc/grpc-js";
import type {
  ClusterInfo,
  MemberInfo,
} from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js";
import type { SupportedMethods } from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js";
import type { Empty } from "@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js";
import { type NodeContext, type ServerVersion, showFault } from "./node-context.ts";
import { features, gossip, uuidMessage } from "./protocol.ts";

/** Full version numbers; AppendRecords exists from 26.0.3 on. */
const FULL_VERSION = { "24.10": "24.10.6", "25.1": "25.1.1", "26.0": "26.0.3" } as const;

const VERSION_1 = [
  ["event_store.client.streams.streams", "read", ["position", "events"]],
  ["event_store.client.streams.streams", "append", []],
  ["event_store.client.streams.streams", "delete", []],
  ["event_store.client.streams.streams", "tombstone", []],
  ["event_store.client.streams.streams", "batchappend", ["deadline_duration"]],
  ["event_store.client.gossip.gossip", "read", []],
] as const;
const SESSION = ["kurrentdb.protocol.v2.streams.streamsservice", "appendsession", []] as const;
const RECORDS = ["kurrentdb.protocol.v2.streams.streamsservice", "appendrecords", []] as const;

const METHODS: Record<ServerVersion, readonly (readonly [string, string, readonly string[]])[]> = {
  "24.10": VERSION_1,
  "25.1": [...VERSION_1, SESSION],
  "26.0": [...VERSION_1, SESSION, RECORDS],
};

/** Handles GetSupportedMethods of one node. */
export function supportedMethods(node: NodeContext): handleUnaryCall<Empty, SupportedMethods> {
  return (call, callback) => {
    const fault = node.faults.take("features", "", node.index);
    if (fault) return showFault(node, fault, call.getPeer(), (error) => callback(error));
    const answer = new features.SupportedMethods();
    answer.setEventStoreServerVersion(FULL_VERSION[node.version]);
    for (const [service, method, names] of METHODS[node.version]) {
      const supported = new features.SupportedMethod();
      supported
        .setServiceName(service)
        .setMethodName(method)
        .setFeaturesList([...names]);
      answer.addMethods(supported);
    }
    callback(null, answer);
  };
}

/** Handles the gossip Read of one node; `isAlive` says which nodes are up. */
export function gossipRead(
  node: NodeContext,
  isAlive: (index: number) => boolean,
): handleUnaryCall<Empty, ClusterInfo> {
  return (call, callback) => {
    const fault = node.faults.take("gossip", "", node.index);
    if (fault) return showFault(node, fault, call.getPeer(), (error) => callback(error));
    const members = node.addresses.map((_address, index) => member(node, index, isAlive(index)));
    callback(null, new gossip.ClusterInfo().setMembersList(members));
  };
}

function member(node: NodeContext, index: number, alive: boolean): MemberInfo {
  const { LEADER, FOLLOWER, UNKNOWN } = gossip.MemberInfo.VNodeState;
  const leader = node.leader();
  const electedState = leader === index ? LEADER : FOLLOWER;
  const { host, port } = node.addresses[index] ?? { host: "", port: 0 };
  const id = `00000000-0000-4000-9000-${index.toString(16).padStart(12, "0")}`;
  return new gossip.MemberInfo()
    .setInstanceId(uuidMessage(id, false))
    .setTimeStamp(String(BigInt(node.now()) * 10_000n))
    .setState(leader === undefined ? UNKNOWN : electedState)
    .setIsAlive(alive)
    .setHttpEndPoint(new gossip.EndPoint().setAddress(host).setPort(port));
}
