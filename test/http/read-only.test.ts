import { afterAll, beforeAll, expect, test } from "vitest";
import { createAccess } from "../../src/app/access.ts";
import { openLedger } from "../../src/app/ledger.ts";
import { startServer } from "../../src/main.ts";
import { ask, freshLedger, idOf, SETTING } from "../app/scene.ts";

let scene: ReturnType<typeof freshLedger>;
let server: Awaited<ReturnType<typeof startServer>>;
let token: string;
let admin: string;

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
  const access = createAccess(scene.dir);
  ({ token } = access.create({ role: "accountant", name: "t" }));
  admin = access.create({ role: "admin", name: "a" }).token;
  access.close();
  server = await startServer({ data: scene.dir, host: "127.0.0.1", port: 0, readOnly: true });
});

afterAll(async () => {
  await server.close();
  scene.done();
});

/** What the tests look at in an answer; each says itself what it expects there. */
type Body = { readonly data: Record<string, unknown>[]; readonly code?: string };
const bodyOf = async (response: Response) => (await response.json()) as Body;
const get = async (path: string) => bodyOf(await fetch(`${server.url}${path}`));

test("a server that only reads shows what another process records, at once", async () => {
  const path = "/v1/reports/grassroots-total?definition=received";
  expect((await get(path)).data).toEqual([]);
  await scene.ledger.record([gift("a")]);
  expect((await get(path)).data[0]?.["value"]).toBe("5.00");
  const head = scene.ledger.store.head();
  expect(await get("/healthz")).toMatchObject({ status: "ok", entry: head });
  expect((await get(`/v1/entries?after=${head - 1}`)).data).toHaveLength(1);
});

test("its streams tell new entries, and a read waits for one", async () => {
  const next = scene.ledger.store.head() + 1;
  const stream = await fetch(`${server.url}/v1/entries/stream?after=${next - 1}`);
  const waiting = get(`/v1/entries?atLeast=${next}&after=${next - 1}`);
  await scene.ledger.record([gift("b")]);
  expect((await waiting).data).toMatchObject([{ entry: next }]);
  let text = "";
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes("event: entry")) break;
  }
  expect(text).toContain(`id: ${next}\n`);
});

test("it refuses to record, with a code, and makes no files", async () => {
  const response = await fetch(`${server.url}/v1/funds/${idOf("fund-town")}/donations`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": "k",
    },
    body: JSON.stringify({ amount: "1", currency: "CNY", receivedOn: "2026-03-01" }),
  });
  expect([response.status, (await bodyOf(response)).code]).toEqual([403, "READ_ONLY"]);
  expect(() => openLedger(scene.dir)).toThrow("another process");
});

test("it shows tokens, and makes and ends none", async () => {
  const headers = { authorization: `Bearer ${admin}`, "content-type": "application/json" };
  const made = { method: "POST", headers, body: JSON.stringify({ role: "auditor", name: "x" }) };
  const refused = await fetch(`${server.url}/v1/tokens`, made);
  expect([refused.status, (await bodyOf(refused)).code]).toEqual([403, "READ_ONLY"]);
  const listed = await bodyOf(await fetch(`${server.url}/v1/tokens`, { headers }));
  expect(listed.data.map(({ name }) => name)).toEqual(["t", "a"]);
  const id = listed.data[0]?.["id"];
  const end = { method: "DELETE", headers: { authorization: `Bearer ${admin}` } };
  const kept = await fetch(`${server.url}/v1/tokens/${id}`, end);
  expect([kept.status, (await bodyOf(kept)).code]).toEqual([403, "READ_ONLY"]);
});
