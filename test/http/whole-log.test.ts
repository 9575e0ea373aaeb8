// The whole log over HTTP: a log with a hole never looks like a whole one, wherever the hole is.

import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exitCodeOf, messageOf } from "../../src/cli/failure.ts";
import { remoteUpkeep } from "../../src/cli/remote-upkeep.ts";
import { type Server, startServer } from "../../src/main.ts";
import { ask, freshLedger, idOf, SETTING } from "../app/scene.ts";

/** More than two pages of the export. */
const GIFTS = 9_000;
const HOLE = 6_000;

let scene: ReturnType<typeof freshLedger>;
let server: Server;
let last: number;

const gift = (key: string) =>
  ask("ReceiveDonation", key, {
    fund: idOf("fund-town"),
    amount: "5",
    currency: "CNY",
    receivedOn: "2026-03-01",
  });

beforeAll(async () => {
  scene = freshLedger();
  await scene.ledger.record(SETTING);
  await scene.ledger.record(Array.from({ length: GIFTS }, (_, at) => gift(`gift ${at}`)));
  last = scene.ledger.store.head();
  server = await startServer({ data: scene.dir, host: "127.0.0.1", port: 0, readOnly: true });
}, 60_000);
afterAll(async () => {
  await server.close();
  scene.done();
});

const get = (query = "") => fetch(`${server.url}/v1/log/entries${query}`);

test("line n is the stored bytes of entry n, as many as are promised", async () => {
  const answer = await get();
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
  expect(answer.headers.get("almoner-as-of-entry")).toBe(String(last));
  const stored = scene.ledger.store.bytes(1, last);
  expect(await answer.text()).toBe(stored.map((line) => `${line}\n`).join(""));
  const some = await get("?from=4096&to=4097");
  expect(await some.text()).toBe(`${stored[4_095]}\n${stored[4_096]}\n`);
  expect(await (await get(`?from=${last + 1}`)).text()).toBe("");
});

test("what is asked for must be there", async () => {
  for (const [query, path] of [
    [`?to=${last + 1}`, "to"],
    [`?from=${last + 2}`, "from"],
    ["?from=9&to=7", "from"],
    ["?from=0", "from"],
  ]) {
    const answer = await get(query);
    const { errors } = (await answer.json()) as { errors: { path: string }[] };
    expect([answer.status, errors[0]?.path]).toEqual([400, path]);
  }
});

test("a hole breaks the answer off, and a reader who goes on is told of it", async () => {
  const db = new Database(join(scene.dir, "ledger.db"));
  db.prepare("DELETE FROM entry WHERE entry = ?").run(HOLE);
  db.close();
  const answer = await get();
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow("terminated");

  const { chunks } = await remoteUpkeep({
    url: server.url,
    token: undefined,
    language: "en",
  }).exportLog();
  let lines = 0;
  const read = (async () => {
    for await (const chunk of chunks) lines += Buffer.from(chunk).toString().split("\n").length - 1;
  })();
  const error: unknown = await read.catch((thrown: unknown) => thrown);
  expect(exitCodeOf(error)).toBe(3);
  expect(messageOf(error, "en")).toMatch(`entry ${HOLE} is missing`);
  expect(lines).toBeLessThan(HOLE);
  expect(lines).toBeGreaterThanOrEqual(4_096);
});
