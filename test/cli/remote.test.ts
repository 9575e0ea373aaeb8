// The same verbs against a running server: `almoner serve` in a process of its own.

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { almoner, build, runAll, type Serving, serve, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const FUND = "Wish fund";
const folder = temporaryFolder();
const data = join(folder.path, "ledger");
let server: Serving;
let remote: string[];

beforeAll(async () => {
  build();
  const flags = ["--host", HOST, "--name", FUND, "--level", "city", "--purpose", "Wishes"];
  const steps = [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["fund", "open", ...flags, "--currency", "CNY"],
  ];
  runAll(data, steps);
  const made = almoner("token", "create", "--role", "accountant", "--name", "t", "--data", data);
  server = await serve(data);
  remote = ["--url", server.url, "--token", made.out.trim()];
}, 60_000);

afterAll(async () => {
  const code = await server.stop();
  folder.remove();
  expect(code).toBe(0);
});

test("records by a fund's name, and the same key again is the same entry", () => {
  const args = ["donate", "--fund", FUND, "--amount", "12", "--key", "gift", "--json", ...remote];
  const first = JSON.parse(almoner(...args).out);
  expect(first).toMatchObject({ demo: true, outcome: "recorded", entry: 4 });
  expect(JSON.parse(almoner(...args).out)).toEqual({ ...first, outcome: "already" });
});

test("takes the currency of a fact from the server", () => {
  const gift = JSON.parse(
    almoner("entries", "--type", "DonationReceived", "--json", ...remote).out,
  );
  const { id } = gift.data[0];
  const refund = ["refund", "--donation", id, "--amount", "2", "--cause", "donor-request"];
  const { code, out } = almoner(...refund, "--json", ...remote);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: "DonationRefunded", entry: 5 });
});

test("shows a report and the entries behind a figure", () => {
  const report = ["report", "fund-balances", "--filter", "bucket=*", "--json", ...remote];
  const { demo, data } = JSON.parse(almoner(...report).out);
  expect(demo).toBe(true);
  expect(data[0]).toMatchObject({ name: FUND, available: "10.00" });
  const figure = ["--figure", "fund-balances.available", "--row", `fund=${data[0].fund}`];
  const listed = almoner("entries", ...figure, "--row", "bucket=*", "--json", ...remote);
  expect(JSON.parse(listed.out).data).toMatchObject([
    { entry: 4, amount: "12.00", event: { entry: 4, type: "DonationReceived" } },
    { entry: 5, amount: "-2.00", event: { entry: 5, type: "DonationRefunded" } },
  ]);
});

test("takes a report as a file as the server writes it", () => {
  const { out } = almoner("report", "fund-balances", "--format", "csv", "--bare", ...remote);
  expect(out).toMatch(/^\ufeff"Fund",/);
  expect(out).toContain(`"${FUND}"`);
  const { code, err } = almoner("report", "counts", "--as-of", "never", ...remote);
  expect([code, err]).toEqual([2, expect.stringContaining("asOf")]);
});

test("a point that is yet to come is refused as it is on the folder", () => {
  const report = ["report", "counts", "--known-at"];
  for (const where of [remote, ["--data", data]]) {
    const { code, err } = almoner(...report, "2999-01-01", ...where);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/the log ends at entry 5.*AS_OF_NOT_YET/),
    ]);
    expect(almoner(...report, "5", ...where).code).toBe(0);
  }
});

test("tells a refusal from wrong input by the exit code", () => {
  const [, url = ""] = remote;
  const gift = ["donate", "--fund", FUND, "--amount"];
  expect(almoner(...gift, "1.005", ...remote)).toMatchObject({ code: 2, out: "" });
  const unsigned = almoner(...gift, "1", "--url", url);
  expect(unsigned).toMatchObject({ code: 1, out: "" });
  expect(unsigned.err).toContain("UNAUTHENTICATED");
});

test("a folder that a server writes to can be read, and refuses a second writer", () => {
  const here = ["--data", data];
  const { out, code } = almoner("report", "fund-balances", "--json", ...here);
  expect(code).toBe(0);
  expect(JSON.parse(out).data[0]).toMatchObject({ name: FUND, available: "10.00" });
  expect(almoner("entries", ...here)).toMatchObject({ code: 0 });
  expect(almoner("audit", ...here)).toMatchObject({ code: 0 });
  expect(
    almoner("export", "log", ...here)
      .out.trim()
      .split("\n"),
  ).toHaveLength(5);
  const rebuilt = almoner("rebuild", "--json", ...here);
  expect(rebuilt.code).toBe(0);
  expect(JSON.parse(rebuilt.out.split("\n")[0] ?? "")).toMatchObject({
    identical: true,
    swapped: false,
  });
  const second = almoner("donate", "--fund", FUND, "--amount", "1", ...here);
  expect(second.code).toBe(1);
  expect(second.err).toContain("--url");
});
