// Goal: the statements agree with each other and with what happened, over the change of regime.
// Method: one small set of books whose figures are worked out by hand, and identities that hold
// for any books, checked on it and on random ones, as of several days.

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../../src/app/ledger.ts";
import { commands, freshLedger, HOST, idOf, SETTING } from "../app/scene.ts";
import { BOOKS_STORY, tell } from "./books-scene.ts";

type Filters = Readonly<Record<string, string>>;

function rowsOf(ledger: Ledger, name: string, filters: Filters = {}) {
  return [...ledger.report(name, { filters }).rows];
}

/** Minor units of a cell of a statement. */
function cell(ledger: Ledger, name: string, line: string, column: string, filters: Filters = {}) {
  const row = rowsOf(ledger, name, filters).find((each) => each["line"] === line);
  return minor(row?.[column]);
}

function minor(text: string | null | undefined): bigint {
  return BigInt((text ?? "0").replace(".", ""));
}

function sum(rows: readonly Readonly<Record<string, string | null>>[], column: string): bigint {
  return rows.reduce((total, row) => total + minor(row[column]), 0n);
}

/** What must hold of any books at the end of a period. */
function expectToAgree(ledger: Ledger, period: string, scope: Filters = {}): void {
  const filters = { ...scope, period };
  const sheet = (line: string, column: string) =>
    cell(ledger, "balance-sheet", line, column, filters);
  for (const column of ["opening", "closing"]) {
    expect(sheet("total-assets", column)).toBe(sheet("total", column));
  }
  const grown = (line: string) => sheet(line, "closing") - sheet(line, "opening");
  expect(cell(ledger, "activities", "change", "year-total", filters)).toBe(grown("net-assets"));
  expect(cell(ledger, "activities", "change", "year-restricted", filters)).toBe(
    grown("restricted"),
  );
  expect(cell(ledger, "cash-flow", "increase", "this-year", filters)).toBe(grown("money"));
  const balances = rowsOf(ledger, "trial-balance", filters);
  expect(sum(balances, "debit")).toBe(sum(balances, "credit"));
  const lines = rowsOf(ledger, "general-ledger", filters);
  expect(sum(lines, "debit")).toBe(sum(balances, "debit"));
  expect(sum(lines, "credit")).toBe(sum(balances, "credit"));
}

