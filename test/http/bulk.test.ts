import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linesOf } from "../../src/http/ndjson.ts";
import { type Desk, gift, openDesk, openFund, type PostOptions } from "./support.ts";

let desk: Desk;
let fund: string;
beforeEach(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
});
afterEach(() => desk.close());

const NDJSON: PostOptions = { headers: { "content-type": "application/x-ndjson" } };

function line(key: string, amount: string, more: object = {}): string {
  const input = { ...gift(amount), fund };
  return JSON.stringify({ command: "ReceiveDonation", key, input, ...more });
}

async function bulk(lines: readonly string[], query = "", options = NDJSON) {
  const answer = await desk.post(`/v1/bulk${query}`, `${lines.join("\n")}\n`, options);
  const results = answer.body
    .split("\n")
    .filter(Boolean)
    .map((text) => JSON.parse(text));
  return { status: answer.statusCode, results };
}

describe("bulk, each line on its own", () => {
  test("names the lines as an editor counts them", async () => {
    const { results } = await bulk([line("a", "1"), "", line("b", "1.005"), line("c", "1")]);
    expect(results.map(({ line, status }) => [line, status])).toEqual([
      [1, 201],
      [3, 400],
      [4, 201],
    ]);
  });

  test("answers every line in order and records the good ones", async () => {
    const { status, results } = await bulk([
      line("a", "1"),
      "{not json",
      line("b", "1.005"),
      line("a", "1"),
      line("a", "2"),
      '{"command":"Nothing","key":"c","input":{}}',
      line("d", "4"),
    ]);
    expect(status).toBe(200);
    expect(results.map(({ line: at, status: of, code }) => [at, of, code])).toEqual([
      [1, 201, undefined],
      [2, 400, "MALFORMED_JSON"],
      [3, 400, "INVALID_INPUT"],
      [4, 200, undefined],
      [5, 422, "KEY_REUSED"],
      [6, 400, "INVALID_INPUT"],
      [7, 201, undefined],
    ]);
    expect([results[0].entry, results[3].entry, results[6].entry]).toEqual([5, 5, 6]);
  });

  test("goes on over many batches, numbering the lines through", async () => {
    const count = 1_203;
    const { results } = await bulk(
      Array.from({ length: count }, (_, at) => line(`k${at}`, "0.01")),
    );
    expect(results.map(({ line: at, entry }) => entry - at)).toEqual(Array(count).fill(4));
    const { data } = (await desk.get("/v1/reports/fund-balances?bucket=*")).json();
    expect(data[0].received).toBe("12.03");
  });

  test("holds each line to the roles of its fact", async () => {
    const { results } = await bulk([line("a", "1")], "", { ...NDJSON, role: "admin" });
    expect(results).toMatchObject([{ line: 1, status: 403, code: "FORBIDDEN" }]);
  });

  test("takes nothing but NDJSON", async () => {
    const answer = await desk.post("/v1/bulk", line("a", "1"));
    expect(answer.statusCode).toBe(415);
    expect((await bulk([line("a", "1")], "?atomic=maybe")).status).toBe(400);
  });
});

describe("bulk, all or nothing", () => {
  test("records all", async () => {
    const { status, results } = await bulk([line("a", "1"), line("b", "2")], "?atomic=true");
    expect(status).toBe(200);
    expect(results.map(({ entry }) => entry)).toEqual([5, 6]);
  });

  test.each([
    ["a line that a rule refuses", () => line("b", "2", { command: "RecordPledge" }), 400],
    ["a line that cannot be read", () => "{", 400],
    ["a used key", () => line("a", "3"), 422],
  ])("records nothing beside %s", async (_what, bad, wanted) => {
    const { status, results } = await bulk([line("a", "1"), bad(), line("c", "3")], "?atomic=true");
    expect(status).toBe(wanted);
    expect(results.map(({ code }) => code === "ABORTED")).toEqual([true, false, true]);
    expect(desk.ledger.store.head()).toBe(4);
  });

  test("has at most a thousand lines", async () => {
    const lines = Array.from({ length: 1_001 }, (_, at) => line(`k${at}`, "1"));
    const { status, results } = await bulk(lines, "?atomic=true");
    expect([status, results[0].code]).toEqual([413, "TOO_MANY_LINES"]);
    expect(desk.ledger.store.head()).toBe(4);
  });
});

describe("lines of a stream", () => {
  test("are whole wherever its chunks end", async () => {
    const text = "一\n\n二三\r\n\r\nlast";
    for (const size of [1, 2, 3, 5, 100]) {
      const bytes = Buffer.from(text);
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const lines: [number, string][] = [];
      for await (const { number, bytes } of linesOf(Readable.from(chunks))) {
        lines.push([number, bytes.toString("utf8").trim()]);
      }
      expect(lines).toEqual([
        [1, "一"],
        [3, "二三"],
        [5, "last"],
      ]);
    }
  });

  test("end with an error when one is longer than 1 MiB", async () => {
    const body = Readable.from([Buffer.alloc(700_000, "x"), Buffer.alloc(700_000, "x")]);
    await expect(linesOf(body).next()).rejects.toMatchObject({
      problem: { status: 413, code: "BODY_TOO_LARGE" },
    });
  });
});
