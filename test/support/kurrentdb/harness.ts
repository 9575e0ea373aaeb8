/**
 * Opens servers and real clients for one test and closes them after it; reads and judges what calls give.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type JSONEventData, jsonEvent, KurrentDBClient } from "@kurrent/kurrentdb-client";
import { onTestFinished } from "vitest";
import {
  type KurrentDbOptions,
  type KurrentDbServer,
  startKurrentDbServer,
} from "./kurrentdb-server.ts";

/** Deadline of a client whose calls are meant to run into it, milliseconds. */
export const DEADLINE_MS = 300;
/** Deadline of the others: a busy machine must not be taken for a fault. */
const PATIENT_MS = 10_000;

export interface Started {
  readonly server: KurrentDbServer;
  readonly client: KurrentDBClient;
  /** Opens one more client to the same server. */
  connect(): KurrentDBClient;
}

/** A server with a client, both closed when the running test ends. */
export async function start(
  options: KurrentDbOptions = {},
  deadlineMs = PATIENT_MS,
): Promise<Started> {
  const server = await startKurrentDbServer(options);
  onTestFinished(() => server.close());
  const connect = () => {
    const client = KurrentDBClient.connectionString(
      `${server.connectionString}&defaultDeadline=${deadlineMs}`,
    );
    onTestFinished(() => client.dispose());
    return client;
  };
  return { server, client: connect(), connect };
}

/** A small event; a string makes it as large as the string. */
export function gift(content: number | string, id: string = randomUUID()): JSONEventData {
  return jsonEvent({ id, type: "DonationReceived", data: { content }, metadata: { by: "a" } });
}

/** How a call ends: "resolved", the client's error type, "untyped: message", or "pending" if it does not. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  const settled = call.then(
    () => "resolved",
    (error: Error & { type?: string }) => error.type ?? `untyped: ${error.message}`,
  );
  return Promise.race([settled, delay(3 * DEADLINE_MS, "pending")]);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Stream names of $all in the order read, over the native path. */
export async function streamsInAll(
  client: KurrentDBClient,
  options: Parameters<KurrentDBClient["readAll"]>[0] = {},
): Promise<(string | undefined)[]> {
  const events = await collect(client.readAll({ maxCount: 1000, ...options }));
  return events.map(({ event }) => event?.streamId);
}
