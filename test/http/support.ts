// A real ledger in a temporary folder behind the real app, with a token for every role.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { createAccess } from "../../src/app/access.ts";
import { type Ledger, openLedger } from "../../src/app/ledger.ts";
import { ROLES, type Role } from "../../src/domain/fact.ts";
import { buildApp } from "../../src/http/build-app.ts";

export const HOST = "53320500MJ0000000B";
export const NOW = Date.parse("2026-06-30T04:00:00.000Z");

export type Desk = {
  readonly app: FastifyInstance;
  readonly ledger: Ledger;
  readonly tokens: Readonly<Record<Role, string>>;
  readonly dir: string;
  /** Posts as an accountant unless a role is told. */
  post(url: string, body: unknown, options?: PostOptions): Promise<Answer>;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  /** Closes everything and opens the same folder again. */
  restart(): Promise<Desk>;
  close(): Promise<void>;
};

export type PostOptions = {
  readonly key?: string;
  readonly role?: Role;
  readonly headers?: Record<string, string>;
};

export type Answer = Awaited<ReturnType<FastifyInstance["inject"]>>;

/** Opens a desk over a fresh folder. */
export function openDesk(): Promise<Desk> {
  return openDeskIn(mkdtempSync(join(tmpdir(), "almoner-http-")));
}

async function openDeskIn(dir: string): Promise<Desk> {
  const ledger = openLedger(dir, { now: () => NOW });
  const access = createAccess(dir);
  const app = await buildApp({ ledger, access });
  const tokens = Object.fromEntries(
    ROLES.map((role) => [role, access.create({ role, name: `test ${role}` }).token]),
  ) as Record<Role, string>;
  let posted = 0;
  async function shut(): Promise<void> {
    await app.close();
    access.close();
    ledger.close();
  }
  return {
    app,
    ledger,
    tokens,
    dir,
    post(url, body, { key, role = "accountant", headers = {} } = {}) {
      posted += 1;
      return app.inject({
        method: "POST",
        url,
        headers: {
          authorization: `Bearer ${tokens[role]}`,
          "idempotency-key": key ?? `${url} ${posted} ${ledger.store.head()}`,
          "content-type": "application/json",
          ...headers,
        },
        payload: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      });
    },
    get: (url, headers = {}) => app.inject({ method: "GET", url, headers }),
    async restart() {
      await shut();
      return openDeskIn(dir);
    },
    async close() {
      await shut();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Opens the ledger with a host, a community and one fund; returns the fund's id. */
export async function openFund(desk: Desk): Promise<string> {
  const openedOn = "2026-01-01";
  await recorded(desk.post("/v1/ledger", { name: "测试账本", demo: true, openedOn }, asAdmin()));
  await recorded(
    desk.post("/v1/hosts", { host: HOST, name: "测试基金会", registeredOn: openedOn }),
  );
  const place = { community: "320506001", name: "测试镇", level: "township", validFrom: openedOn };
  await recorded(desk.post("/v1/communities", place));
  const fund = {
    host: HOST,
    name: "测试镇慈善基金",
    community: "320506001",
    level: "township",
    currency: "CNY",
    purpose: "助学",
    openedOn,
  };
  return (await recorded(desk.post("/v1/funds", fund))).json().id as string;
}

function asAdmin(): PostOptions {
  return { role: "admin" };
}

/** A gift's body. */
export function gift(amount: string, receivedOn = "2026-03-01") {
  return { amount, currency: "CNY", receivedOn };
}

/** Fails with the answer's text unless it was recorded. */
export async function recorded(answer: Promise<Answer>): Promise<Answer> {
  const it = await answer;
  if (it.statusCode !== 201) throw new Error(`${it.statusCode} ${it.body}`);
  return it;
}
