import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, gift, openDesk, openFund, recorded } from "./support.ts";

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  const fund = await openFund(desk);
  await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("12.00")));
});
afterAll(() => desk.close());

const as = (role: "admin" | "auditor") => ({ authorization: `Bearer ${desk.tokens[role]}` });
const lastLine = (body: string) => JSON.parse(body.trim().split("\n").at(-1) ?? "");
const rebuild = (name: string) =>
  desk.app.inject({
    method: "POST",
    url: `/v1/projections/${name}/rebuild`,
    headers: { ...as("admin"), "accept-language": "en" },
  });

test("the doctor tells of the files and names no folder", async () => {
  const answers = await Promise.all([1, 2].map(() => desk.get("/v1/doctor", as("auditor"))));
  for (const answer of answers) {
    expect(answer.json()).toMatchObject({ demo: true, entries: 5, quickCheck: "ok" });
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.body).not.toContain(desk.dir);
  }
});

test("one audit at a time answers with what it found", async () => {
  const audit = () => desk.app.inject({ method: "POST", url: "/v1/audit", headers: as("auditor") });
  const [first, second] = await Promise.all([audit(), audit()]);
  expect(second.json()).toMatchObject({ status: 409, code: "ALREADY_RUNNING" });
  expect(lastLine(first.body)).toMatchObject({
    result: { entries: 5, demo: true, findings: [], passed: true },
  });
  expect((await audit()).statusCode).toBe(200);
});

describe("rebuilding a projection", () => {
  test("answers with whether it was right, and serves the new one", async () => {
    const { data } = (await desk.get("/v1/projections", as("auditor"))).json();
    const names = data.map(({ name }: { name: string }) => name);
    expect(names).toContain("fund-balance");
    for (const projection of names) {
      const answer = await rebuild(projection);
      expect(answer.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
      expect(lastLine(answer.body)).toMatchObject({
        result: { projection, entries: 5, identical: true, swapped: true },
      });
    }
    const balances = await desk.get("/v1/reports/fund-balances?bucket=*");
    expect(balances.json().data[0].available).toBe("12.00");
  });

  test("is refused while the same one runs, and for one that there is not", async () => {
    const [first, second, other] = await Promise.all(
      ["counts", "counts", "fund-balance"].map(rebuild),
    );
    expect([first?.statusCode, other?.statusCode]).toEqual([200, 200]);
    expect(second?.json()).toMatchObject({ status: 409, code: "ALREADY_RUNNING" });
    expect((await rebuild("counts")).statusCode).toBe(200);
    expect((await rebuild("profit")).json()).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});
