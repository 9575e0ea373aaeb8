import { afterAll, beforeAll, expect, test } from "vitest";
import { type Desk, gift, openDesk, openFund, recorded } from "./support.ts";

let desk: Desk;
let fund: string;
beforeAll(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
  await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("100", "2026-03-01")));
});
afterAll(() => desk.close());

const figure = () => ({
  figure: "fund-balances.cash",
  row: { fund, bucket: "*" },
  publishedOn: "2026-06-30",
});
const publish = (more: object = {}, role: "accountant" | "approver" = "approver") =>
  desk.post("/v1/figures", { ...figure(), ...more }, { role, key: JSON.stringify(more) });

test("a figure is not published until an approver does it; then everybody sees it", async () => {
  const report = `/v1/reports/fund-balances?fund=${fund}&bucket=*`;
  expect((await desk.get(report)).json().published).toEqual([]);
  expect((await publish({}, "accountant")).statusCode).toBe(403);
  expect((await publish()).statusCode).toBe(201);
  expect((await publish()).headers["idempotency-hit"]).toBe("true");
  const { publishedOn: _on, ...cell } = figure();
  const shown = [expect.objectContaining({ ...cell, value: "100.00", size: 5, entries: 1 })];
  expect((await desk.get(report)).json().published).toEqual(shown);
  const list = (await desk.get("/v1/figures?limit=1")).json();
  expect(list).toMatchObject({ demo: true, data: shown, nextCursor: String(list.data[0].entry) });
  expect((await desk.get(`/v1/figures?after=${list.nextCursor}`)).json().data).toEqual([]);
});

test("each figure tells whether it is published, and no other one", async () => {
  const opened = async (column: string) =>
    (
      await desk.get(`/v1/reports/fund-balances/entries?fund=${fund}&bucket=*&column=${column}`)
    ).json();
  expect((await opened("cash")).published).toMatchObject({ value: "100.00", size: 5 });
  expect((await opened("available")).published).toBeNull();
  const table = async (report: string) =>
    (await desk.get(`/v1/reports/${report}?format=table`)).body;
  expect(await table("fund-balances")).toMatch(
    /已公布\n[\s\S]*fund-balances\.cash[\s\S]*其余数字尚未公布/,
  );
  expect(await table("counts")).toContain("这些数字尚未公布");
  expect(await table("balance-sheet")).toContain("由期间结账固定，不逐个公布");
});

test("a value in the request is an unknown field: 400", async () => {
  expect((await publish({ value: "1000000.00" })).statusCode).toBe(400);
});

test("what does not exist is 404, a point that has not come 422", async () => {
  expect((await publish({ figure: "fund-balances.nothing" })).statusCode).toBe(404);
  expect((await publish({ row: { fund, bucket: "nothing" } })).statusCode).toBe(404);
  expect((await publish({ asOf: 1_000 })).statusCode).toBe(422);
});
