// Files over HTTP: what a form may hold, who may send one, and what becomes of it.

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAccess } from "../../src/app/access.ts";
import { openLedger } from "../../src/app/ledger.ts";
import type { Role } from "../../src/domain/fact.ts";
import { buildApp } from "../../src/http/build-app.ts";
import { mappingOf } from "../import/support.ts";
import { encoded, written } from "./form.ts";
import { type Desk, HOST, openDesk, openFund } from "./support.ts";

let desk: Desk;
let fund: string;
beforeEach(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
});
afterEach(() => desk.close());

const LIST = "日期,捐赠人,金额,备注\n2026-03-01,甲,100,助学\n2026-03-02,乙,5.50,\n";
const MAPPING = JSON.stringify(mappingOf());

type Fields = Readonly<Record<string, string | undefined>>;

function formOf(changes: Fields = {}, file: BlobPart | null = LIST, name = "名单.csv") {
  const form = new FormData();
  const fields: Fields = { fund, source: "九月", mapping: MAPPING, ...changes };
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) form.append(field, value);
  }
  if (file !== null) form.append("file", new Blob([file]), name);
  return form;
}

type Encoded = { readonly type: string; readonly bytes: Buffer };

async function send(form: FormData | Encoded, url = "/v1/imports", role: Role = "accountant") {
  const { type, bytes } = form instanceof FormData ? await encoded(form) : form;
  const headers = { "content-type": type, "accept-language": "en" };
  const answer = await desk.post(url, bytes, { role, headers });
  const lines = answer.body.split("\n").filter(Boolean);
  return { answer, status: answer.statusCode, last: JSON.parse(lines.at(-1) ?? "null") };
}

const gifts = () => desk.ledger.entries({ after: 0, limit: 10, type: "DonationReceived" });
function uploads(): string[] {
  const folder = join(desk.dir, "uploads");
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("a file of gifts", () => {
  test("is imported in the name of the token, and its report is the last line", async () => {
    const { status, answer, last } = await send(formOf());
    expect([status, answer.headers["content-type"]]).toEqual([
      200,
      "application/x-ndjson; charset=utf-8",
    ]);
    expect(last.result).toMatchObject({
      file: "名单.csv",
      recorded: 2,
      totals: [{ currency: "CNY", recorded: "105.50" }],
      finished: true,
    });
    const actor = `token:${desk.tokens.accountant.split("_")[1]}`;
    expect(gifts().map((event) => event.actor)).toEqual([actor, actor]);
    expect(uploads()).toEqual([]);
    const again = await send(formOf({ fund: fund.slice(0, 13) }));
    expect(again.last.result).toMatchObject({ recorded: 0, alreadyRecorded: 2 });
    expect(existsSync(join(desk.dir, "people.db"))).toBe(true);
  });

  test("is only judged in a dry run", async () => {
    const { last } = await send(formOf({ dryRun: "true", fund: "测试镇慈善基金" }));
    expect(last.result).toMatchObject({ dryRun: true, recorded: 2 });
    expect(gifts()).toEqual([]);
    expect(existsSync(join(desk.dir, "people.db"))).toBe(false);
  });

  test("has a report when it cannot be read, a bomb too", async () => {
    const bomb = Buffer.concat([Buffer.from("504b0304", "hex"), Buffer.alloc(100)]);
    for (const [file, code] of [
      ["", "FILE_EMPTY"],
      ["<html>", "FILE_KIND"],
      [bomb, "FILE_DAMAGED"],
    ] as const) {
      const { status, last } = await send(formOf({}, file));
      expect([status, last.result.problem.code, last.result.finished]).toEqual([200, code, false]);
    }
    expect(uploads()).toEqual([]);
  });

  test.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\books\\九月.csv", "九月.csv"],
    ["a\u001b[31m\u202ecsv.exe", "a\ufffd[31m\ufffdcsv.exe"],
    ["..", ""],
    ["长".repeat(300), "长".repeat(255)],
  ])("called %j is %j in its report", async (name, told) => {
    const { last } = await send(formOf({}, LIST, name));
    expect(last.result).toMatchObject({ file: told, recorded: 2 });
    expect(uploads()).toEqual([]);
  });

  test("may have its mapping as a file, as curl sends it", async () => {
    const form = formOf({ mapping: undefined });
    form.append("mapping", new Blob([MAPPING]), "mapping.json");
    expect((await send(form)).last.result).toMatchObject({ recorded: 2 });
  });

  test("is refused where the rules refuse it, on the last line", async () => {
    await send(formOf());
    const mapping = JSON.stringify(mappingOf({ identity: ["date", "amount"] }));
    expect((await send(formOf({ mapping }))).last).toMatchObject({
      status: 409,
      code: "SOURCE_IDENTITY",
    });
  });
});