describe("the books of a small story", () => {
  let scene: ReturnType<typeof freshLedger>;
  let ledger: Ledger;
  beforeAll(async () => {
    scene = freshLedger();
    ledger = scene.ledger;
    await tell(ledger, BOOKS_STORY);
  });
  afterAll(() => scene.done());

  it("show a year under the 2004 regime", () => {
    const filters = { period: "2025" };
    const of = (line: string, column: string) => cell(ledger, "activities", line, column, filters);
    expect(of("donations", "year-restricted")).toBe(100000n);
    expect(of("donations", "year-unrestricted")).toBe(60000n);
    // 400 restricted, 100 unrestricted, a desk worth 33.33: all cost is unrestricted.
    expect(of("activity-cost", "year-unrestricted")).toBe(53333n);
    expect(of("activity-cost", "year-restricted")).toBe(0n);
    expect(of("released", "year-unrestricted")).toBe(40000n);
    expect(of("released", "year-restricted")).toBe(-40000n);
    expect(of("change", "year-restricted")).toBe(60000n);
    expect(of("change", "year-unrestricted")).toBe(46667n);
  });

  it("show a year under the 2024 regime, with cost split and nothing released twice", () => {
    const filters = { period: "2026" };
    const of = (line: string, column: string) => cell(ledger, "activities", line, column, filters);
    // 2000 − 200 lifted within the year's income.
    expect(of("donations", "year-restricted")).toBe(180000n);
    expect(of("donations", "year-unrestricted")).toBe(68000n);
    expect(of("grants", "year-unrestricted")).toBe(80000n);
    expect(of("activity-cost", "year-restricted")).toBe(110000n);
    expect(of("released", "year-restricted")).toBe(-3000n);
    expect(of("released", "year-unrestricted")).toBe(3000n);
    // 50 of 2025's restricted grant came back; a gift of 500 of 2025 was undone.
    expect(of("adjustments", "year-restricted")).toBe(5000n);
    expect(of("adjustments", "year-unrestricted")).toBe(-50000n);
    expect(of("transfers", "year-total")).toBe(0n);
  });

  it("carry 2025's balances into the accounts of 2026", () => {
    const sheet = (line: string, column: string, period: string) =>
      cell(ledger, "balance-sheet", line, column, { period });
    for (const line of ["money", "restricted", "unrestricted", "agency-liabilities", "total"]) {
      expect(sheet(line, "opening", "2026-01")).toBe(sheet(line, "closing", "2025-12"));
    }
    expect(sheet("agency-liabilities", "closing", "2025")).toBe(7000n);
    expect(sheet("inventories", "closing", "2026")).toBe(0n);
  });

  it.each(["2025-03", "2025-12", "2025", "2026-01", "2026-04", "2026"])("agree in %s", (period) => {
    expectToAgree(ledger, period);
    expectToAgree(ledger, period, { host: HOST });
    for (const fund of ["fund-town", "fund-village"]) {
      expectToAgree(ledger, period, { fund: idOf(fund) });
    }
  });

  it("show what a fund handed to another only in the fund's own statement", () => {
    const lines = (filters: Filters) =>
      rowsOf(ledger, "activities", { period: "2026", ...filters }).map((row) => row["line"]);
    expect(lines({})).not.toContain("transfers");
    expect(lines({ fund: idOf("fund-town") })).toContain("transfers");
  });

  it("number vouchers through each month without a gap, and balance each", () => {
    const rows = rowsOf(ledger, "vouchers", { from: "2025-01-01", to: "2026-12-31" });
    const vouchers = new Map<string, { month: string; number: number; balance: bigint }>();
    for (const row of rows) {
      const month = String(row["date"]).slice(0, 7);
      const [word, number] = String(row["voucher"]).split("-");
      const key = `${row["host"]} ${month} ${word} ${number}`;
      const found = vouchers.get(key) ?? {
        month: `${month} ${word}`,
        number: Number(number),
        balance: 0n,
      };
      found.balance += minor(row["debit"]) - minor(row["credit"]);
      vouchers.set(key, found);
    }
    const last = new Map<string, number>();
    for (const { month, number, balance } of vouchers.values()) {
      expect(balance).toBe(0n);
      expect(number).toBe((last.get(month) ?? 0) + 1);
      last.set(month, number);
    }
    expect(last.get("2025-12 转")).toBe(1);
    expect(last.get("2026-01 转")).toBe(1);
  });

  it("close 2025's income and cost, and hand the rest to the new accounts", () => {
    const rows = rowsOf(ledger, "vouchers", { from: "2025-12-31", to: "2026-01-01" });
    const told = (date: string) =>
      rows
        .filter((row) => row["date"] === date && row["fund"] === idOf("fund-town"))
        .map((row) => `${row["regime"]} ${row["account"]} ${row["debit"]} ${row["credit"]}`);
    expect(told("2025-12-31")).toContain("2004 410102 1000.00 null");
    expect(told("2025-12-31")).toContain("2004 3102 null 1000.00");
    expect(told("2026-01-01")).toContain("2024 100290 70.00 null");
    expect(told("2026-01-01")).toContain("2004 100290 null 70.00");
    expect(told("2026-01-01")).toContain("2024 3102 null 600.00");
  });

  it.each(["2025", "2026-04", "2026"])("add up per fund in %s", (period) => {
    for (const name of ["fund-statement", "movement-in-funds"]) {
      const rows = rowsOf(ledger, name, { period });
      for (const row of rows) {
        const of = (column: string) => minor(row[column]);
        const income = of("income") + of("donations") + of("grants") + of("other");
        const other = of("transfers") + of("released") + of("adjustments") + of("brought");
        expect(of("opening") + income - of("cost") + other).toBe(of("closing"));
        expect(of("money") + of("goods") - of("agency")).toBe(of("closing"));
      }
      const net = cell(ledger, "balance-sheet", "net-assets", "closing", { period });
      expect(sum(rows, "closing")).toBe(net);
      expect(sum(rows, "transfers")).toBe(0n);
    }
  });

  it("tell a donor of every gift, and of a project what was spent", () => {
    const donor = { donor: "donor-0001", from: "2025-01-01", to: "2026-12-31" };
    const gifts = rowsOf(ledger, "donor-statement", donor);
    expect(gifts.map(({ date, amount }) => `${date} ${amount}`)).toEqual([
      "2025-03-01 1000.00",
      "2026-02-01 2000.00",
    ]);
    const [red] = rowsOf(ledger, "donor-statement", { period: "2026", kind: "EntryReversed" });
    expect(red).toMatchObject({ amount: "-500.00", gift: String(SETTING.length + 2) });
    const [project] = rowsOf(ledger, "project-statement", { period: "2026" });
    expect(project).toMatchObject({ project: idOf("project"), spent: "1100.00", left: "0.00" });
    const [receipt] = rowsOf(ledger, "receipts-register", { period: "2026" });
    expect(receipt).toMatchObject({ number: "0000000007", amount: "2000.00", donor: "donor-0001" });
  });
});

it("the statements of random books agree", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const scene = freshLedger();
      try {
        await scene.ledger.record([...SETTING, ...commands(seed, 120)]);
        for (const period of ["2026-03", "2026-10"]) expectToAgree(scene.ledger, period);
        expectToAgree(scene.ledger, "2026", { fund: idOf("fund-town") });
      } finally {
        scene.done();
      }
    }),
    { numRuns: 3, seed: 20261124 },
  );
});
