// Journals as hledger, ledger and beancount read them. scripts/check-books.ts compares the balances
// of the demo and of random entries; here are the rules of the forms.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ledger } from "../../../src/app/ledger.ts";
import { beancount } from "../../../src/export/interchange/beancount.ts";
import { hledger } from "../../../src/export/interchange/hledger.ts";
import { ledger as ledgerCli } from "../../../src/export/interchange/ledger.ts";
import { ask, freshLedger, HOST, idOf, SETTING } from "../../app/scene.ts";
import { missing } from "../../support/missing.ts";
import { HOSTILE, OTHER_HOST, tellStory } from "./story.ts";
import { exported } from "./support.ts";

let ledger: Ledger;
let done: () => void;
let dir: string;
beforeAll(async () => {
  ({ ledger, done } = await tellStory());
  dir = mkdtempSync(join(tmpdir(), "almoner-journals-"));
});
afterAll(() => {
  done();
  rmSync(dir, { recursive: true });
});

const CHECKS = ["check", "--strict", "ordereddates", "payees", "balancednoautoconversion"];

/** What a program says of a text, and how it ends. */
function saidBy(program: string, args: readonly string[], text: string) {
  const file = join(dir, "books");
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(
    program,
    args.map((arg) => (arg === "FILE" ? file : arg)),
    { encoding: "utf8" },
  );
  return { status, said: `${stdout}${stderr}` };
}

describe.skipIf(missing("hledger", "ledger", "bean-check") !== undefined)("journals", () => {
  test.each(["zh", "en"] as const)("pass the strict checks of every program, in %s", (language) => {
    const query = { language };
    const clean = { status: 0, said: "" };
    expect(
      saidBy("hledger", ["-f", "FILE", ...CHECKS], exported(ledger, hledger, query).text),
    ).toEqual(clean);
    const args = ["-f", "FILE", "--pedantic", "--explicit", "--check-payees", "balance", "none"];
    expect(saidBy("ledger", args, exported(ledger, ledgerCli, query).text)).toEqual(clean);
    expect(saidBy("bean-check", ["FILE"], exported(ledger, beancount, query).text)).toEqual(clean);
  });

  test("would not pass with an amount changed, an account undeclared or a balance that is wrong", () => {
    const { text } = exported(ledger, hledger, { asOf: "2026-10-31" });
    for (const broken of [
      text.replace("CNY 500.00", "CNY 500.01").replace("CNY 400.04", "CNY 400.05"),
      text.replace(/^account 资产:1002 .*\n/m, ""),
      text.replace(/= CNY ([0-9]+)\.05/, "= CNY $1.06"),
      text.replace(/^payee 捐赠人\n/m, ""),
    ]) {
      expect(broken).not.toBe(text);
      expect(saidBy("hledger", ["-f", "FILE", ...CHECKS], broken).status).not.toBe(0);
    }
  });

  test("tag each line with its fund, so that every fund balances by itself", () => {
    const { text } = exported(ledger, hledger);
    const args = ["-f", "FILE", "balance", "--pivot", "fund", "-N"];
    expect(saidBy("hledger", args, text)).toEqual({ status: 0, said: "" });
    const cash = saidBy("hledger", [...args, ":100"], text).said;
    expect(cash).toContain(`${idOf("fund-other").slice(0, 8)} `);
    expect(cash).toMatch(/CNY 120\.00 /);
  });
});

describe("the text of a journal", () => {
  test("has the entry's number as code, the corrected entry and its correction", () => {
    const { text } = exported(ledger, hledger);
    const entry = ledger.store.find(idOf("mixed-2"));
    expect(text).toContain(`2026-04-01 * (${entry}) `);
    expect(text).toMatch(/^2026-10-03 \* \([0-9]+\) .*红字冲销 录入有误/m);
  });

  test("stays within one line whatever names are like", () => {
    const { text } = exported(ledger, hledger);
    expect(text).not.toContain(HOSTILE.replace("=", ";"));
    for (const line of text.split("\n")) expect(line).not.toMatch(/\|.*\|/);
    const beans = exported(ledger, beancount).text;
    expect(beans).toContain(HOSTILE.replaceAll('"', '\\"'));
  });

  test("names no person and no donor", () => {
    for (const handOver of [hledger, ledgerCli, beancount]) {
      expect(exported(ledger, handOver).text).not.toMatch(/secret-/);
    }
  });

  test("is of one host when asked", () => {
    const { text, summary } = exported(ledger, hledger, { params: { host: OTHER_HOST } });
    expect(summary).toEqual({ transactions: 1, lines: 2 });
    expect(text).not.toContain(`host:${HOST}`);
  });
});

test("carries a year's income into net assets and accounts into the new regime", async () => {
  const { ledger: old, done: end } = freshLedger();
  const at = { currency: "CNY" };
  const fund = ask("OpenFund", "old", {
    host: HOST,
    name: "旧基金",
    level: "city",
    currency: "CNY",
    purpose: "社区",
    openedOn: "2025-01-02",
  });
  const gift = { fund: idOf("old"), amount: "80", ...at };
  await old.record([
    ...SETTING,
    fund,
    ask("ReceiveDonation", "g1", { ...gift, receivedOn: "2025-03-01" }),
    ask("ReceiveDonation", "g2", { ...gift, receivedOn: "2026-02-01", amount: "20" }),
  ]);
  const { text } = exported(old, hledger, { asOf: "2026-02-28" });
  end();
  expect(text).toMatch(/2025-12-31 .*月末余额核对\n(?: .*\n)*? +收入:410101 .* = CNY -80\.00/);
  expect(text).toMatch(
    /2026-01-01 \* \(year-end-2025-.*\n +收入:410101 [^ ]+ {2}CNY 80\.00.*\n +净资产:3101 [^ ]+ {2}CNY -80\.00/,
  );
  expect(text).toMatch(/2026-02-28 .*月末余额核对\n(?: .*\n)*? +收入:410101 .* = CNY -20\.00/);
});
