import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Desk, gift, HOST, openDesk, openFund, recorded } from "./support.ts";

let desk: Desk;
let fund: string;
beforeAll(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
  for (const [index, amount] of ["100", "20.5", "3.25", "0.01", "7"].entries()) {
    const body = gift(amount, `2026-03-0${index + 1}`);
    await recorded(desk.post(`/v1/funds/${fund}/donations`, body));
  }
});
afterAll(() => desk.close());

const REPORT = "/v1/reports/fund-balances";

async function available(query: string): Promise<string | undefined> {
  const { data } = (await desk.get(`${REPORT}?bucket=*&${query}`)).json();
  return data[0]?.available;
}

describe("a report", () => {
  test("says what it is, as of where, and that the ledger is a demo", async () => {
    const body = (await desk.get(`${REPORT}?fund=${fund}`)).json();
    expect(body).toMatchObject({ report: "fund-balances", demo: true, nextCursor: null });
    expect(body.asOf).toMatchObject({ entry: 9, businessDate: null });
    expect(body.definition.zh).not.toBe("");
    expect(body.columns[0]).toMatchObject({ name: "fund", title: { zh: "基金", en: "Fund" } });
    expect(body.data.map(({ bucket }: { bucket: string }) => bucket)).toEqual(["*", "none"]);
  });

  test("answers as of an entry, a business day or a recorded day", async () => {
    expect(await available("")).toBe("130.76");
    expect(await available("asOf=6")).toBe("120.50");
    expect(await available("asOf=2026-03-03")).toBe("123.75");
    expect(await available("asOf=2026-03-03&basis=recorded")).toBeUndefined();
    expect(await available("asOf=2026-06-30&basis=recorded")).toBe("130.76");
    expect(await available("asOf=2026-06-30T04:00:00Z")).toBe("130.76");
  });

  test.each(["asOf=yesterday", "basis=both", "colour=red", "limit=0", "asOf=5&asOf=6", "cursor=x"])(
    "refuses ?%s",
    async (query) => {
      const answer = await desk.get(`${REPORT}?${query}`);
      expect([answer.statusCode, answer.json().code]).toEqual([400, "INVALID_INPUT"]);
    },
  );

  test.each(["asOf=10", "asOf=2026-07-01", "asOf=2026-06-30T04:00:01Z", "knownAt=10"])(
    "refuses ?%s, which is yet to come, and says how to wait",
    async (query) => {
      for (const url of [REPORT, `${REPORT}/entries`]) {
        const of = url === REPORT ? "" : `&fund=${fund}&bucket=*&column=available`;
        const { statusCode, body } = await desk.get(`${url}?${query}${of}`);
        const { code, detail } = JSON.parse(body);
        expect([statusCode, code]).toEqual([422, "AS_OF_NOT_YET"]);
        expect(detail).toContain("到第 9 条为止；经 HTTP 可用 atLeast");
      }
    },
  );

  test("answers 304 to who has it, by entry and question", async () => {
    const first = await desk.get(`${REPORT}?asOf=9`);
    const tag = first.headers.etag as string;
    expect(tag).toMatch(/^"9-/);
    const same = await desk.get(`${REPORT}?asOf=9`, { "if-none-match": `W/"x", ${tag}` });
    expect([same.statusCode, same.body]).toEqual([304, ""]);
    const other = await desk.get(`${REPORT}?asOf=9&bucket=*`, { "if-none-match": tag });
    expect(other.statusCode).toBe(200);
  });

  test("comes in pages pinned to the entry of the first", async () => {
    const whole = (await desk.get(`${REPORT}?asOf=9`)).json().data;
    const first = (await desk.get(`${REPORT}?limit=1`)).json();
    const url = `${REPORT}?limit=1&cursor=${first.nextCursor}`;
    const second = (await desk.get(url)).json();
    expect([...first.data, ...second.data]).toEqual(whole);
    expect(second.nextCursor).toBeNull();
  });

  test("is listed with its columns and definition", async () => {
    const { data } = (await desk.get("/v1/reports")).json();
    expect(data.map(({ name }: { name: string }) => name)).toContain("grassroots-total");
    for (const report of data) expect(report.definition.en, report.name).toMatch(/\w/);
  });
});

describe("another format", () => {
  test("of CSV has what it is, a header row in the caller's language and every row", async () => {
    const zh = await desk.get(`${REPORT}?format=csv&bucket=*`);
    expect(zh.headers["content-type"]).toMatch(/^text\/csv/);
    expect(zh.headers["content-disposition"]).toContain("demo-fund-balances-9.csv");
    const lines = zh.body.replace(/^\ufeff/, "").split("\r\n");
    const [header, row, end] = lines.filter((line) => !line.startsWith("#"));
    expect(lines[0]).toMatch(/^# 报表,/);
    expect(header).toMatch(/^"基金","名称",/);
    expect(row).toMatch(new RegExp(`^"${fund}","测试镇慈善基金",.*,130\\.76,`));
    expect(end).toBe("");
    const headers = { accept: "text/csv", "accept-language": "en" };
    const en = await desk.get(`${REPORT}?bare=true`, headers);
    expect(en.body).toMatch(/^\ufeff"Fund","Name",/);
  });

  test.each(["xlsx", "table"])("of %s comes whole, under a file name", async (format) => {
    const answer = await desk.get(`${REPORT}?format=${format}&unit=10000`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="demo-fund-bal/);
    expect(answer.rawPayload.length).toBeGreaterThan(300);
  });

  test("of JSON comes whole when asked for all of it, with exact amounts only", async () => {
    const { data, rowCount, nextCursor, ...more } = (await desk.get(`${REPORT}?limit=all`)).json();
    expect([data.length, nextCursor]).toEqual([rowCount, null]);
    expect(more.controlTotalsAreFigures).toBe(false);
    const one = (await desk.get(`${REPORT}?bucket=*`)).json();
    expect(one.controlTotalsAreFigures).toBe(true);
    const rounded = await desk.get(`${REPORT}?unit=10000`);
    expect([rounded.statusCode, rounded.json().errors[0].path]).toEqual([400, "unit"]);
  });

  test("that does not exist is refused", async () => {
    const answer = await desk.get(REPORT, { accept: "image/png" });
    expect([answer.statusCode, answer.json().code]).toEqual([406, "NOT_ACCEPTABLE"]);
  });
});

describe("the entries of a figure", () => {
  const figure = (query: string): Promise<Answer> =>
    desk.get(`${REPORT}/entries?fund=${fund}&bucket=*&column=available&${query}`);

  test("add up to the figure, page by page, with the whole event of each", async () => {
    const entries: number[] = [];
    let cursor = "";
    let total = "";
    do {
      const page = (await figure(`asOf=9&limit=2${cursor && `&cursor=${cursor}`}`)).json();
      for (const line of page.data) {
        expect(line.event.entry).toBe(line.entry);
        entries.push(line.entry);
        total = line.runningTotal;
      }
      expect(page.figure.value).toBe("130.76");
      cursor = page.nextCursor;
    } while (cursor);
    expect(entries).toEqual([5, 6, 7, 8, 9]);
    expect(total).toBe("130.76");
  });

  test("keep to the entry of the first page while gifts arrive", async () => {
    const first = (await figure("limit=3")).json();
    await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("1000")));
    const second = (await figure(`limit=3&cursor=${first.nextCursor}`)).json();
    expect(second.asOf.entry).toBe(9);
    expect(second.data.at(-1).runningTotal).toBe(first.figure.value);
    const byDay = (await figure("asOf=2026-03-04&limit=1")).json();
    await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("1000")));
    const next = (await figure(`asOf=2026-03-04&limit=9&cursor=${byDay.nextCursor}`)).json();
    expect(next.asOf.entry).toBe(byDay.asOf.entry);
    expect(next.figure.value).toBe(byDay.figure.value);
    expect(next.data.at(-1).runningTotal).toBe(byDay.figure.value);
  });

  test("are refused for a column that is no figure, and not found for a row that is none", async () => {
    const text = await desk.get(`${REPORT}/entries?fund=${fund}&bucket=*&column=name`);
    expect([text.statusCode, text.json().errors[0].path]).toEqual([400, "column"]);
    const none = await desk.get(`${REPORT}/entries?fund=x&bucket=*&column=available`);
    expect([none.statusCode, none.json().code]).toEqual([404, "NOT_FOUND"]);
  });

  test("are found for a row that the report shows only when it is narrowed", async () => {
    const scope = `host=${HOST}&fund=${fund}&project=*&community=*&currency=CNY`;
    const line = `/v1/reports/balance-sheet/entries?${scope}&to=2026-03-02&line=money&column=closing`;
    const { figure: opened, data } = (await desk.get(line)).json();
    expect(data.at(-1).runningTotal).toBe(opened.value);
    const listed = await desk.get("/v1/reports/vouchers?period=2026-03&limit=1");
    const [{ date, voucher, debit }] = listed.json().data;
    const key = new URLSearchParams({ host: HOST, date, voucher, line: "1", column: "debit" });
    const found = await desk.get(`/v1/reports/vouchers/entries?${key}&period=2026-03`);
    expect(found.json()).toMatchObject({ data: [{ amount: debit }] });
    const wrong = await desk.get(`${line}&period=March`);
    expect([wrong.statusCode, wrong.json().errors[0].path]).toEqual([400, "period"]);
  });

  test("of a count are counted, not priced", async () => {
    const url = "/v1/reports/counts/entries?count=funds-open-township&column=value";
    const { data, figure: opened } = (await desk.get(url)).json();
    expect(opened.value).toBe("1");
    expect(data).toMatchObject([{ amount: "1", runningTotal: "1", event: { type: "FundOpened" } }]);
  });
});
