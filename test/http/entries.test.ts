import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, gift, openDesk, openFund, recorded } from "./support.ts";

type Page = { data: { entry: number }[]; nextCursor: string | null };

let desk: Desk;
let fund: string;
beforeAll(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
});
afterAll(() => desk.close());

const give = (amount: string) => recorded(desk.post(`/v1/funds/${fund}/donations`, gift(amount)));

describe("the log", () => {
  test("is read in pages to its end", async () => {
    const seen: number[] = [];
    let after: string | null = "0";
    while (after !== null) {
      const page: Page = (await desk.get(`/v1/entries?after=${after}&limit=3`)).json();
      for (const { entry } of page.data) seen.push(entry);
      after = page.nextCursor;
    }
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test("is filtered by the type of entry", async () => {
    const { data } = (await desk.get("/v1/entries?type=FundOpened")).json();
    expect(data.map(({ id }: { id: string }) => id)).toEqual([fund]);
    expect((await desk.get("/v1/entries?type=Nothing")).statusCode).toBe(400);
  });

  test("gives one entry, whose tag never changes", async () => {
    const first = await desk.get("/v1/entries/4");
    expect(first.json()).toMatchObject({ entry: 4, id: fund });
    const tag = first.headers.etag as string;
    expect((await desk.get("/v1/entries/4", { "if-none-match": tag })).statusCode).toBe(304);
    expect((await desk.get("/v1/entries/99")).statusCode).toBe(404);
    expect((await desk.get("/v1/entries/04")).statusCode).toBe(400);
    expect((await desk.get("/v1/entries/4?x=1")).statusCode).toBe(400);
  });

  test("says when the entry asked for has not come", { timeout: 10_000 }, async () => {
    const answer = await desk.get("/v1/entries?atLeast=1000");
    expect([answer.statusCode, answer.json().code]).toEqual([503, "NOT_YET"]);
    expect(answer.headers["retry-after"]).toBe("1");
  });
});

describe("the stream of entries", () => {
  test("gives what came, then what comes, and resumes from the last event's id", async () => {
    await desk.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = desk.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1/entries/stream`;
    const first = await follow(`${url}?after=2`);
    expect(await first.ids(2)).toEqual([3, 4]);
    await give("1");
    expect(await first.ids(1)).toEqual([5]);
    await first.leave();
    await give("2");
    await give("3");
    const second = await follow(url, { "last-event-id": "5" });
    expect(await second.ids(2)).toEqual([6, 7]);
    const fresh = await follow(url);
    await give("4");
    expect(await fresh.ids(1)).toEqual([8]);
    // Left open on purpose: closing the server ends it.
  });

  test("refuses an id that it never gave", async () => {
    const answer = await desk.get("/v1/entries/stream", { "last-event-id": "five" });
    expect(answer.statusCode).toBe(400);
  });
});

test("a read waits for the entry that the caller has just written", async () => {
  const next = desk.ledger.store.head() + 1;
  const url = `/v1/reports/fund-balances?bucket=*&atLeast=${next}`;
  const [read, written] = await Promise.all([desk.get(url), give("5")]);
  expect(written.json().entry).toBe(next);
  expect(read.json().asOf.entry).toBe(next);
});

async function follow(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = "";
  return {
    /** The ids of the next `count` events. */
    async ids(count: number): Promise<number[]> {
      const found: number[] = [];
      while (found.length < count) {
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const id = /^id: (\d+)\nevent: entry\ndata: \{/.exec(text.slice(0, end))?.[1];
          text = text.slice(end + 2);
          if (id !== undefined) found.push(Number(id));
        }
        if (found.length >= count) break;
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream ended");
        text += Buffer.from(value).toString("utf8");
      }
      return found;
    },
    leave: () => reader.cancel(),
  };
}
