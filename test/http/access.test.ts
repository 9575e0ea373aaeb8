// Every route with every role: the matrix comes from the facts, the reports and the reads, so a new
// fact is tested by being there.

import { statSync } from "node:fs";
import { join } from "node:path";
import Fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { REPORTS } from "../../projections/reports/index.ts";
import { createAccess } from "../../src/app/access.ts";
import { ROLES, type Role } from "../../src/domain/fact.ts";
import { FACTS } from "../../src/domain/facts.ts";
import { HAND_OVERS } from "../../src/export/interchange/index.ts";
import { guardRoutes } from "../../src/http/policy.ts";
import { UsageError } from "../../src/kernel/usage-error.ts";
import { type Desk, openDesk } from "./support.ts";

const DAY_MS = 86_400_000;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

type Case = { method: "GET" | "POST" | "DELETE"; url: string; roles: readonly Role[] | "public" };

const routes: Case[] = [
  ...FACTS.map(({ path, roles }) => ({
    method: "POST" as const,
    url: `/v1${path.replace(/\{\w+\}/g, "1")}`,
    roles,
  })),
  { method: "POST", url: "/v1/bulk", roles: ["admin", "accountant", "approver"] },
  { method: "POST", url: "/v1/imports", roles: ["accountant"] },
  { method: "POST", url: "/v1/imports/opening", roles: ["accountant"] },
  { method: "POST", url: "/v1/tokens", roles: ["admin"] },
  { method: "GET", url: "/v1/tokens", roles: ["admin"] },
  { method: "DELETE", url: "/v1/tokens/1", roles: ["admin"] },
  { method: "GET", url: "/v1/doctor", roles: ["admin", "auditor"] },
  { method: "POST", url: "/v1/audit", roles: ["admin", "auditor"] },
  { method: "GET", url: "/v1/projections", roles: ["admin", "auditor"] },
  { method: "POST", url: "/v1/projections/1/rebuild", roles: ["admin"] },
  ...REPORTS.flatMap(({ name }) => [`/v1/reports/${name}`, `/v1/reports/${name}/entries`]).map(
    open,
  ),
  ...["/v1/reports", "/v1/entries", "/v1/entries/1", "/openapi.json", "/healthz"].map(open),
  ...["/docs", "/docs/", "/docs/json", "/docs/yaml"].map(open),
  ...["/docs/static/index.html", "/docs/static/swagger-initializer.js"].map(open),
  ...["/v1/log", "/v1/log/policy", "/v1/log/inclusion", "/v1/log/consistency"].map(open),
  ...["/checkpoint", "/tile/0/000", "/handovers/1", "/v1/entries/1/receipt", "/v1/figures"].map(
    open,
  ),
  ...["/v1/log/entries", "/v1/changes", "/v1/exports"].map(open),
  ...HAND_OVERS.map(({ name, readers }) => ({
    ...open(`/v1/exports/${name}`),
    roles: readers,
  })),
];

function open(url: string): Case {
  return { method: "GET", url, roles: "public" };
}

async function statusOf({ method, url }: Case, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await desk.app.inject({ method, url, headers })).statusCode;
}

test("the list holds every route of the app but those below a wildcard and endless streams", () => {
  const listed = new Set(routes.map(({ method, url }) => `${method} ${url}`));
  const unlisted = routesOf(desk.app.printRoutes({ commonPrefix: false })).filter(
    (route) => !listed.has(route) && !route.endsWith("*"),
  );
  // The watchers' metrics and the stream of entries have tests of their own.
  expect(unlisted).toEqual(["GET /v1/entries/stream", "GET /metrics"]);
});

