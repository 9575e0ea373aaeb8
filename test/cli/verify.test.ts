// Publish, verify, bundle: the verbs end to end on one small ledger.

import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { almoner, almonerTomorrow, build, runAll, temporaryFolder } from "./run.ts";

const HOST = "91320500MA1MXXXX0X";
const folder = temporaryFolder();
const data = join(folder.path, "ledger");
const at = (name: string) => join(folder.path, name);
const onLedger = (...args: string[]) => almoner(...args, "--data", data);
let vkey = "";
let fund = "";

beforeAll(() => {
  build();
  execFileSync(process.execPath, [
    fileURLToPath(new URL("../../scripts/build-verifier.mjs", import.meta.url)),
  ]);
  const open = ["--host", HOST, "--name", "Wish fund", "--level", "city", "--purpose", "Wishes"];
  const steps = [
    ["init", "--name", "Test", "--demo"],
    ["host", "--host", HOST, "--name", "Charity"],
    ["community", "--community", "320500", "--name", "Suzhou", "--level", "city"],
    ["fund", "open", ...open, "--community", "320500", "--currency", "CNY"],
    ["donate", "--fund", "Wish fund", "--amount", "100"],
    ["keys", "create"],
  ];
  runAll(data, steps);
  vkey = JSON.parse(onLedger("keys", "list", "--json").out).keys[0].vkey;
  const report = onLedger("report", "fund-balances", "--filter", "bucket=*", "--json");
  fund = JSON.parse(report.out).data[0].fund;
}, 120_000);
afterAll(folder.remove);

test("a fund's bundle is refused until its figures are published, and says how", () => {
  const { code, err } = onLedger("bundle", at("early"), "--fund", "Wish fund");
  expect(code).toBe(1);
  for (const name of ["cash", "available"]) {
    expect(err).toContain(`almoner publish fund-balances.${name} --row fund=${fund}`);
    const row = ["--row", `fund=${fund}`, "--row", "bucket=*"];
    const publish = ["publish", `fund-balances.${name}`, ...row, "--key", name, "--data", data];
    const published = almoner(...publish);
    expect(published.out).toMatch(/fund-balances\.\w+ .*100\.00/);
    const again = JSON.parse(almonerTomorrow(...publish, "--json").out);
    expect(again).toMatchObject({ outcome: "already", figure: `fund-balances.${name}` });
  }
  expect(onLedger("figures").out).toContain("fund-balances.cash");
});

test("the ledger's folder, bundles and a receipt pass, with the arithmetic", () => {
  expect(almoner("verify", data).out).toContain("a demo ledger, all invented");
  expect(almoner("verify", data).out).toMatch(/Σ Received 100\.00 \(1\) = 100\.00 CNY/);
  expect(onLedger("bundle", at("whole.zip")).code).toBe(0);
  expect(onLedger("bundle", at("fund"), "--fund", "Wish fund").code).toBe(0);
  expect(onLedger("receipt", "5", "-o", at("gift.tlog-proof")).code).toBe(0);
  for (const target of ["whole.zip", "fund", "gift.tlog-proof"]) {
    const { code, out } = almoner("verify", at(target), "--vkey", vkey);
    expect({ code, last: out.trimEnd().split("\n").at(-1) }).toEqual({ code: 0, last: "PASS" });
  }
  const alone = [join(at("fund"), "verify.mjs"), at("fund"), "--vkey", vkey, "--json"];
  const verdict = JSON.parse(execFileSync(process.execPath, alone, { encoding: "utf8" }));
  expect(verdict.pass).toBe(true);
});

test("a lie ends with 3 and names the entry and the byte", () => {
  const path = join(at("fund"), "entries.txt");
  writeFileSync(path, readFileSync(path, "utf8").replace('"100.00"', '"900.00"'));
  const { code, out, err } = almoner("verify", at("fund"), "--vkey", vkey, "--json");
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ pass: false, firstLie: { entry: 5 } });
  expect(err).toMatch(/entries\.txt · entry 5 · byte [0-9]+/);
});

test.each([
  ["no key", ["verify", data, "--policy", "/nonexistent"], /ENOENT/],
  ["nobody to trust", ["verify", folder.path], /--vkey/],
  ["nothing there", ["verify", "/nonexistent", "--vkey", "x+00000000+AA=="], /./],
])("%s is a usage error: 2", (_name, args, told) => {
  const { code, err } = almoner(...args);
  expect(code).toBe(2);
  expect(err).toMatch(told);
});

test("whoever knows only the first key follows to the one that took its place", () => {
  expect(onLedger("keys", "rotate").code).toBe(0);
  expect(onLedger("keys", "retire").code).toBe(0);
  const signing = JSON.parse(onLedger("keys", "list", "--json").out).keys;
  expect(signing).toMatchObject([{ vkey, retired: true }, { retired: false }]);
  expect(onLedger("donate", "--fund", "Wish fund", "--amount", "1").code).toBe(0);
  expect(onLedger("export", "tiles", at("static")).code).toBe(0);
  expect(onLedger("bundle", at("later-fund"), "--fund", "Wish fund").code).toBe(0);
  for (const target of [data, at("static"), at("later-fund")]) {
    for (const key of signing) {
      const { code, out } = almoner("verify", target, "--vkey", key.vkey);
      expect([target, code, out.includes("From your key")]).toEqual([target, 0, key.retired]);
    }
  }
});

test("two copies written apart each pass, and contradict each other's checkpoints", () => {
  const copies = [at("left"), at("right")] as const;
  for (const [n, copy] of copies.entries()) {
    cpSync(data, copy, { recursive: true });
    const gift = ["donate", "--fund", "Wish fund", "--amount", `${n + 1}`, "--data", copy];
    expect(almoner(...gift).code).toBe(0);
    expect(almoner("verify", copy).code).toBe(0);
    expect(almoner("export", "tiles", `${copy}-tiles`, "--data", copy).code).toBe(0);
  }
  const [left, right] = copies;
  const kept = ["--earlier", `${left}-tiles/checkpoint`];
  expect(almoner("verify", left, ...kept).code).toBe(0);
  const { code, err } = almoner("verify", right, ...kept);
  expect(code).toBe(3);
  expect(err).toContain("history was rewritten");
});

test("a statement's line is refused with the reason, before its row is asked for", () => {
  const { code, err } = onLedger("publish", "balance-sheet.closing");
  expect([code, /chart of accounts/.test(err)]).toEqual([1, true]);
  expect(onLedger("publish", "gifts.amount").code).toBe(2);
});

test("a log with a hole is not packed as if it were whole", () => {
  const holed = at("holed");
  cpSync(data, holed, { recursive: true });
  const db = new Database(join(holed, "ledger.db"));
  db.exec("DELETE FROM entry WHERE entry = 3");
  db.close();
  const { code, err } = almoner("bundle", at("holed-bundle"), "--data", holed);
  expect([code, err]).toEqual([3, expect.stringContaining("entry 3 is missing")]);
});
