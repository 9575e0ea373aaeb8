/**
 * An in-process server that speaks the KurrentDB protocol to the real client, native reads included, on
 * 127.0.0.1, with switchable faults: one log behind one or more listeners. Rules follow the server's sources.
 *
 * MODELS: Append and BatchAppend with expected states and the exact idempotency rules of
 * `IndexWriter.CheckCommit`; AppendSession (25.1) and AppendRecords (26.0.3) with checks; Read of streams and
 * $all in both directions with filters; catch-up subscriptions with checkpoints and "caught up"; delete,
 * tombstone, $tb and $maxCount, scavenge; size limits by version; gossip, feature detection, a leader that
 * moves, followers that forward writes; system events in $all; positions with holes.
 *
 * DOES NOT MODEL: persistence (all is gone on close), replication (nodes share one log at once: no lag, no lost
 * or truncated write, no split brain), TLS, users and access lists ("access denied" is a fault), $maxAge, links
 * and resolving them, persistent subscriptions, projections, secondary indexes, DNS discovery, the HTTP API,
 * commit time-outs other than as a fault, slow-consumer "fell behind" (never sent by servers either), .NET's
 * regular expressions (JavaScript's are used), and real speed: never quote its timings as the database's.
 *
 * APPROXIMATES: record sizes, hence the exact positions; the id cache is bounded by count, not bytes; the
 * checkpoint at "caught up" is the last considered record, where a real server may name an earlier one; the
 * answer to a repeated AppendRecords whose check-only stream has moved on (here: a violation) is unverified.
 */
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from "node:net";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { append, deletions } from "./append-service.ts";
import { batchAppend } from "./batch-append-service.ts";
import { gossipRead, supportedMethods } from "./discovery-service.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createEventLog, type EventLog } from "./log.ts";
import type { NodeContext, ServerVersion } from "./node-context.ts";
import { featuresRpc, gossipRpc, streams2Rpc, streamsRpc } from "./protocol.ts";
import { read } from "./read-service.ts";
import { appendRecords, appendSession } from "./records-service.ts";
import type { Address } from "./rpc-errors.ts";

export interface KurrentDbOptions {
  /** Which server to be: decides methods, size limits and the shape of "caught up". Default "26.0". */
  readonly version?: ServerVersion;
  /** Number of listeners; node 0 leads at first. Default 1. */
  readonly nodes?: number;
  /** Overrides of the version's size limits, bytes. */
  readonly maxAppendBytes?: number;
  readonly maxEventBytes?: number;
  /** Milliseconds; default the system clock. */
  readonly now?: () => number;
}

export interface KurrentDbServer {
  /** Names every node; `tls=false`. */
  readonly connectionString: string;
  /** host:port of each node. */
  readonly addresses: readonly Address[];
  readonly faults: Faults;
  /** The log itself, for what a test must see or do behind the protocol's back. */
  readonly log: EventLog;
  /** Makes a node the leader; undefined starts an election without result: nothing is served. */
  elect(node: number | undefined): void;
  /** Refuses connections and destroys those open; the state stays. */
  stopNode(node: number): Promise<void>;
  /** Listens again on the same port. */
  startNode(node: number): Promise<void>;
  /** Destroys every open connection; new ones are welcome. */
  dropConnections(): void;
  close(): Promise<void>;
}

const MIB = 1024 * 1024;

export const SERVER_VERSIONS: readonly ServerVersion[] = ["24.10", "25.1", "26.0"];

/** Defaults of the real servers, bytes: 24.10 caps an append at 1 MiB, later ones an event at 16 MiB. */
const LIMITS: Record<ServerVersion, { readonly append: number; readonly event: number }> = {
  "24.10": { append: MIB, event: Number.MAX_SAFE_INTEGER },
  "25.1": { append: 256 * MIB, event: 16 * MIB },
  "26.0": { append: 256 * MIB, event: 16 * MIB },
};

