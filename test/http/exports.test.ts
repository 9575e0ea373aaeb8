import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HAND_OVERS } from "../../src/export/interchange/index.ts";
import { type Desk, gift, HOST, openDesk, openFund, recorded } from "./support.ts";

let desk: Desk;
let fund: string;
beforeAll(async () => {
  desk = await openDesk();
  fund = await openFund(desk);
  await recorded(desk.post(`/v1/funds/${fund}/donations`, gift("100")));
  const allocation = { community: "320506001", ...gift("60"), receivedOn: undefined };
  await recorded(
    desk.post(`/v1/funds/${fund}/allocations`, { ...allocation, allocatedOn: "2026-03-02" }),
  );
});
afterAll(() => desk.close());

describe("exports over HTTP", () => {
  test("are listed with their formats and what may be asked", async () => {
    const { data } = (await desk.get("/v1/exports")).json();
    expect(data.map(({ name }: { name: string }) => name)).toEqual(
      HAND_OVERS.map(({ name }) => name),
    );
    expect(data[0]).toMatchObject({ name: "360giving", readers: "public", params: ["host"] });
  });

  test("come as files that say what they are and as of where", async () => {
    const answer = await desk.get("/v1/exports/360giving");
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "almoner-as-of-entry": "6",
      "almoner-demo": "true",
      "content-disposition":
        "attachment; filename=\"demo-360giving-6.json\"; filename*=UTF-8''demo-360giving-6.json",
    });
    expect(answer.json().grants).toHaveLength(1);
  });

  test("speak the caller's language", async () => {
    const english = await desk.get("/v1/exports/iati", { "accept-language": "en" });
    expect(english.headers["content-language"]).toBe("en");
    expect(english.body).toContain('xml:lang="en"');
    expect((await desk.get("/v1/exports/iati")).body).toContain('xml:lang="zh"');
  });

  test("answer for one host and one point, and 304 to who has it", async () => {
    const url = `/v1/exports/iati?host=${HOST}&asOf=5`;
    const { headers, body, statusCode } = await desk.get(url);
    expect(statusCode).toBe(200);
    expect(body).not.toContain("60.00");
    const again = await desk.get(url, { "if-none-match": String(headers["etag"]) });
    expect(again.statusCode).toBe(304);
  });

  test.each([
    ["/v1/exports/360giving?asOf=4", 404, "EXPORT_EMPTY"],
    ["/v1/exports/360giving?host=nobody", 404, "HOST_UNKNOWN"],
    ["/v1/exports/360giving?format=pdf", 400, "INVALID_INPUT"],
    ["/v1/exports/360giving?period=2026-03", 400, "INVALID_INPUT"],
    ["/v1/exports/360giving?asOf=2026-02-30", 400, "INVALID_INPUT"],
    ["/v1/exports/nothing", 404, "NOT_FOUND"],
  ])("refuse %s", async (url, status, code) => {
    const answer = await desk.get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().code).toBe(code);
  });
});
