import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAccess } from "../../src/app/access.ts";
import { buildApp } from "../../src/http/build-app.ts";
import { type Desk, openDesk } from "./support.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

const AS_ADMIN = { role: "admin" } as const;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("a token", () => {
  test("is shown once, works at once, and is ended at once", async () => {
    const made = await desk.post(
      "/v1/tokens",
      { role: "auditor", name: "firm", days: 7 },
      AS_ADMIN,
    );
    expect([made.statusCode, made.headers["cache-control"]]).toEqual([201, "no-store"]);
    const { id, token } = made.json();
    expect((await desk.get("/v1/entries", bearer(token))).statusCode).toBe(200);
    const listed = await desk.get("/v1/tokens", bearer(desk.tokens.admin));
    expect(listed.headers["cache-control"]).toBe("no-store");
    expect(listed.body).not.toContain(token.slice(21));
    const mine = listed.json().data.find((each: { id: string }) => each.id === id);
    expect(mine).toMatchObject({ role: "auditor", name: "firm", revokedAt: null });
    expect(Date.parse(mine.expiresAt) - Date.parse(mine.createdAt)).toBe(7 * 86_400_000);
    const revoke = () =>
      desk.app.inject({
        method: "DELETE",
        url: `/v1/tokens/${id}`,
        headers: bearer(desk.tokens.admin),
      });
    expect((await revoke()).statusCode).toBe(204);
    expect((await desk.get("/v1/entries", bearer(token))).statusCode).toBe(401);
    expect((await revoke()).json()).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });

  test.each([
    [{ role: "auditor", name: "x", days: 91 }, "days"],
    [{ role: "auditor", name: "x", days: 0 }, "days"],
    [{ role: "auditor", name: "x", days: 1.5 }, "days"],
    [{ role: "auditor", name: "x", days: "7" }, "days"],
    [{ role: "owner", name: "x" }, "role"],
    [{ role: "auditor", name: " " }, "name"],
    [{ role: "auditor", name: "a\nb" }, "name"],
    [{ role: "auditor", name: "x".repeat(81) }, "name"],
    [{ role: "auditor" }, "name"],
    [{ role: "auditor", name: "x", forever: true }, "forever"],
  ])("is not made from %j", async (body, path) => {
    const answer = await desk.post("/v1/tokens", body, AS_ADMIN);
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([400, path]);
  });
});

test("the server's log says who made or ended which token, and never its text", async () => {
  const logged: string[] = [];
  const into = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  const access = createAccess(desk.dir);
  const logger = pino({ level: "warn" }, into);
  const app = await buildApp({ ledger: desk.ledger, access, logger });
  const headers = bearer(desk.tokens.admin);
  const by = `token:${desk.tokens.admin.split("_")[1]}`;
  const payload = { role: "auditor", name: "firm" };
  const made = await app.inject({ method: "POST", url: "/v1/tokens", headers, payload });
  const { id, token: text } = made.json();
  await app.inject({ method: "DELETE", url: `/v1/tokens/${id}`, headers });
  await app.inject({ method: "GET", url: "/v1/tokens", headers });
  await app.close();
  access.close();
  const told = logged.map((line) => JSON.parse(line)).filter(({ token }) => token !== undefined);
  expect(told).toMatchObject([
    { msg: "token made", token: id, role: "auditor", by },
    { msg: "token revoked", token: id, by },
  ]);
  expect(logged.join("")).not.toContain(text.slice(21));
});
