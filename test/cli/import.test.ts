// `almoner import` as it is typed: one donor list of two gifts and its own total.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { almoner, build, runAll, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const FUND = "Wish fund";
const MAPPING = fileURLToPath(
  new URL("../../src/import/mappings/hubei-red-cross.json", import.meta.url),
);
const folder = temporaryFolder();
const data = join(folder.path, "ledger");
const list = join(folder.path, "gifts.csv");

const onLedger = (...args: string[]) => almoner(...args, "--data", data);
const importList = (...flags: string[]) =>
  onLedger(
    ...["import", list, "--mapping", MAPPING, "--fund", FUND, "--source", "september"],
    ...flags,
  );

beforeAll(() => {
  build();
  writeFileSync(
    list,
    "捐赠日期,捐赠(单位/姓名),捐赠金额(元),备注\n2026.9.5,某公司,5000.00,\n2026.9.6,另一公司,60.00,\n,合计,5060.00,\n",
  );
  const flags = ["--host", HOST, "--name", FUND, "--level", "city", "--purpose", "Wishes"];
  const steps = [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["fund", "open", ...flags, "--currency", "CNY"],
  ];
  runAll(data, steps);
}, 60_000);
afterAll(folder.remove);

test("a dry run says first that nothing was recorded, and what would be", () => {
  const { code, out } = importList("--dry-run");
  expect(code).toBe(0);
  const [, first] = out.split("\n");
  expect(first).toBe("Dry run: nothing was recorded; the figures below are what would be recorded");
  expect(out).toContain("\nwould be recorded: 2\n");
  expect(out).toContain("would be recorded 5060.00");
  expect(out).not.toMatch(/^recorded: /m);
  const chinese = importList("--dry-run", "--lang", "zh").out;
  expect(chinese).toContain("试运行：没有记入任何条目");
  expect(chinese).toContain("\n将记入: 2\n");
  expect(JSON.parse(onLedger("entries", "--json").out).data).toHaveLength(3);
});

test("the import itself says what it recorded", () => {
  const { code, out } = importList();
  expect(code).toBe(0);
  expect(out).not.toContain("Dry run");
  expect(out).toContain("\nrecorded: 2\n");
});

test("a file that is recorded is refused under another source", () => {
  const other = onLedger("import", list, "--mapping", MAPPING, "--fund", FUND, "--source", "s");
  expect(other).toMatchObject({ code: 1, err: expect.stringContaining("(FILE_RECORDED)") });
});

test("names the flag that is wrong, and who imports stands in the entries", () => {
  const another = join(folder.path, "another.csv");
  writeFileSync(another, `${readFileSync(list, "utf8")}\n`);
  const asked = (fund: string, ...flags: string[]) =>
    onLedger("import", another, "--mapping", MAPPING, "--fund", fund, "--source", "s", ...flags);
  expect(asked(FUND, "--date", "2026-02-30")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/INVALID_INPUT.*\n--date: an existing calendar day/),
  });
  const none = asked("none", "--json");
  expect(none.code).toBe(2);
  expect(JSON.parse(none.err)).toMatchObject({ errors: [{ path: "fund" }] });
  expect(asked(FUND, "--actor", "desk").code).toBe(0);
  const { data: entries } = JSON.parse(onLedger("entries", "--json", "--after", "5").out);
  expect(entries.map(({ actor }: { actor: string }) => actor)).toEqual(["cli:desk", "cli:desk"]);
});
