// Durable single gifts over HTTP against a bare Fastify route with the same schema, in one run. The
// load comes from a process of its own.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import Fastify from "fastify";
import { createAccess } from "../../src/app/access.ts";
import { factOfCommand } from "../../src/domain/facts.ts";
import { startServer } from "../../src/main.ts";
import { p50, type Row } from "./row.ts";

const CONNECTIONS = 128;
const SECONDS = 5;
/** Each side in turn; the first turn compiles the code of both. */
const TURNS = 4;
const HOST = "127.0.0.1";

type Load = {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
};

/** Gifts into one fund, each with a key of its own; any answer but 2xx is an error. */
export async function httpRows(dir: string): Promise<Row[]> {
  const server = await startServer({ data: dir, host: HOST, port: 0 });
  const access = createAccess(dir);
  const { token } = access.create({ role: "accountant", name: "bench", days: 1 });
  access.close();
  const [fund] = server.ledger.books().funds.values();
  const gift = { amount: "10.00", currency: "CNY", receivedOn: "2026-01-02" };
  const bare = await startBare();
  const loads = { ours: [] as Load[], bare: [] as Load[] };
  for (let turn = 0; turn < TURNS; turn++) {
    loads.bare.push(await load(bare.url, { ...gift, fund: fund?.id }, token));
    loads.ours.push(await load(`${server.url}/v1/funds/${fund?.id}/donations`, gift, token));
  }
  await bare.app.close();
  await server.close();
  const middle = (side: keyof typeof loads, value: (load: Load) => number) =>
    p50(loads[side].slice(1).map(value));
  const perSecond = ({ requests }: Load) => requests.average;
  const [ours, bound] = [middle("ours", perSecond), middle("bare", perSecond)];
  const slowest = ({ latency }: Load) => latency.p99;
  return [
    { row: "http gifts", value: ours, unit: "requests/s" },
    { row: "http gifts p50", value: middle("ours", ({ latency }) => latency.p50), unit: "ms" },
    { row: "http gifts p99", value: middle("ours", slowest), unit: "ms", aim: { atMost: 25 } },
    { row: "http bare route", value: bound, unit: "requests/s" },
    { row: "http bare route p99", value: middle("bare", slowest), unit: "ms" },
    { row: "http gifts to bare route", value: ours / bound, unit: "ratio", aim: { atLeast: 0.6 } },
  ];
}

/** A route that checks the same body by the same schema and stores nothing. */
async function startBare() {
  const schema = factOfCommand("ReceiveDonation")?.inputSchema;
  const app = Fastify();
  app.post("/gifts", (request, reply) => reply.code(201).send(schema?.parse(request.body)));
  await app.listen({ host: HOST, port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { app, url: `http://${HOST}:${port}/gifts` };
}

async function load(url: string, body: object, token: string): Promise<Load> {
  const program = createRequire(import.meta.url).resolve("autocannon/autocannon.js");
  // A word that ended in a bracket would be taken for a list of options.
  const headers = [
    "content-type=application/json",
    `authorization=Bearer ${token}`,
    "idempotency-key=bench-[<id>]-gift",
  ].flatMap((header) => ["-H", header]);
  const limits = ["-c", String(CONNECTIONS), "-d", String(SECONDS), "-m", "POST", "-j", "-I"];
  const args = [program, ...limits, ...headers, "-b", JSON.stringify(body), url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const result = JSON.parse(stdout) as Load;
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} answers were no 2xx`);
  return result;
}