/** Methods and paths of Fastify's drawing of its routes, every parameter being 1. */
function routesOf(drawing: string): string[] {
  const path: string[] = [];
  return drawing.split("\n").flatMap((line) => {
    const [, indent = "", part = "", methods = ""] =
      /^((?:│ {3}| {4})*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
    if (part === "") return [];
    path.splice(indent.length / 4, Number.POSITIVE_INFINITY, part.replace(/:\w+/g, "1"));
    const url = path.join("");
    return methods.split(", ").flatMap((name) => (name === "HEAD" ? [] : [`${name} ${url}`]));
  });
}

describe.each(routes)("$method $url", (route) => {
  test("without a token", async () => {
    const status = await statusOf(route);
    if (route.roles === "public") expect([401, 403]).not.toContain(status);
    else expect(status).toBe(401);
  });

  test.each(ROLES)("as %s", async (role) => {
    const status = await statusOf(route, desk.tokens[role]);
    const allowed = route.roles === "public" || route.roles.includes(role);
    if (allowed) expect([401, 403]).not.toContain(status);
    else expect(status).toBe(403);
  });

  test("with a token that is none", async () => {
    expect(await statusOf(route, `alm_${"0".repeat(16)}_${"A".repeat(43)}`)).toBe(401);
  });
});

test("shows metrics on this machine, elsewhere to admins and auditors only", async () => {
  const ask = (remoteAddress: string, headers: Record<string, string> = {}) =>
    desk.app.inject({ method: "GET", url: "/metrics", remoteAddress, headers });
  const local = await ask("127.0.0.1");
  expect(local.statusCode).toBe(200);
  expect(local.body).toContain('almoner_projection_lag_entries{projection="fund-balance"} 0');
  expect((await ask("127.0.0.1", { "x-forwarded-for": "192.0.2.1" })).statusCode).toBe(401);
  expect((await ask("192.0.2.1")).statusCode).toBe(401);
  const as = (role: Role) => ask("192.0.2.1", { authorization: `Bearer ${desk.tokens[role]}` });
  expect((await as("auditor")).statusCode).toBe(200);
  expect((await as("accountant")).statusCode).toBe(403);
});

test("does not start with a route that has no policy", async () => {
  const app = Fastify();
  const access = createAccess(desk.dir);
  guardRoutes(app, access);
  app.get("/open", () => "open");
  await expect(app.ready()).rejects.toThrow("GET /open has no policy");
  access.close();
});

describe("tokens", () => {
  test("are stored as digests in a file that only its owner reads", () => {
    expect(statSync(join(desk.dir, "access.db")).mode & 0o777).toBe(0o600);
    const access = createAccess(desk.dir);
    const { token } = access.create({ role: "auditor", name: "audit firm" });
    expect(token).toMatch(/^alm_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    const secret = token.slice(21);
    expect(JSON.stringify(access.list())).not.toContain(secret);
    access.close();
  });

  test("end after their days, at once when revoked, and never live beyond 90", () => {
    let now = DAY_MS;
    const access = createAccess(desk.dir, () => now);
    const { id, token } = access.create({ role: "auditor", name: "a week", days: 7 });
    expect(access.verify(token)).toEqual({ id, role: "auditor" });
    expect(
      access.verify(`${token.slice(0, -1)}${token.endsWith("A") ? "E" : "A"}`),
    ).toBeUndefined();
    now += 7 * DAY_MS;
    expect(access.verify(token)).toBeUndefined();
    const other = access.create({ role: "admin", name: "operator" });
    expect(access.revoke(other.id)).toBe(true);
    expect(access.verify(other.token)).toBeUndefined();
    expect(access.revoke("0000000000000000")).toBe(false);
    expect(() => access.create({ role: "admin", name: "x", days: 91 })).toThrow(UsageError);
    access.close();
  });

  test("made or revoked by another process count within a second", () => {
    let now = 0;
    const server = createAccess(desk.dir, () => now);
    const command = createAccess(desk.dir, () => now);
    server.verify("");
    const { id, token } = command.create({ role: "auditor", name: "late" });
    now += 1_000;
    expect(server.verify(token)?.role).toBe("auditor");
    command.revoke(id);
    now += 1_000;
    expect(server.verify(token)).toBeUndefined();
    server.close();
    command.close();
  });
});
