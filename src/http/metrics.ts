// What an operator watches, in Prometheus' text format: append latency, the queue, how far each
// projection is behind, and which rules refuse.

import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Ledger } from "../app/ledger.ts";
import type { HttpDeps } from "./deps.ts";

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export type Metrics = {
  readonly registry: Registry;
  /** Times one durable write as a caller sees it. */
  timed<T>(write: () => Promise<T>): Promise<T>;
  /** Counts a refusal by its code. */
  refused(code: string): void;
};

/** The metrics of one server. */
export function createMetrics(ledger: Ledger): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const append = new Histogram({
    name: "almoner_append_seconds",
    help: "Time from a command to its durable answer",
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const refusals = new Counter({
    name: "almoner_refusals_total",
    help: "Commands refused, by code",
    labelNames: ["code"],
    registers,
  });
  gauge(registry, "almoner_queue_length", "Commands waiting", () => ledger.queued());
  gauge(registry, "almoner_entries", "Number of the last entry", () => ledger.store.head());
  projectionLag(registry, ledger);
  if (ledger.storeHealth()) clusterGauges(registry, ledger);
  return {
    registry,
    async timed(write) {
      const started = performance.now();
      try {
        return await write();
      } finally {
        append.observe((performance.now() - started) / 1000);
      }
    },
    refused: (code) => refusals.inc({ code }),
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const collect = (): void => made.set(read());
  const made: Gauge = new Gauge({ name, help, registers: [registry], collect });
}

function clusterGauges(registry: Registry, ledger: Ledger): void {
  const health = () => ledger.storeHealth();
  const behind = "How long what is read here may lack the newest entries";
  gauge(registry, "almoner_cluster_connected", "1 while the cluster is followed", () =>
    health()?.connected ? 1 : 0,
  );
  gauge(
    registry,
    "almoner_cluster_behind_seconds",
    behind,
    () => (health()?.behindMs ?? Number.POSITIVE_INFINITY) / 1000,
  );
  gauge(
    registry,
    "almoner_cluster_reconnects",
    "New connections since the start",
    () => health()?.reconnects ?? 0,
  );
}

function projectionLag(registry: Registry, ledger: Ledger): void {
  const collect = () => {
    for (const { name, lagEntries } of ledger.projections()) {
      made.set({ projection: name }, lagEntries);
    }
  };
  const made = new Gauge({
    name: "almoner_projection_lag_entries",
    help: "Entries a projection has not folded yet",
    labelNames: ["projection"],
    registers: [registry],
    collect,
  });
}

/** Registers `/metrics`, for this machine, admins and auditors, and `/healthz`, for everybody. */
export function healthRoutes(app: FastifyInstance, { ledger, metrics }: HttpDeps): void {
  const watchers = { loopback: true, roles: ["admin", "auditor"] } as const;
  app.get("/metrics", { config: { policy: watchers } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  app.get("/healthz", { config: { policy: "public" } }, () => {
    const projections = ledger.projections();
    const stopped = projections.some((status) => status.stopped);
    const { vkeys: _public, ...log } = ledger.log.status();
    const store = ledger.storeHealth();
    const apart = store !== undefined && (store.stopped !== null || !store.connected);
    const degraded = apart || stopped || log.fork !== null || log.error !== null;
    return {
      status: degraded ? "degraded" : "ok",
      entry: ledger.store.head(),
      demo: ledger.books().ledger.get("ledger")?.demo ?? false,
      projections: projections.map(({ stopped: at, ...status }) => ({
        ...status,
        ...(at ? { stoppedAt: at.entry } : {}),
      })),
      // An error's text may name files; it is for `almoner doctor`, not for everybody.
      log: { ...log, error: log.error !== null },
      ...(store
        ? {
            store: {
              ...store,
              stopped: store.stopped !== null,
              lastError: store.lastError !== null,
            },
          }
        : {}),
    };
  });
}