describe("a form", () => {
  const file = ['content-disposition: form-data; name="file"; filename="a"', LIST] as const;
  const field = (name: string, value: string) =>
    [`content-disposition: form-data; name="${name}"`, value] as const;
  const rest = () =>
    [field("fund", fund), field("source", "s"), field("mapping", MAPPING)] as const;
  const paths = (last: { errors: { path: string; message: string }[] }) =>
    last.errors.map(({ path, message }) => `${path}: ${message}`);

  test("is told everything that is wrong with it at once, by its names", async () => {
    const mapping = JSON.stringify({ ...mappingOf(), columns: { date: [] }, more: 1 });
    const wrong = {
      mapping,
      fund: "",
      source: undefined,
      dryRun: "yes",
      date: "2026-02-30",
      x: "1",
    };
    const form = formOf({ ...wrong, openingBalance: "1,5" }, null);
    const { status, last } = await send(form);
    expect([status, last.code]).toEqual([400, "INVALID_INPUT"]);
    expect(paths(last).map((text) => text.split(":")[0])).toEqual([
      ...["file", "fund", "source", "dryRun", "date", "openingBalance"],
      ...["mapping.columns.date", "mapping.columns", "mapping.more", "x"],
    ]);
    expect(uploads()).toEqual([]);
  });

  test.each([
    ["a fund that there is not", () => formOf({ fund: "none" }), "fund: no fund none"],
    ["a balance too fine", () => formOf({ openingBalance: "0.001" }), "openingBalance: more"],
    ["a mapping that is no JSON", () => formOf({ mapping: "{" }), "mapping: it is not JSON"],
    [
      "a mapping with a key twice",
      () => formOf({ mapping: `{"name":"a","name":"b"}` }),
      "mapping: an object has a key twice",
    ],
    [
      "a mapping of ten megabytes",
      () => formOf({ mapping: `"${"x".repeat(10_000_000)}"` }),
      "mapping: too long",
    ],
    ["a long field", () => formOf({ fund: "x".repeat(5_000) }), "fund: too long"],
    ["a text for a file", () => written([field("file", "x"), ...rest()]), undefined],
    ["two files", () => written([file, file, ...rest()]), "file: give it once"],
    ["a field twice", () => written([file, ...rest(), field("fund", fund)]), "fund: give it once"],
    [
      "a file that nobody asked for",
      () =>
        written([['content-disposition: form-data; name="x"; filename="x"', "x"], file, ...rest()]),
      "x: there is no such field",
    ],
  ])("names the field of %s", async (_what, form, told) => {
    const { status, last } = await send(form());
    if (told === undefined) {
      expect([status, last.result.file]).toEqual([200, ""]);
      return;
    }
    expect([status, last.code]).toEqual([400, "INVALID_INPUT"]);
    expect(paths(last)[0]).toContain(told);
    expect(paths(last)).toHaveLength(1);
    expect([gifts(), uploads()]).toEqual([[], []]);
  });

  test.each([
    ["of a thousand parts", 413, () => written(Array(1_000).fill(field("fund", "x")))],
    [
      "with a part called __proto__",
      400,
      () => written([field("__proto__", "x"), file, ...rest()]),
    ],
    ["whose head does not end", 400, () => written([[`x: ${"y".repeat(100_000)}`, ""]])],
    [
      "that is cut off",
      400,
      () => {
        const { type, bytes } = written([...rest(), file]);
        return { type, bytes: bytes.subarray(0, -30) };
      },
    ],
    ["without a boundary", 400, () => ({ ...written([file]), type: "multipart/form-data" })],
    ["that is none", 400, () => ({ ...written([]), bytes: Buffer.from("{}") })],
    ["of another type", 415, () => ({ ...written([file]), type: "application/json" })],
    ["of no type", 415, () => ({ ...written([file]), type: "text/plain" })],
  ])("%s is refused", async (_what, wanted, form) => {
    const { status } = await send(form());
    expect(status).toBe(wanted);
    expect([gifts(), uploads()]).toEqual([[], []]);
    expect((await send(formOf())).last.result).toMatchObject({ recorded: 2 });
  });

  test("too large to take is refused before it is sent", async () => {
    const url = "/v1/imports";
    const { type, bytes } = await encoded(formOf());
    const headers = { "content-type": type, "content-length": String(5 * 2 ** 30) };
    const { statusCode } = await desk.post(url, bytes, { headers });
    expect(statusCode).toBe(413);
  });
});

