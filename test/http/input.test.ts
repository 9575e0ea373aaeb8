// The inputs that Fastify's own parsers let through or change (measured on 5.12.8), all refused.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readJson } from "../../src/http/json-body.ts";
import { type Desk, gift, openDesk, openFund } from "./support.ts";

let desk: Desk;
let url: string;
let fund: string;
beforeAll(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
  url = `/v1/funds/${fund}/donations`;
});
afterAll(() => desk.close());

const REST = '"currency":"CNY","receivedOn":"2026-03-01"';

describe("refuses with 400 and records nothing", () => {
  test.each([
    ["a number where text is due", `{"amount":5,${REST}}`],
    ["a padded amount", `{"amount":" 5",${REST}}`],
    ["an exponent", `{"amount":"5e2",${REST}}`],
    ["a hexadecimal amount", `{"amount":"0x10",${REST}}`],
    ["true for an amount", `{"amount":true,${REST}}`],
    ["an array for an amount", `{"amount":["5"],${REST}}`],
    ["null for an amount", `{"amount":null,${REST}}`],
    ["full-width digits", `{"amount":"５",${REST}}`],
    ["a leading zero", `{"amount":"007",${REST}}`],
    ["a minus", `{"amount":"-5",${REST}}`],
    ["a line break behind the amount", `{"amount":"5\\n",${REST}}`],
    ["an integer beyond the safe range", withOrigin("12345678901234567891")],
    ["text for an integer", withOrigin('"5"')],
    ["1e21 for an integer", withOrigin("1e21")],
    ["1e400", withOrigin("1e400")],
    ["NaN", withOrigin("NaN")],
    ["a property that does not exist", `{"amount":"5","note":"x",${REST}}`],
    ["a key twice", `{"amount":"5","amount":"6",${REST}}`],
    ["a key twice in two spellings", `{"amount":"5","\\u0061mount":"6",${REST}}`],
    ["a lone surrogate", `{"amount":"5","reference":"\\ud800",${REST}}`],
    ["NUL in a string", `{"amount":"5","reference":"a\\u0000b",${REST}}`],
    ["__proto__", `{"amount":"5","__proto__":{"currency":"USD"},${REST}}`],
    ["an escaped __proto__", `{"amount":"5","\\u005f_proto__":{},${REST}}`],
    ["constructor.prototype", `{"amount":"5","constructor":{"prototype":{}},${REST}}`],
    ["a byte order mark", `\ufeff{"amount":"5",${REST}}`],
    ["100,000 levels", `{"amount":${"[".repeat(100_000)}${"]".repeat(100_000)},${REST}}`],
    ["no body", ""],
    ["an array as a body", "[]"],
    ["cut off JSON", '{"amount":"5"'],
  ])("%s", async (_what, body) => {
    const answer = await desk.post(url, body);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(desk.ledger.store.head()).toBe(4);
  });

  test.each([
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["an overlong encoding", Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ["a surrogate in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ])("%s", async (_what, body) => {
    const answer = await desk.post(url, body);
    expect([answer.statusCode, answer.json().code]).toEqual([400, "MALFORMED_JSON"]);
  });
});

test("tells every wrong field once, by its path, in the caller's language", async () => {
  const body = { amount: "12345678901234567890", currency: "CNY", receivedOn: "2026-02-30", x: 1 };
  const told = async (language: string) => {
    const headers = { "accept-language": language };
    return (await desk.post(url, body, { headers })).json();
  };
  expect(await told("zh")).toMatchObject({
    title: "输入不合规",
    errors: [
      { path: "amount", message: "金额过大：小数点前至多 18 位" },
      { path: "receivedOn", message: "真实存在的日期，写作 YYYY-MM-DD" },
      { path: "x", message: "没有这个字段" },
    ],
  });
  expect(await told("en")).toMatchObject({
    title: "The input is invalid",
    errors: [
      { path: "amount", message: "too large: at most 18 digits before the point" },
      { path: "receivedOn", message: "an existing calendar day, YYYY-MM-DD" },
      { path: "x", message: "there is no such field" },
    ],
  });
});

test("tells what no reader takes for JSON in the caller's language", async () => {
  const answer = await desk.post(url, "{", { headers: { "accept-language": "zh" } });
  expect(answer.json().errors).toEqual([{ path: "", message: "不是 JSON" }]);
});

describe("refuses with 415", () => {
  test.each([
    "text/plain",
    "application/json; charset=utf-16",
    "application/json;\tcharset=utf-16",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
  ])("%s", async (type) => {
    const answer = await desk.post(url, gift("5"), { headers: { "content-type": type } });
    expect([answer.statusCode, answer.json().code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });
});

test("refuses a body over 1 MiB with 413", async () => {
  const answer = await desk.post(url, `{"reference":"${"x".repeat(1024 * 1024)}"}`);
  expect([answer.statusCode, answer.json().code]).toEqual([413, "BODY_TOO_LARGE"]);
});

test("accepts application/json that says it is UTF-8", async () => {
  const headers = { "content-type": "application/json; charset=utf-8" };
  const body = { suspendedOn: "2026-02-01", extra: 1 };
  const answer = await desk.post(`/v1/funds/${fund}/suspension`, body, { headers });
  expect(answer.json().code).toBe("INVALID_INPUT");
});

test("sets every timeout of the server", () => {
  const { server } = desk.app;
  for (const ms of [server.requestTimeout, server.headersTimeout, server.timeout]) {
    expect(ms).toBeGreaterThan(0);
  }
});

test("reads as JSON.parse does whatever has one meaning", () => {
  for (const text of [
    '{"a:b":"\\"{[:","c":[1,{"a:b":null}],"d":{}}',
    '{"\\\\":1,"\\"":2}',
    `${"[".repeat(32)}${"]".repeat(32)}`,
    '"善账 😀"',
    "-1.5e3",
  ]) {
    expect(readJson(Buffer.from(text))).toEqual(JSON.parse(text));
  }
});

function withOrigin(row: string): string {
  return `{"amount":"5","origin":{"file":"${"a".repeat(64)}","row":${row}},${REST}}`;
}