/** Starts the server; resolves once every node listens. */
export async function startKurrentDbServer(
  options: KurrentDbOptions = {},
): Promise<KurrentDbServer> {
  const { version = "26.0", now = Date.now } = options;
  const faults = createFaults();
  const log = createEventLog(now);
  const listeners = Array.from({ length: options.nodes ?? 1 }, createListener);
  for (const listener of listeners) await listener.listen();
  const addresses = listeners.map((listener) => ({ host: "127.0.0.1", port: listener.port() }));
  let leader: number | undefined = 0;
  for (const [index, listener] of listeners.entries()) {
    const node: NodeContext = {
      index,
      version,
      log,
      faults,
      now,
      addresses,
      maxAppendBytes: options.maxAppendBytes ?? LIMITS[version].append,
      maxEventBytes: options.maxEventBytes ?? LIMITS[version].event,
      leader: () => leader,
      dropConnection: listener.dropPeer,
    };
    listener.serve(createGrpcServer(node, (other) => listeners[other]?.isUp() ?? false));
  }
  const listenerOf = (node: number): Listener => {
    const listener = listeners[node];
    if (!listener) throw new RangeError(`there is no node ${node}`);
    return listener;
  };
  const hosts = addresses.map(({ host, port }) => `${host}:${port}`).join(",");
  return {
    connectionString: `kurrentdb://${hosts}?tls=false`,
    addresses,
    faults,
    log,
    elect: (node) => {
      leader = node;
      if (node !== undefined) log.writeEpoch();
    },
    stopNode: (node) => listenerOf(node).stop(),
    startNode: (node) => listenerOf(node).listen(),
    dropConnections: () => {
      for (const listener of listeners) listener.dropAll();
    },
    close: async () => {
      for (const listener of listeners) await listener.close();
    },
  };
}

function createGrpcServer(node: NodeContext, isAlive: (index: number) => boolean): Server {
  // The version 2 service takes a whole transaction in one message; record limits are checked by the handlers.
  const server = new Server({ "grpc.max_receive_message_length": 272 * MIB });
  const streamsImplementation: UntypedServiceImplementation = {
    read: read(node),
    append: append(node),
    batchAppend: batchAppend(node),
    ...deletions(node),
  };
  server.addService(streamsRpc.StreamsService, streamsImplementation);
  server.addService(featuresRpc.ServerFeaturesService, {
    getSupportedMethods: supportedMethods(node),
  });
  server.addService(gossipRpc.GossipService, { read: gossipRead(node, isAlive) });
  if (node.version === "24.10") return server;
  server.addService(streams2Rpc.StreamsServiceService, {
    appendSession: appendSession(node),
    appendRecords: appendRecords(node),
  });
  return server;
}

/** A TCP port in front of a gRPC server, so that a test can cut single connections without ceremony. */
interface Listener {
  listen(): Promise<void>;
  port(): number;
  serve(server: Server): void;
  isUp(): boolean;
  /** Cuts the connection from one client address, "host:port". */
  dropPeer(peer: string): void;
  dropAll(): void;
  stop(): Promise<void>;
  close(): Promise<void>;
}

function createListener(): Listener {
  const sockets = new Map<string, Socket>();
  let grpc: Server | undefined;
  let inject: (socket: Socket) => void = (socket) => socket.destroy();
  let tcp: TcpServer | undefined;
  let port = 0;
  const dropAll = () => {
    for (const socket of sockets.values()) socket.destroy();
  };
  const stop = async () => {
    const stopping = tcp;
    tcp = undefined;
    dropAll();
    if (stopping) await new Promise((resolve) => stopping.close(resolve));
  };
  return {
    listen: async () => {
      const server = createServer({ noDelay: true }, (socket) => {
        const peer = `${socket.remoteAddress}:${socket.remotePort}`;
        sockets.set(peer, socket);
        socket.on("close", () => sockets.delete(peer));
        inject(socket);
      });
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(port, "127.0.0.1", resolve);
      });
      port = (server.address() as AddressInfo).port;
      tcp = server;
    },
    port: () => port,
    serve: (server) => {
      grpc = server;
      inject = server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection;
    },
    isUp: () => tcp !== undefined,
    dropPeer: (peer) => sockets.get(peer)?.destroy(),
    dropAll,
    stop,
    close: async () => {
      await stop();
      grpc?.forceShutdown();
    },
  };
}