describe("a trial balance", () => {
  const HEADER = "科目编码,期末借方,期末贷方\n";
  const openingForm = (file: string, changes: Fields = {}) => {
    const mapping = JSON.stringify({
      name: "books",
      columns: { account: ["科目编码"], debit: ["期末借方"], credit: ["期末贷方"] },
      sameCodes: true,
    });
    const form = new FormData();
    const fields = { host: HOST, on: "2026-01-03", mapping, ...changes };
    for (const [name, value] of Object.entries(fields)) form.append(name, value ?? "");
    form.append("file", new Blob([file]), "余额.csv");
    return form;
  };
  const opening = (file: string, changes?: Fields) =>
    send(openingForm(file, changes), "/v1/imports/opening");

  test("is imported like one on the server's machine", async () => {
    const file = `${HEADER}1002,100.00,\n3101,,100.00\n`;
    const before = desk.ledger.store.head();
    const dry = await opening(file, { dryRun: "true" });
    expect(dry.last.result).toMatchObject({ dryRun: true, sound: true, entries: null });
    expect((await opening(file)).last.result).toMatchObject({
      file: "余额.csv",
      debit: "100.00",
      entries: [before + 1],
    });
    const other = await opening(`${file}\n`);
    expect([other.status, other.last.code]).toEqual([200, "OPENING_RECORDED"]);
    expect((await opening(`${HEADER}1002,1,\n`)).last.result).toMatchObject({
      sound: false,
      unbalanced: [{ fund: null, difference: "1.00" }],
    });
  });

  test("names the fields that are wrong", async () => {
    const { status, last } = await opening(HEADER, { host: "none" });
    expect([status, last.errors[0].path]).toEqual([400, "host"]);
    expect((await opening(HEADER, { on: "yesterday" })).last.errors[0].path).toBe("on");
  });
});

test("one file at a time: another is asked to come again, and is not read", async () => {
  const listening = await listen();
  const { type, bytes } = await encoded(formOf());
  const half = await open(listening, type, bytes.length);
  half.write(bytes.subarray(0, bytes.length - 60));
  const [name = ""] = await until(() => uploads().length > 0 && uploads());
  expect(statSync(join(desk.dir, "uploads", name)).mode & 0o777).toBe(0o600);
  const other = await send(formOf());
  expect([other.status, other.last.code, other.answer.headers["retry-after"]]).toEqual([
    409,
    "ALREADY_RUNNING",
    "1",
  ]);
  half.destroy();
  await until(() => uploads().length === 0);
  expect((await send(formOf())).last.result).toMatchObject({ recorded: 2 });
});

test("a caller that goes away stops the import, and another time finishes it", async () => {
  const count = 30_000;
  const rows = Array.from({ length: count }, (_, at) => `2026-03-01,甲${at},0.01,`).join("\n");
  const form = formOf({}, `日期,捐赠人,金额,备注\n${rows}\n`);
  const before = desk.ledger.store.head();
  const { type, bytes } = await encoded(form);
  const caller = await open(await listen(), type, bytes.length);
  caller.write(bytes);
  await until(() => desk.ledger.store.head() > before);
  caller.destroy();
  await until(() => uploads().length === 0);
  const recorded = desk.ledger.store.head() - before;
  expect(recorded).toBeLessThan(count);
  await wait(100);
  expect(desk.ledger.store.head() - before).toBe(recorded);
  expect((await send(form)).last.result).toMatchObject({
    rows: count,
    recorded: count - recorded,
    alreadyRecorded: recorded,
    finished: true,
  });
  const { data } = (await desk.get("/v1/reports/fund-balances?bucket=*")).json();
  expect(data[0].received).toBe("300.00");
}, 60_000);

test("what a killed server left of a file goes as the next one starts", async () => {
  mkdirSync(join(desk.dir, "uploads"));
  writeFileSync(join(desk.dir, "uploads", "left"), LIST);
  desk = await desk.restart();
  expect(existsSync(join(desk.dir, "uploads"))).toBe(false);
});

test("a server that only reads takes no file", async () => {
  const ledger = openLedger(desk.dir, { mode: "read" });
  const access = createAccess(desk.dir, Date.now, "read");
  const app = await buildApp({ ledger, access });
  const { type, bytes } = await encoded(formOf({ dryRun: "true" }));
  for (const url of ["/v1/imports", "/v1/imports/opening"]) {
    const headers = { authorization: `Bearer ${desk.tokens.accountant}`, "content-type": type };
    const answer = await app.inject({ method: "POST", url, headers, payload: bytes });
    expect([answer.statusCode, answer.json().code]).toEqual([403, "READ_ONLY"]);
  }
  await app.close();
  access.close();
  ledger.close();
});

async function listen(): Promise<number> {
  await desk.app.listen({ host: "127.0.0.1", port: 0 });
  return (desk.app.server.address() as AddressInfo).port;
}

/** A request of which only the head was sent. */
async function open(port: number, type: string, length: number) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const head = [
    "POST /v1/imports HTTP/1.1",
    "host: desk",
    `authorization: Bearer ${desk.tokens.accountant}`,
    `content-type: ${type}`,
    `content-length: ${length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  return socket;
}

async function until<T>(is: () => T | false): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await wait(1)) {
    const it = is();
    if (it) return it;
  }
  throw new Error("it never came to be");
}
