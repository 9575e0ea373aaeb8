import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemBody, problemOf } from "../../src/http/problems.ts";
import { StoreUnavailable } from "../../src/store/event-store.ts";
import { type Desk, gift, openDesk, openFund, recorded } from "./support.ts";

let desk: Desk;
let fund: string;
beforeEach(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
});
afterEach(() => desk.close());

describe("recording over HTTP", () => {
  test("answers 201 with the entry and where to read it", async () => {
    const answer = await desk.post(`/v1/funds/${fund}/donations`, gift("100"));
    expect(answer.statusCode).toBe(201);
    const { entry, type, data, actor } = answer.json();
    expect({ entry, type, amount: data.amount }).toEqual({
      entry: 5,
      type: "DonationReceived",
      amount: "100.00",
    });
    expect(actor).toMatch(/^token:[0-9a-f]{16}$/);
    expect(answer.headers.link).toBe('</v1/entries/5/receipt>; rel="related"');
    const again = await desk.get(answer.headers.location as string);
    expect(again.json()).toEqual(answer.json());
  });

  test("tells a browser not to guess or run anything, accepted or refused", async () => {
    const url = `/v1/funds/${fund}/donations`;
    for (const answer of [await desk.post(url, gift("1")), await desk.post(url, gift("1e3"))]) {
      expect(answer.headers["x-content-type-options"]).toBe("nosniff");
      expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    }
  });

  test("gives the first answer again for the same key and body, also after a restart", async () => {
    const url = `/v1/funds/${fund}/donations`;
    const first = await recorded(desk.post(url, gift("7.5"), { key: "k" }));
    const second = await desk.post(url, gift("7.50"), { key: "k" });
    expect([second.statusCode, second.headers["idempotency-hit"]]).toEqual([200, "true"]);
    expect(second.json()).toEqual(first.json());
    desk = await desk.restart();
    const third = await desk.post(url, gift("7.5"), { key: "k" });
    expect([third.statusCode, third.json()]).toEqual([200, first.json()]);
    expect(desk.ledger.store.head()).toBe(5);
  });

  test("refuses a used key with another body and names the first entry", async () => {
    const url = `/v1/funds/${fund}/donations`;
    await recorded(desk.post(url, gift("1"), { key: "k" }));
    const other = await desk.post(url, gift("2"), { key: "k" });
    expect([other.statusCode, other.json().code]).toEqual([422, "KEY_REUSED"]);
    expect(other.json().detail).toContain("5");
  });

  test.each([
    ["missing", ""],
    ["too long", "k".repeat(201)],
    ["not ASCII", "é"],
  ])("refuses an idempotency key that is %s", async (_what, key) => {
    const answer = await desk.post(`/v1/funds/${fund}/donations`, gift("1"), { key });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "KEY_MISSING"]);
  });

  test("refuses a body that says again what the path says", async () => {
    const answer = await desk.post(`/v1/funds/${fund}/donations`, { ...gift("1"), fund });
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([400, "fund"]);
  });

  test("takes a number from the path and a reason from the body", async () => {
    await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("5")));
    const body = { reversedOn: "2026-03-02" };
    const silent = await desk.post("/v1/entries/5/reversal", body);
    expect([silent.statusCode, silent.json().code]).toEqual([422, "REASON_NEEDED"]);
    const said = await desk.post("/v1/entries/5/reversal", { ...body, reason: "重复录入" });
    expect([said.statusCode, said.json().reason]).toEqual([201, "重复录入"]);
    const worded = await desk.post("/v1/entries/five/reversal", { ...body, reason: "x" });
    expect([worded.statusCode, worded.json().errors[0].path]).toEqual([400, "entry"]);
  });

  test("keeps a person's number out of the reason", async () => {
    const body = { suspendedOn: "2026-03-02", reason: "电话 13800138000" };
    const answer = await desk.post(`/v1/funds/${fund}/suspension`, body);
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([400, "reason"]);
  });
});

describe("problems", () => {
  test("come as problem+json in the caller's language", async () => {
    const url = "/v1/funds/00000000-0000-4000-8000-000000000000/donations";
    const zh = await desk.post(url, gift("1"));
    const en = await desk.post(url, gift("1"), {
      headers: { "accept-language": "en-GB,zh;q=0.5" },
    });
    expect(zh.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(zh.json()).toMatchObject({ status: 404, code: "FUND_UNKNOWN", title: "规则不允许" });
    expect(zh.json().type).toBe("urn:almoner:problem:FUND_UNKNOWN");
    expect(en.json()).toMatchObject({ code: "FUND_UNKNOWN", title: "A rule refuses this" });
    expect(en.json().detail).toMatch(/^No fund/);
    expect(en.headers["content-language"]).toBe("en");
  });

  test("name the path of each invalid field", async () => {
    const answer = await desk.post(`/v1/funds/${fund}/donations`, gift("1.005"));
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([400, "amount"]);
  });

  test("say nothing of an unexpected error", () => {
    const body = problemBody(problemOf(new TypeError("secret of /var/db")), "en");
    expect(body).toMatchObject({ status: 500, code: "INTERNAL" });
    expect(JSON.stringify(body)).not.toContain("secret");
  });

  test("tells a full disk of a file beside the log as well", () => {
    const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    expect(problemOf(full)).toMatchObject({ status: 503, code: "DISK_FULL" });
  });

  test("tell that the store is unavailable, with the engine's own code", () => {
    const it = problemOf(new StoreUnavailable("DISK_FULL", { zh: "/var/db 已满", en: "/var/db" }));
    expect(problemBody(it, "zh")).toEqual({
      type: "urn:almoner:problem:DISK_FULL",
      title: "暂时不能写入，请稍后再试",
      status: 503,
      code: "DISK_FULL",
    });
  });

  test("answer a path that does not exist", async () => {
    const answer = await desk.get("/v1/nothing");
    expect([answer.statusCode, answer.json().code]).toEqual([404, "NOT_FOUND"]);
    const spoilt = await desk.get("/v1/%zz");
    expect([spoilt.statusCode, spoilt.json().code]).toEqual([400, "BAD_REQUEST"]);
  });
});
